"""Matches, their reasons and the verdicts on them; the reasons stay closed to whoever has not judged yet."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment, Sealed, two_people, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id
from portal.matching.vocab import EvidenceLevel, MatchState, Verdict

OPEN = text("state in ('proposed', 'panel')")
# The rules of evidence.py once more, for the table itself.
CARRIED = (
    "level in ('E0', 'E1')"
    " or grounds && array['dental', 'dna', 'fingerprint']"
    " or (level in ('E2', 'E3') and grounds @> array['authenticated_paper_ties_number', 'independent_line'])"
    " or (level = 'E2' and grounds && array['authenticated_paper_ties_number',"
    " 'civil_identity_on_authenticated_paper'])"
    " or (level = 'E2' and 'distinguishing_mark' = any (grounds)"
    " and (grounds @> array['independent_line', 'unverified_paper']"
    " or grounds @> array['independent_line', 'visual_recognition']"
    " or grounds @> array['unverified_paper', 'visual_recognition']))"
)


class Match(Base):
    """That an inquiry and a record speak of one person; the level is written here only when it is confirmed.

    `renews` is the match that this one takes the place of, because its record has changed since.
    """

    __tablename__ = "match"
    __table_args__ = (
        two_people("proposed_by", "signed_by"),
        CheckConstraint(
            "state <> 'confirmed' or (signed_by is not null and level in ('E2', 'E3', 'E4'))",
            name="confirmed_on_evidence",
        ),
        Index("uq_match_standing", "inquiry_id", "record_id", unique=True, postgresql_where=OPEN),
        Index("uq_match_confirmed", "inquiry_id", unique=True, postgresql_where=text("state = 'confirmed'")),
        access(casework="select, insert, update(state, level, signed_by, signed_at, version)"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"), index=True)
    record_id: Mapped[UUID] = mapped_column(ForeignKey("record.id"), index=True)
    record_version: Mapped[int] = mapped_column(Integer)
    state: Mapped[MatchState] = mapped_column(words(MatchState))
    renews: Mapped[UUID | None] = mapped_column(ForeignKey("match.id"), index=True)
    level: Mapped[EvidenceLevel | None] = mapped_column(words(EvidenceLevel))
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this as it stands


class MatchReasoning(Base):
    """Level, grounds and reason of a proposal."""

    __tablename__ = "match_reasoning"
    __table_args__ = (
        CheckConstraint(CARRIED, name="grounds_carry_level"),
        access(casework="select, insert"),
    )

    match_id: Mapped[UUID] = mapped_column(ForeignKey("match.id"), primary_key=True)
    level: Mapped[EvidenceLevel] = mapped_column(words(EvidenceLevel))
    grounds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    reason: Mapped[str] = mapped_column(Sealed("match_reasoning.reason"))


class MatchReview(Base):
    """One person's own verdict, written before they saw anybody else's."""

    __tablename__ = "match_review"
    __table_args__ = (UniqueConstraint("match_id", "reviewer_id"), access(casework="select, insert"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    match_id: Mapped[UUID] = mapped_column(ForeignKey("match.id"))
    reviewer_id: Mapped[UUID]
    verdict: Mapped[Verdict] = mapped_column(words(Verdict))
    reason: Mapped[str] = mapped_column(Sealed("match_review.reason"))
    reviewed_at: Mapped[datetime] = mapped_column(Moment)
