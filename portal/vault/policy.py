"""Who may look after the vault's keys and its ledger, and what nobody may do."""

from __future__ import annotations

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission


def may_erase(actor: Actor, is_held: bool) -> bool:
    """Let what is under a legal hold be erased by nobody; who may erase at all, the room that owns it says."""
    return actor.is_signed_in and not is_held


def may_rotate(actor: Actor) -> bool:
    """Let the operator and the portal's own worker wrap keys anew; it opens no object."""
    return actor.holds(Permission.VAULT_KEYS_ROTATE)


def may_follow_ledger(actor: Actor) -> bool:
    """Let the operator and the worker erase again what had been erased before a restore."""
    return actor.holds(Permission.VAULT_LEDGER_FOLLOW)
