"""What a photograph looks like in few signs, and the pairs that were found alike."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment, Sealed, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id
from portal.records.likeness.vocab import SameVerdict


class PictureSigns(Base):
    """The signs of one photograph, sealed; without signs when it could not be drawn, so that it is not tried again."""

    __tablename__ = "picture_signs"
    __table_args__ = (access(worker="select, insert"),)

    item_id: Mapped[UUID] = mapped_column(ForeignKey("record_item.id", ondelete="CASCADE"), primary_key=True)
    signs: Mapped[str | None] = mapped_column(Sealed("picture_signs.signs"))
    taken_at: Mapped[datetime] = mapped_column(Moment)


class LikePair(Base):
    """Two photographs that look alike; a person says whether they are the same picture, once."""

    __tablename__ = "like_pair"
    __table_args__ = (
        CheckConstraint("first_item_id < second_item_id", name="each_pair_once"),
        CheckConstraint(
            "(verdict is null) = (decided_by is null) and (verdict is null) = (reason is null)"
            " and (verdict is null) = (decided_at is null)",
            name="said_by_a_person",
        ),
        UniqueConstraint("first_item_id", "second_item_id"),
        access(casework="select, update(verdict, reason, decided_by, decided_at)", worker="select, insert"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    first_item_id: Mapped[UUID] = mapped_column(ForeignKey("record_item.id", ondelete="CASCADE"))
    second_item_id: Mapped[UUID] = mapped_column(ForeignKey("record_item.id", ondelete="CASCADE"), index=True)
    found_at: Mapped[datetime] = mapped_column(Moment)
    verdict: Mapped[SameVerdict | None] = mapped_column(words(SameVerdict))
    reason: Mapped[str | None] = mapped_column(Sealed("like_pair.reason"))
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
