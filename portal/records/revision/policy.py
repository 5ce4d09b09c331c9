"""Who may propose that a record is wrong, and who may answer."""

from __future__ import annotations

from uuid import UUID

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission
from portal.records.truth.policy import CORRECTABLE
from portal.records.vocab import RecordState, RevisionKind, RevisionState

WITHDRAWABLE = CORRECTABLE | {RecordState.PRELIMINARY}


def may_read(actor: Actor) -> bool:
    """Let those who compare, keep or confirm records read what was changed in them."""
    return actor.holds(Permission.RECORDS_RECORD_READ)


def may_propose(actor: Actor, kind: RevisionKind, state: RecordState) -> bool:
    """Let a custodian propose it, as long as the record stands."""
    able = CORRECTABLE if kind is RevisionKind.CORRECTION else WITHDRAWABLE
    return actor.holds(Permission.RECORDS_RECORD_PROPOSE) and state in able


def may_answer(actor: Actor, proposed_by: UUID, state: RevisionState) -> bool:
    """Let an approver answer only what somebody else has proposed."""
    return (
        actor.holds(Permission.RECORDS_RECORD_CONFIRM)
        and actor.id != proposed_by
        and state is RevisionState.PROPOSED
    )
