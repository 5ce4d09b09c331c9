"""Decisions on who is asking; two people each, held by the table itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment, Sealed, two_people, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id
from portal.verification.vocab import DecisionKind, DecisionState, Finding


class Decision(Base):
    """One answer to one of the two questions; at most one stands for each file and question."""

    __tablename__ = "decision"
    __table_args__ = (
        two_people("proposed_by", "signed_by"),
        two_people("proposed_by", "returned_by"),
        CheckConstraint(
            "(state = 'signed') = (signed_by is not null) and (state = 'returned') = (returned_by is not null)",
            name="answered_by_somebody",
        ),
        Index(
            "uq_decision_standing",
            "inquiry_id",
            "kind",
            unique=True,
            postgresql_where=text("state = 'proposed' or (state = 'signed' and finding = 'accepted')"),
        ),
        access(
            casework="select, insert, update(state, signed_by, signed_at, returned_by, return_reason, version)"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"), index=True)
    kind: Mapped[DecisionKind] = mapped_column(words(DecisionKind))
    finding: Mapped[Finding] = mapped_column(words(Finding))
    basis: Mapped[list[str]] = mapped_column(ARRAY(Text))
    reason: Mapped[str] = mapped_column(Sealed("decision.reason"))
    state: Mapped[DecisionState] = mapped_column(words(DecisionState), default=DecisionState.PROPOSED)
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    returned_by: Mapped[UUID | None]
    return_reason: Mapped[str | None] = mapped_column(Sealed("decision.return_reason"))
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this as it stands
