"""Who may read a record, propose its truth, and confirm it as the second person."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission
from portal.records.vocab import RecordState

UNSETTLED = frozenset({RecordState.CORRECTED, RecordState.TRANSCRIBED})
# What nobody has read holds no quotation to correct; what was withdrawn stays withdrawn.
CORRECTABLE = UNSETTLED | {RecordState.CONFIRMED}


class Stated(Protocol):
    """A record as far as this page asks."""

    proposed_by: UUID
    state: RecordState


def may_read(actor: Actor) -> bool:
    """Let those who compare, keep or confirm records read them."""
    return actor.holds(Permission.RECORDS_RECORD_READ)


def may_take_over(actor: Actor) -> bool:
    """Let a transcriber's settled reading become quotations of the record."""
    return actor.holds(Permission.RECORDS_READING_WRITE)


def may_propose(actor: Actor, record: Stated) -> bool:
    """Let a custodian propose what has been read and is not yet settled."""
    return actor.holds(Permission.RECORDS_RECORD_PROPOSE) and record.state in UNSETTLED


def may_change(actor: Actor) -> bool:
    """Let a custodian say that something in a record is wrong."""
    return actor.holds(Permission.RECORDS_RECORD_PROPOSE)


def may_confirm(actor: Actor, record: Stated) -> bool:
    """Let an approver confirm only what somebody else has proposed."""
    return (
        actor.holds(Permission.RECORDS_RECORD_CONFIRM)
        and record.state in UNSETTLED
        and record.proposed_by is not None
        and record.proposed_by != actor.id
    )
