"""Names on their way to the memorial, and the voice of each relative."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.disclosure.publication.vocab import NameState, Stance
from portal.kernel.columns import Moment, Sealed, two_people, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id


class Publication(Base):
    """One person's name; at most one on its way or standing."""

    __tablename__ = "publication"
    __table_args__ = (
        two_people("proposed_by", "signed_by"),
        CheckConstraint(
            "state not in ('signed', 'published') or (signed_by is not null and proposed_by is not null)",
            name="signed_by_two",
        ),
        CheckConstraint("(state = 'published') = (name_id is not null)", name="stands_when_published"),
        Index("uq_publication_open", "record_id", unique=True, postgresql_where=text("state <> 'hidden'")),
        access(
            casework="select, insert, update",
            family="select(id, state, name_ar, name_latin)",
            worker="select, update",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    record_id: Mapped[UUID] = mapped_column(ForeignKey("record.id"))
    state: Mapped[NameState] = mapped_column(words(NameState), default=NameState.ASKED)
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    name_ar: Mapped[str | None] = mapped_column(Text)
    name_latin: Mapped[str | None] = mapped_column(Text)
    fingerprint: Mapped[str | None] = mapped_column(Text)
    proposed_by: Mapped[UUID | None]
    proposed_at: Mapped[datetime | None] = mapped_column(Moment)
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    name_id: Mapped[UUID | None]
    hidden_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this as it stands


class PublicationVoice(Base):
    """What one relative answered, with the exact words they were asked in."""

    __tablename__ = "publication_voice"
    __table_args__ = (
        UniqueConstraint("publication_id", "account_id"),
        access(
            casework="select, insert",
            family="select, update(stance, name_ar, name_latin, asked_words, language, answered_at)",
            worker="select",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publication.id"))
    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    suggested: Mapped[str] = mapped_column(Sealed("publication_voice.suggested"))
    stance: Mapped[Stance] = mapped_column(words(Stance), default=Stance.ASKED)
    name_ar: Mapped[str | None] = mapped_column(Sealed("publication_voice.name_ar"))
    name_latin: Mapped[str | None] = mapped_column(Sealed("publication_voice.name_latin"))
    asked_words: Mapped[str | None] = mapped_column(Sealed("publication_voice.asked_words"))
    language: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
