"""Who may change, end and reopen an account, and for whom; never for oneself where it gives power."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from portal.accounts.vocab import AccountState
from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission

FEWEST_ADMINISTRATORS = 2  # below two, nobody could give a second signature


class Change(Protocol):
    """A change of roles as far as this page asks."""

    account_id: UUID
    proposed_by: UUID


def may_propose(actor: Actor, account_id: UUID) -> bool:
    """Let an administrator propose other roles for a colleague, never for themselves."""
    return actor.holds(Permission.ACCOUNTS_ROLES_PROPOSE) and actor.id != account_id


def may_sign(actor: Actor, change: Change) -> bool:
    """Let an administrator sign what another proposed for a third person."""
    return actor.holds(Permission.ACCOUNTS_ROLES_SIGN) and actor.id not in {
        change.account_id,
        change.proposed_by,
    }


def may_withdraw(actor: Actor, change: Change) -> bool:
    """Let every administrator but the one it is about take a proposal off the desk."""
    return actor.holds(Permission.ACCOUNTS_ROLES_PROPOSE) and actor.id != change.account_id


def may_deactivate(actor: Actor) -> bool:
    """Let one administrator close an account alone: it takes power away."""
    return actor.holds(Permission.ACCOUNTS_ACCOUNT_DEACTIVATE)


def may_ask_for_link(actor: Actor, account_id: UUID) -> bool:
    """Let an administrator ask for a new link for a colleague; another one signs it."""
    return actor.holds(Permission.ACCOUNTS_INVITATION_PROPOSE) and actor.id != account_id


def may_mark_leave(actor: Actor, account_id: UUID) -> bool:
    """Let everybody of the staff say that they are away, and an administrator say it for them."""
    return actor.holds(Permission.ACCOUNTS_LEAVE_MARK) or (
        actor.holds(Permission.ACCOUNTS_LEAVE_OWN) and actor.id == account_id
    )


def may_see_own_leaves(actor: Actor) -> bool:
    """Let everybody of the staff see their own leaves."""
    return actor.holds(Permission.ACCOUNTS_LEAVE_OWN)


def is_enough(administrators: int) -> bool:
    """True when so many active administrators can still sign for each other."""
    return administrators >= FEWEST_ADMINISTRATORS


def takes_a_link(state: AccountState) -> bool:
    """Only an account that is not in use is opened, or opened again, by a link."""
    return state is not AccountState.ACTIVE
