"""Who may ask for a recovery, sign it, hand it over and stop it; never two of these that open an account alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from portal.accounts.recovery.vocab import Mark, RecoveryState
from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission, Role

FEWEST_FACTS = 2
FEWEST_FACTS_WITHOUT_CODE_WORD = 3
SIGNED_WITHIN = timedelta(days=7)
HANDED_WITHIN = timedelta(days=7)
LINK = timedelta(hours=72)

NEXT: dict[RecoveryState, frozenset[RecoveryState]] = {
    RecoveryState.ASKED: frozenset({RecoveryState.COOLING, RecoveryState.DECLINED, RecoveryState.EXPIRED}),
    RecoveryState.COOLING: frozenset({RecoveryState.HANDED, RecoveryState.STOPPED, RecoveryState.EXPIRED}),
    RecoveryState.HANDED: frozenset({RecoveryState.DONE, RecoveryState.STOPPED, RecoveryState.EXPIRED}),
    RecoveryState.DECLINED: frozenset(),
    RecoveryState.DONE: frozenset(),
    RecoveryState.EXPIRED: frozenset(),
    RecoveryState.STOPPED: frozenset(),
}


class Asked(Protocol):
    """A recovery as far as this page asks."""

    @property
    def proposed_by(self) -> UUID:
        """Who asked for it."""

    @property
    def signed_by(self) -> UUID | None:
        """Who signed it, once somebody has."""


def may_ask(actor: Actor) -> bool:
    """Let those who speak with families ask, after a conversation."""
    return actor.holds(Permission.ACCOUNTS_RECOVERY_ASK)


def may_read(actor: Actor) -> bool:
    """Let those who ask and those who sign see what was asked."""
    return actor.holds(Permission.ACCOUNTS_RECOVERY_READ)


def may_sign(actor: Actor, recovery: Asked) -> bool:
    """Let an approver or a verifier sign only what another asked for."""
    return actor.holds(Permission.ACCOUNTS_RECOVERY_SIGN) and actor.id != recovery.proposed_by


def may_decline(actor: Actor, recovery: Asked) -> bool:
    """Let whoever could sign refuse, and whoever asked take it back."""
    return may_sign(actor, recovery) or (may_ask(actor) and actor.id == recovery.proposed_by)


def may_hand(actor: Actor, recovery: Asked) -> bool:
    """Let those who ask hand over the link; whoever signed never holds it."""
    return may_ask(actor) and actor.id != recovery.signed_by


def may_stop_own(actor: Actor) -> bool:
    """Let whoever is signed in stop the recovery of their own account; nothing more is asked."""
    return actor.holds(Permission.ACCOUNTS_SESSION_OWN)


def may_see_stop(actor: Actor, recovery: Asked) -> bool:
    """Let the second person say that they have seen that it was stopped."""
    return actor.holds(Permission.ACCOUNTS_RECOVERY_SIGN) and actor.id == recovery.signed_by


def may_expire(actor: Actor) -> bool:
    """Let the machine's own hand close what nobody took further, and whoever asks anew."""
    return actor.has_role(Role.WORKER) or may_ask(actor)


def may_follow(now: RecoveryState, then: RecoveryState) -> bool:
    """The order of a recovery's life."""
    return then in NEXT[now]


def is_over(lapses_at: datetime, now: datetime) -> bool:
    """True when nobody took it further in time."""
    return now >= lapses_at


def is_enough(marks: Collection[Mark], *, has_code_word: bool) -> bool:
    """The agreed code word and two things only the relative can know; three where no word was agreed."""
    facts = len(set(marks) - {Mark.CODE_WORD})
    if has_code_word:
        return Mark.CODE_WORD in marks and facts >= FEWEST_FACTS
    return Mark.CODE_WORD not in marks and facts >= FEWEST_FACTS_WITHOUT_CODE_WORD
