"""Who works on which case, as what, since when; and who must not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment, Sealed, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id
from portal.kernel.permissions import Role


class Assignment(Base):
    """One person's place in one case; ended, never deleted."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index(
            "uq_assignment_current",
            "inquiry_id",
            "role",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        # One person, one place: whoever compares never also speaks with the family about the outcome.
        Index(
            "uq_assignment_person",
            "inquiry_id",
            "account_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index("ix_assignment_account_id", "account_id"),
        access(casework="select, insert, update(ended_at)"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[Role] = mapped_column(words(Role))
    assigned_by: Mapped[UUID]
    assigned_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class ConflictOfInterest(Base):
    """Somebody said that a case is too close to them; it stays closed to them for good."""

    __tablename__ = "conflict_of_interest"
    __table_args__ = (
        UniqueConstraint("inquiry_id", "account_id"),
        Index("ix_conflict_of_interest_account_id", "account_id"),
        access(casework="select, insert"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    declared_at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Sealed("conflict_of_interest.reason"))
