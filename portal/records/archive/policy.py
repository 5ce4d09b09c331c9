"""Who may bring an archive in, take it over, refuse it and look into it."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission
from portal.records.vocab import PAPERS, BatchState, FileKind


class Staged(Protocol):
    """A batch as far as this page asks."""

    proposed_by: UUID
    state: BatchState


class Asked(Protocol):
    """An order as far as this page asks."""

    ordered_by: UUID


def may_stage(actor: Actor) -> bool:
    """Let custodians, and the operator at the command line, bring files in."""
    return actor.holds(Permission.RECORDS_BATCH_STAGE)


def may_begin(actor: Actor, order: Asked) -> bool:
    """Let only the custodian who ordered an import, and has seen what it would do, begin it."""
    return actor.holds(Permission.RECORDS_BATCH_STAGE) and actor.id == order.ordered_by


def may_withdraw(actor: Actor, order: Asked) -> bool:
    """Let only the custodian who ordered an import withdraw it."""
    return may_begin(actor, order)


def may_read_batches(actor: Actor) -> bool:
    """Let the keepers of the archive see imports and the fate of each file."""
    return actor.holds(Permission.RECORDS_BATCH_READ)


def may_accept(actor: Actor, batch: Staged) -> bool:
    """Let a custodian accept only what somebody else has staged."""
    return (
        actor.holds(Permission.RECORDS_BATCH_ACCEPT)
        and batch.state is BatchState.STAGED
        and actor.id != batch.proposed_by
    )


def may_reject(actor: Actor, batch: Staged) -> bool:
    """Let a keeper of the archive send back what nobody has accepted, also what is only half staged."""
    return actor.holds(Permission.RECORDS_BATCH_STAGE) and batch.state in {
        BatchState.STAGED,
        BatchState.STAGING,
    }


def may_open(actor: Actor, kind: FileKind) -> bool:
    """Let those who compare records open any item, and a transcriber papers only."""
    if actor.holds(Permission.RECORDS_RECORD_READ):
        return True
    return actor.holds(Permission.RECORDS_READING_WRITE) and kind in PAPERS
