"""Conversations, releases, and each single opening of a photograph."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.disclosure.vocab import Manner
from portal.inquiries.vocab import Layer
from portal.kernel.columns import Moment, Sealed, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id


class ConversationHeld(Base):
    """A conversation between a liaison and a relative; what was said stays encrypted."""

    __tablename__ = "conversation"
    __table_args__ = (access(casework="select, insert"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    disclosure_id: Mapped[UUID] = mapped_column(ForeignKey("disclosure.id"), index=True)
    held_by: Mapped[UUID]
    held_at: Mapped[datetime] = mapped_column(Moment)
    manner: Mapped[Manner] = mapped_column(words(Manner))
    was_told: Mapped[bool] = mapped_column(Boolean)
    beside: Mapped[str] = mapped_column(Sealed("conversation.beside"))
    notes: Mapped[str] = mapped_column(Sealed("conversation.notes"))


class Release(Base):
    """One layer opened for the relative, on their wish."""

    __tablename__ = "release"
    __table_args__ = (access(casework="select, insert", family="select, insert"),)

    disclosure_id: Mapped[UUID] = mapped_column(ForeignKey("disclosure.id"), primary_key=True)
    layer: Mapped[Layer] = mapped_column(words(Layer), primary_key=True)
    released_by: Mapped[UUID]
    released_at: Mapped[datetime] = mapped_column(Moment)


class PhotographOpening(Base):
    """One deliberate act: understood, ready, opened; each at most once, in this order."""

    __tablename__ = "photograph_opening"
    __table_args__ = (
        CheckConstraint("ready_at is null or understood_at is not null", name="ready_after_understood"),
        CheckConstraint("opened_at is null or ready_at is not null", name="opened_after_ready"),
        access(family="select, insert, update(understood_at, ready_at, opened_at)"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    disclosure_id: Mapped[UUID] = mapped_column(ForeignKey("disclosure.id"), index=True)
    account_id: Mapped[UUID]
    begun_at: Mapped[datetime] = mapped_column(Moment)
    understood_at: Mapped[datetime | None] = mapped_column(Moment)
    ready_at: Mapped[datetime | None] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
