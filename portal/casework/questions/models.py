"""The questions that wait for a family; a settled one stays as it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.casework.questions.vocab import Asked, Outcome
from portal.kernel.columns import Moment, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id


class FamilyQuestion(Base):
    """One line of an inquiry that its family is asked for; who asks never enters the answer."""

    __tablename__ = "family_question"
    __table_args__ = (
        Index(
            "uq_family_question_open",
            "inquiry_id",
            "part",
            unique=True,
            postgresql_where=text("settled_at is null"),
        ),
        CheckConstraint(
            "(settled_by is null) = (settled_at is null) and (settled_by is null) = (outcome is null)",
            name="settled_whole",
        ),
        CheckConstraint("asked_by <> settled_by", name="two_people"),
        access(casework="select, insert, update(settled_by, settled_at, outcome)"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"))
    part: Mapped[Asked] = mapped_column(words(Asked))
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    settled_by: Mapped[UUID | None]
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[Outcome | None] = mapped_column(words(Outcome))
