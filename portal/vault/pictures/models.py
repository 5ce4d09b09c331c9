"""The table of openings: each leads from a mark in the pixels to a person and a moment."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment, words
from portal.kernel.db import Base, access
from portal.kernel.errors import NotFound
from portal.kernel.ids import new_id
from portal.vault.pictures.vocab import LARGER, OPENS_WITHIN, SMALL, Why


class PictureOpening(Base):
    """One picture, opened once by one person in one session."""

    __tablename__ = "picture_opening"
    __table_args__ = (
        CheckConstraint("number between 0 and 4294967295", name="four_bytes"),
        CheckConstraint(f"side in ({SMALL}, {LARGER})", name="small_or_larger"),
        CheckConstraint("opened_at >= begun_at", name="opened_after_begun"),
        CheckConstraint(f"why <> 'told' or side = {SMALL}", name="told_is_small"),
        CheckConstraint("(why = 'likeness') = (case_id is null)", name="for_a_case_or_a_comparison"),
        Index("ix_picture_opening_account_id_begun_at", "account_id", "begun_at"),
        access(casework="select, insert, update(opened_at)", family="select, insert"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int] = mapped_column(BigInteger, unique=True)
    account_id: Mapped[UUID]
    session: Mapped[bytes] = mapped_column(LargeBinary)
    object_id: Mapped[UUID] = mapped_column(ForeignKey("vault_object.id"), index=True)
    case_id: Mapped[UUID | None]
    why: Mapped[Why] = mapped_column(words(Why))
    side: Mapped[int] = mapped_column(Integer)
    begun_at: Mapped[datetime] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)

    def open(self, now: datetime) -> None:
        """Open it, once and soon after it was asked for; afterwards it is closed for good."""
        if self.opened_at is not None or not self.begun_at <= now <= self.begun_at + OPENS_WITHIN:
            raise NotFound("this opening is over")
        self.opened_at = now
