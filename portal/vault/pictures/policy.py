"""How many pictures a day, when a larger one, and who may follow a mark."""

from __future__ import annotations

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission


def may_trace(actor: Actor) -> bool:
    """Let the operator, by command, ask which opening a leaked picture comes from."""
    return actor.holds(Permission.VAULT_PICTURE_TRACE)


def may_enlarge(actor: Actor, seen_small: bool) -> bool:
    """Let somebody see a picture larger only after they saw it small."""
    return actor.is_signed_in and seen_small
