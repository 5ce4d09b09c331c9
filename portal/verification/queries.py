"""Reads of decisions, narrowed by the database to those who may see them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from portal.kernel.work import Work
from portal.verification import policy
from portal.verification.models import Decision
from portal.verification.vocab import Basis, DecisionFacts, DecisionKind, DecisionState, Finding


def decisions_of(work: Work, inquiry_id: UUID) -> list[DecisionFacts]:
    """Every decision on one file, oldest first."""
    work.require(policy.may_read)
    rows = work.session.scalars(
        select(Decision)
        .where(Decision.inquiry_id == inquiry_id)
        .order_by(Decision.proposed_at, Decision.kind)
    )
    return [_facts(work, row) for row in rows]


def waiting_for_me(work: Work) -> list[DecisionFacts]:
    """The decisions this person could sign, oldest first."""
    work.require(policy.may_read)
    rows = work.session.scalars(
        select(Decision)
        .where(Decision.state == DecisionState.PROPOSED, Decision.proposed_by != work.actor_id)
        .order_by(Decision.proposed_at)
    )
    return [_facts(work, row) for row in rows]


def is_verified(work: Work, inquiry_id: UUID) -> bool:
    """True when both questions are answered with yes and signed by a second person."""
    kinds = work.session.scalars(
        select(Decision.kind).where(
            Decision.inquiry_id == inquiry_id,
            Decision.state == DecisionState.SIGNED,
            Decision.finding == Finding.ACCEPTED,
        )
    )
    return set(kinds) == set(DecisionKind)


def _facts(work: Work, row: Decision) -> DecisionFacts:
    return DecisionFacts(
        id=row.id,
        version=row.version,
        inquiry_id=row.inquiry_id,
        kind=row.kind,
        finding=row.finding,
        basis=tuple(Basis(word) for word in row.basis),
        reason=row.reason,
        state=row.state,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        returned_by=row.returned_by,
        return_reason=row.return_reason,
        may_sign=policy.may_sign(work.actor, row.proposed_by, row.state),
    )
