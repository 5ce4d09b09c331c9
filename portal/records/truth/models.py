"""Quotations: what a paper says of a person, word for word, with the paper beside it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment, Sealed, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id
from portal.records.vocab import Part


class StatementRow(Base):
    """One part of what one paper says; whose words they are is told by the kind of the paper."""

    __tablename__ = "statement"
    __table_args__ = (UniqueConstraint("item_id", "part"), access(casework="select, insert"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("record_item.id"))
    part: Mapped[Part] = mapped_column(words(Part))
    value: Mapped[str] = mapped_column(Sealed("statement.value"))
    taken_at: Mapped[datetime] = mapped_column(Moment)
