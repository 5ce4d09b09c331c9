"""The one table the public may read: names, and nothing beside them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, access
from portal.kernel.ids import new_id


class MemorialName(Base):
    """A name as its family wishes it to stand; random id, no moment, so that no order of publishing shows."""

    __tablename__ = "memorial_name"
    __table_args__ = (
        Index("ix_memorial_name_keys", "keys", postgresql_using="gin"),
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
    keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
