"""Quotations: what a paper says, word for word; and the versions of a record that two people signed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Date, ForeignKey, Integer, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment, Sealed, two_people, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id
from portal.records.vocab import Part, RecordState, WithdrawalGround


class StatementRow(Base):
    """One part of what one paper says; whose words they are is told by the kind of the paper."""

    __tablename__ = "statement"
    __table_args__ = (UniqueConstraint("item_id", "part"), access(casework="select, insert"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("record_item.id"))
    part: Mapped[Part] = mapped_column(words(Part))
    value: Mapped[str] = mapped_column(Sealed("statement.value"))
    taken_at: Mapped[datetime] = mapped_column(Moment)


class RecordVersion(Base):
    """What two people once signed of a record; it is written once, and stays when a later version follows.

    `held` are the quotations that were held true then: their words stand in `statement` and never change.
    """

    __tablename__ = "record_version"
    __table_args__ = (
        two_people("proposed_by", "signed_by"),
        CheckConstraint("(state = 'withdrawn') = (ground is not null)", name="withdrawn_on_a_ground"),
        CheckConstraint("state in ('confirmed', 'withdrawn')", name="signed_state"),
        access(casework="select, insert"),
    )

    record_id: Mapped[UUID] = mapped_column(ForeignKey("record.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[RecordState] = mapped_column(words(RecordState))
    photographed_on: Mapped[date | None] = mapped_column(Date)
    held: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    ground: Mapped[WithdrawalGround | None] = mapped_column(words(WithdrawalGround))
    reason: Mapped[str | None] = mapped_column(Sealed("record_version.reason"))
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[UUID]
    signed_at: Mapped[datetime] = mapped_column(Moment)
