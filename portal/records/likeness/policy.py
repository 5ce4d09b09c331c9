"""Who compares photographs, and who says whether two are the same picture."""

from __future__ import annotations

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission, Role


def may_compare(actor: Actor) -> bool:
    """Only the background process: comparing shows nothing to anybody."""
    return Role.WORKER in actor.roles


def may_read(actor: Actor) -> bool:
    """Let those who compare, keep or confirm records see which photographs look alike."""
    return actor.holds(Permission.RECORDS_RECORD_READ)


def may_judge(actor: Actor) -> bool:
    """Let whoever compares records, or keeps them, say whether two photographs are the same picture."""
    return actor.holds(Permission.RECORDS_LIKENESS_JUDGE)
