"""The tables the public may read: names, and how they are found; nothing beside them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, access
from portal.kernel.ids import new_id


class MemorialName(Base):
    """A name as its family wishes it to stand; random id, no moment, so that no order of publishing shows."""

    __tablename__ = "memorial_name"
    __table_args__ = (
        Index("ix_memorial_name_letter_sort_key", "letter", "sort_key"),
        access(
            casework="select, insert, delete",
            family="select",
            public="select",
            worker="select, insert, delete",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name_ar: Mapped[str] = mapped_column(Text)
    name_latin: Mapped[str | None] = mapped_column(Text)
    letter: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(Text)


class MemorialPending(Base):
    """A name that the index does not hold yet; it is looked through beside the index."""

    __tablename__ = "memorial_pending"
    __table_args__ = (
        access(
            casework="select, insert",
            family="select",
            public="select",
            worker="select, insert, delete",
        ),
    )

    name_id: Mapped[UUID] = mapped_column(
        ForeignKey("memorial_name.id", ondelete="CASCADE"), primary_key=True
    )


class MemorialIndex(Base):
    """The one index that holds for all processes, and how many names it was made of."""

    __tablename__ = "memorial_index"
    __table_args__ = (
        CheckConstraint('"only"', name="one_row"),
        access(
            casework="select", family="select", public="select", worker="select, update(generation, names)"
        ),
    )

    only: Mapped[bool] = mapped_column(primary_key=True, default=True)
    generation: Mapped[UUID | None]
    names: Mapped[int]
