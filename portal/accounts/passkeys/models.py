"""Passkeys of accounts, and the challenges that have been answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.passkeys.vocab import CountedBackwards, has_gone_on
from portal.kernel.columns import Moment, Sealed
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id


class Passkey(Base):
    """The public half of a passkey; removed ones stay, so that the log's ids keep their meaning."""

    __tablename__ = "passkey"
    __table_args__ = (
        CheckConstraint("sign_count >= 0", name="counts_up"),
        CheckConstraint("octet_length(credential_id) between 1 and 1023", name="credential_has_an_id"),
        Index("ix_passkey_account_id", "account_id"),
        access(account="select, insert, update(sign_count, last_used_at, removed_at)"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Sealed("passkey.name"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)

    def use(self, sign_count: int, now: datetime) -> None:
        """Write down that it has signed; one that counts backwards may have been copied and opens nothing."""
        if not has_gone_on(self.sign_count, sign_count):
            raise CountedBackwards("this passkey has signed less often than before")
        self.sign_count, self.last_used_at = sign_count, now


class AnsweredChallenge(Base):
    """A challenge that was answered, rightly or wrongly; no role may read or write here but by one function."""

    __tablename__ = "answered_challenge"
    __table_args__ = (access(),)

    challenge_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    answered_at: Mapped[datetime] = mapped_column(Moment)
