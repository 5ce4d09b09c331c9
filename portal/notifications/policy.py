"""Who carries the mail."""

from __future__ import annotations

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission


def may_deliver(actor: Actor) -> bool:
    """Let only the worker send; people queue."""
    return actor.holds(Permission.NOTIFICATIONS_ENVELOPE_DELIVER)
