"""Who may open, invite, sign and list accounts, and how long a session lasts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission, Role

IDLE_RELATIVE = timedelta(minutes=30)
IDLE_STAFF = timedelta(minutes=15)
ABSOLUTE_RELATIVE = timedelta(hours=12)
ABSOLUTE_STAFF = timedelta(hours=8)  # one working day
FRESH = timedelta(minutes=5)  # how long a factor counts as just shown
FEWEST_ADMINISTRATORS = 2  # below two, nobody could give a second signature


class Proposal(Protocol):
    """An invitation as far as this page asks."""

    proposed_by: UUID


def may_open_own(actor: Actor) -> bool:
    """Let a visitor, or a relative who writes again, open an account of their own; never staff for them."""
    return not actor.roles - {Role.RELATIVE}


def may_open_first(actor: Actor, administrators: int) -> bool:
    """Let the operator open administrators' accounts while there are too few to sign for each other."""
    return actor.has_role(Role.OPERATOR) and administrators < FEWEST_ADMINISTRATORS


def may_propose(actor: Actor) -> bool:
    """Let an administrator propose a colleague."""
    return actor.holds(Permission.ACCOUNTS_INVITATION_PROPOSE)


def may_sign(actor: Actor, invitation: Proposal) -> bool:
    """Let an administrator sign only what another administrator proposed."""
    return actor.holds(Permission.ACCOUNTS_INVITATION_SIGN) and actor.id != invitation.proposed_by


def may_list(actor: Actor) -> bool:
    """Let an administrator see who has a staff account."""
    return actor.holds(Permission.ACCOUNTS_ACCOUNT_LIST)


def may_see_own_sessions(actor: Actor) -> bool:
    """Let everybody who is signed in see and end where they are signed in."""
    return actor.holds(Permission.ACCOUNTS_SESSION_OWN)


def may_keep_second_password(actor: Actor) -> bool:
    """Let a relative keep a second password, for when somebody forces them."""
    return actor.holds(Permission.ACCOUNTS_DURESS_OWN)


def idle_limit(actor: Actor) -> timedelta:
    """How long a session may rest: shorter for the staff, whose desks open many files; a relative reads slowly."""
    return IDLE_RELATIVE if actor.has_role(Role.RELATIVE) else IDLE_STAFF


def absolute_limit(actor: Actor) -> timedelta:
    """How long a session may last however busy it is."""
    return ABSOLUTE_RELATIVE if actor.has_role(Role.RELATIVE) else ABSOLUTE_STAFF


def is_fresh(proved_at: datetime, now: datetime) -> bool:
    """True when a factor was shown so lately that a sensitive act may follow."""
    return now - proved_at < FRESH


def is_over(actor: Actor, created_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """True when a session has been idle or open for too long."""
    return now - last_seen_at > idle_limit(actor) or now - created_at > absolute_limit(actor)
