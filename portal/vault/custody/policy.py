"""Who may read the state of the store, check it, settle a finding, and place or lift a legal hold."""

from __future__ import annotations

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission
from portal.vault.custody.models import VaultHold
from portal.vault.custody.vocab import HoldState


def may_read(actor: Actor) -> bool:
    """Let a custodian and the operator see how whole the store is; it shows no content."""
    return actor.holds(Permission.VAULT_CUSTODY_READ)


def may_check(actor: Actor) -> bool:
    """Let the operator and the worker go through the store."""
    return actor.holds(Permission.VAULT_OBJECT_CHECK)


def may_settle(actor: Actor) -> bool:
    """Let a custodian say what became of a damage."""
    return actor.holds(Permission.VAULT_FINDING_SETTLE)


def may_see_holds(actor: Actor) -> bool:
    """Let those see holds who may ask for them or sign them."""
    return actor.holds(Permission.VAULT_HOLD_SIGN)


def may_ask(actor: Actor) -> bool:
    """Let a custodian ask for a hold."""
    return actor.holds(Permission.VAULT_HOLD_ASK)


def may_sign(actor: Actor, hold: VaultHold) -> bool:
    """Let only a second person answer a hold that was asked for."""
    return _signs(actor, hold, HoldState.ASKED) and actor.id != hold.proposed_by


def may_ask_to_lift(actor: Actor, hold: VaultHold) -> bool:
    """Let somebody who may sign holds ask that a standing one be lifted."""
    return _signs(actor, hold, HoldState.STANDING)


def may_lift(actor: Actor, hold: VaultHold) -> bool:
    """Let only another person than the one who asked lift a hold, or keep it."""
    return _signs(actor, hold, HoldState.LIFTING) and actor.id != hold.lift_asked_by


def _signs(actor: Actor, hold: VaultHold, state: HoldState) -> bool:
    return actor.holds(Permission.VAULT_HOLD_SIGN) and hold.state is state
