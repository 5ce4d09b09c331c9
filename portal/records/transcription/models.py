"""How far each paper is, and the readings; a reading is written once and never changed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment, Sealed, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id
from portal.records.transcription.vocab import ReadingState


class Transcription(Base):
    """The state of one paper that somebody has begun to read."""

    __tablename__ = "transcription"
    __table_args__ = (access(casework="select, insert, update(state, version)"),)

    item_id: Mapped[UUID] = mapped_column(ForeignKey("record_item.id"), primary_key=True)
    state: Mapped[ReadingState] = mapped_column(words(ReadingState), default=ReadingState.READ_ONCE)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this as it stands


class ReadingRow(Base):
    """One person's reading: the first, the second, or the third that decides; three different people."""

    __tablename__ = "reading"
    __table_args__ = (
        CheckConstraint("place between 1 and 3", name="first_second_or_third"),
        UniqueConstraint("item_id", "place"),
        UniqueConstraint("item_id", "reader_id"),
        access(casework="select, insert"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("record_item.id"))
    place: Mapped[int] = mapped_column(SmallInteger)
    reader_id: Mapped[UUID]
    content: Mapped[str] = mapped_column(Sealed("reading.content"))
    written_at: Mapped[datetime] = mapped_column(Moment)
