"""Who may have a family asked, and who asks them."""

from __future__ import annotations

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission, Role


def may_ask(actor: Actor) -> bool:
    """Let whoever compares with the archive have the family asked; they never speak with them."""
    return actor.holds(Permission.MATCHING_MATCH_PROPOSE)


def may_read(actor: Actor) -> bool:
    """Let whoever compares, and whoever speaks with families, see what is still asked."""
    return may_ask(actor) or actor.has_role(Role.LIAISON)


def may_answer(actor: Actor, place: Role | None) -> bool:
    """Let only the caseworker who speaks with this family enter what they say."""
    return actor.has_role(Role.LIAISON) and place is Role.LIAISON
