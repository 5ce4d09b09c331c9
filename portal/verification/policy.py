"""Who may decide, and who may sign what another decided."""

from __future__ import annotations

from uuid import UUID

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission
from portal.verification.vocab import DecisionState


def may_propose(actor: Actor) -> bool:
    """Let a verifier answer either question."""
    return actor.holds(Permission.VERIFICATION_DECISION_PROPOSE)


def may_read(actor: Actor) -> bool:
    """Let verifiers and approvers read decisions and their reasons."""
    return actor.holds(Permission.VERIFICATION_DECISION_READ)


def may_sign(actor: Actor, proposed_by: UUID, state: DecisionState) -> bool:
    """Let somebody else than the proposer sign what is still open."""
    return (
        actor.holds(Permission.VERIFICATION_DECISION_SIGN)
        and actor.id != proposed_by
        and state is DecisionState.PROPOSED
    )
