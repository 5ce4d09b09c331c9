"""Who may keep passkeys."""

from __future__ import annotations

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission


def may_keep_own(actor: Actor) -> bool:
    """Let everybody who is signed in add, see and remove passkeys of their own."""
    return actor.holds(Permission.ACCOUNTS_SESSION_OWN)
