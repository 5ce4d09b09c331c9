"""Reversals of matches: proposed by one, signed by another."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment, Sealed, two_people
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id


class MatchReversal(Base):
    """That a match must not stand, and why; there is one for a match, and it counts once it is signed."""

    __tablename__ = "match_reversal"
    __table_args__ = (
        two_people("proposed_by", "signed_by"),
        CheckConstraint("(signed_by is null) = (signed_at is null)", name="signed_at_a_moment"),
        access(casework="select, insert, update(signed_by, signed_at, version)"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    match_id: Mapped[UUID] = mapped_column(ForeignKey("match.id"), unique=True)
    reason: Mapped[str] = mapped_column(Sealed("match_reversal.reason"))
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this as it stands
