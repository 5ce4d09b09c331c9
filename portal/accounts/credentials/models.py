"""Recovery codes as hashes, and what an account was told about its own safety."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.credentials.vocab import NoticeKind
from portal.kernel.columns import Moment, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id


class RecoveryCode(Base):
    """One code of a person's paper; only its keyed hash is known here, and it is good for one sign-in."""

    __tablename__ = "recovery_code"
    __table_args__ = (
        CheckConstraint("octet_length(code_hash) = 32", name="only_a_hash"),
        CheckConstraint("used_at >= made_at", name="used_after_making"),
        UniqueConstraint("account_id", "code_hash"),
        access(account="select, insert, update(used_at), delete"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class AccountNotice(Base):
    """Something that happened to an account; nobody takes it away, its owner says that they have seen it."""

    __tablename__ = "account_notice"
    __table_args__ = (
        CheckConstraint("seen_at >= at", name="seen_after_it_happened"),
        Index("ix_account_notice_account_id_at", "account_id", "at"),
        access(account="select, insert, update(seen_at)"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[NoticeKind] = mapped_column(words(NoticeKind))
    at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
