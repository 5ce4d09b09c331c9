"""Holds; one stands for a file at most, and two people lift it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment, Sealed, two_people
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id


class ProtectiveHold(Base):
    """As long as nobody has signed, nothing of this file is approved, announced, told, released or sent."""

    __tablename__ = "protective_hold"
    __table_args__ = (
        Index(
            "uq_protective_hold_standing",
            "inquiry_id",
            unique=True,
            postgresql_where=text("signed_by is null"),
        ),
        two_people("proposed_by", "signed_by"),
        CheckConstraint(
            "(proposed_by is null) = (proposed_at is null) and (proposed_by is null) = (reason is null)",
            name="proposed_with_reason",
        ),
        CheckConstraint("(signed_by is null) = (signed_at is null)", name="signed_at_a_moment"),
        CheckConstraint("signed_by is null or proposed_by is not null", name="lifted_by_two"),
        access(casework="select, update(proposed_by, proposed_at, reason, signed_by, signed_at, version)"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"))
    raised_at: Mapped[datetime] = mapped_column(Moment)
    proposed_by: Mapped[UUID | None]
    proposed_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(Sealed("protective_hold.reason"))
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this as it stands
