"""Fallbacks: proposed by one administrator, signed by another, about a third person, for seven days at most."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment, two_people
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id


class FactorFallback(Base):
    """Somebody may sign with the six digits for a while, though their role asks for a passkey."""

    __tablename__ = "factor_fallback"
    __table_args__ = (
        two_people("proposed_by", "signed_by"),
        CheckConstraint("account_id not in (proposed_by, signed_by)", name="never_ones_own"),
        CheckConstraint("days between 1 and 7", name="seven_days_at_most"),
        CheckConstraint(
            "(signed_by is null) = (signed_at is null) and (signed_by is null) = (until is null)",
            name="signed_at_a_moment",
        ),
        CheckConstraint("until = signed_at + make_interval(hours => 24 * days)", name="as_long_as_signed"),
        Index(
            "uq_factor_fallback_waiting",
            "account_id",
            unique=True,
            postgresql_where=text("signed_by is null"),
        ),
        Index("ix_factor_fallback_account_id", "account_id"),
        access(
            account="select(id, account_id, until)",
            admin="select, insert, update(signed_by, signed_at, until, version)",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    days: Mapped[int] = mapped_column()
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read once, when the class is mapped
