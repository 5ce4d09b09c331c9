"""Who may keep passkeys, and change them."""

from __future__ import annotations

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission


def may_keep_own(actor: Actor) -> bool:
    """Let everybody who is signed in add, see and remove passkeys of their own."""
    return actor.holds(Permission.ACCOUNTS_SESSION_OWN)


def may_change_own(actor: Actor, has_one: bool) -> bool:
    """Let nobody whose work needs a passkey change theirs before showing one that stands.

    Otherwise a stolen password and code could put a stranger's passkey in its place.
    """
    return may_keep_own(actor) and not (actor.withheld and has_one)
