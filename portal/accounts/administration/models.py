"""Changes of roles and leaves of staff accounts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Date, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.models import SEPARATION
from portal.kernel.columns import Moment, Sealed, two_people
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id


class RoleChange(Base):
    """Other roles for one account: proposed by one administrator, signed by another, about a third person."""

    __tablename__ = "role_change"
    __table_args__ = (
        two_people("proposed_by", "signed_by"),
        CheckConstraint("account_id not in (proposed_by, signed_by)", name="never_ones_own"),
        CheckConstraint(SEPARATION.replace("roles", "roles_after"), name="separation_of_duties"),
        CheckConstraint("roles_after <> array['relative']", name="staff_only"),
        CheckConstraint("roles_after <> roles_before", name="changes_something"),
        CheckConstraint("(signed_by is null) = (signed_at is null)", name="signed_at_a_moment"),
        CheckConstraint("signed_by is null or withdrawn_at is null", name="signed_or_withdrawn"),
        CheckConstraint("applied_at is null or signed_by is not null", name="applied_when_signed"),
        Index(
            "uq_role_change_waiting",
            "account_id",
            unique=True,
            postgresql_where=text("signed_by is null and withdrawn_at is null"),
        ),
        Index("ix_role_change_account_id", "account_id"),
        access(admin="select, insert, update(signed_by, signed_at, withdrawn_at, version)"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    roles_before: Mapped[list[str]] = mapped_column(ARRAY(Text))
    roles_after: Mapped[list[str]] = mapped_column(ARRAY(Text))
    reason: Mapped[str] = mapped_column(Sealed("role_change.reason"))
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    applied_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read once, when the class is mapped


class LeaveRow(Base):
    """Days on which somebody gets no new tasks; ended early, never deleted."""

    __tablename__ = "account_leave"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        Index("ix_account_leave_account_id", "account_id"),
        access(
            account="select, insert, update(ended_at)",
            admin="select, insert, update(ended_at)",
            casework="select(id, account_id, first_day, last_day, ended_at)",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    marked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    marked_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
