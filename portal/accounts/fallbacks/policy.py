"""Which roles a passkey is asked for, what waits for it, and who may let somebody do without."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from portal.kernel.actor import Actor
from portal.kernel.permissions import GRANTS, Permission, Role

# The last words of permissions by which somebody decides, and the room whose permissions all give power over people.
DECIDES = frozenset({"accept", "approve", "confirm", "review", "sign"})
# What concerns nobody else's account, and what opens none before another person has signed.
HARMLESS = frozenset(
    {
        Permission.ACCOUNTS_DURESS_OWN,
        Permission.ACCOUNTS_LEAVE_OWN,
        Permission.ACCOUNTS_RECOVERY_ASK,
        Permission.ACCOUNTS_RECOVERY_READ,
        Permission.ACCOUNTS_SESSION_OWN,
    }
)


class Proposal(Protocol):
    """A fallback as far as this page asks."""

    account_id: UUID
    proposed_by: UUID


def is_powerful(permission: Permission) -> bool:
    """True for what decides about a family, or about the accounts of others."""
    context, _, act = permission.value.split(":")
    return act in DECIDES or (context == "accounts" and permission not in HARMLESS)


def powerful(roles: Iterable[Role]) -> frozenset[Permission]:
    """What these roles may do that waits for a passkey."""
    return frozenset(each for role in roles for each in GRANTS[role] if is_powerful(each))


def needs_passkey(roles: Iterable[Role]) -> bool:
    """True when one of these roles signs, accepts or administers."""
    return bool(powerful(roles))


def may_see(actor: Actor) -> bool:
    """Let an administrator see who does without a passkey."""
    return actor.holds(Permission.ACCOUNTS_FALLBACK_PROPOSE)


def may_propose(actor: Actor, account_id: UUID) -> bool:
    """Let an administrator propose a fallback for a colleague, never for themselves."""
    return actor.holds(Permission.ACCOUNTS_FALLBACK_PROPOSE) and actor.id != account_id


def may_sign(actor: Actor, fallback: Proposal) -> bool:
    """Let an administrator sign what another proposed for a third person."""
    return actor.holds(Permission.ACCOUNTS_FALLBACK_SIGN) and actor.id not in {
        fallback.account_id,
        fallback.proposed_by,
    }
