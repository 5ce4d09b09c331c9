"""Envelopes on their way, and the hashed codes by which anybody can check a message."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment, Sealed, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id
from portal.notifications.vocab import EnvelopeState, Urgency


class QueuedEnvelope(Base):
    """One message on its way; the row is written in the transaction of the act that caused it."""

    __tablename__ = "envelope"
    __table_args__ = (
        access(
            account="insert",
            casework="select, insert",
            family="insert",
            worker="select, insert, update",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    recipient_ref: Mapped[UUID] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(Sealed("envelope.address"))
    sender_name: Mapped[str | None] = mapped_column(Sealed("envelope.sender_name"))
    language: Mapped[str] = mapped_column(Text)
    hour_from: Mapped[int] = mapped_column(Integer)
    hour_to: Mapped[int] = mapped_column(Integer)
    quiet_weekdays: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    quiet_dates: Mapped[list[str]] = mapped_column(ARRAY(Text))
    zone: Mapped[str] = mapped_column(Text)
    state: Mapped[EnvelopeState] = mapped_column(words(EnvelopeState), default=EnvelopeState.QUEUED)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    urgency: Mapped[Urgency] = mapped_column(words(Urgency))
    queued_at: Mapped[datetime] = mapped_column(Moment)
    send_after: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)


class MessageCheck(Base):
    """The keyed hash of a code that stands under a message; it points to nobody."""

    __tablename__ = "message_check"
    __table_args__ = (access(public="select", worker="select, insert"),)

    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
