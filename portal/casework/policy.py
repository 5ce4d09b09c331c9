"""Who may give a case to whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from portal.casework.vocab import TEAM_ROLES
from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission, Role


def may_assign(actor: Actor, role: Role) -> bool:
    """Let intake fill and empty the places of a case team."""
    return actor.holds(Permission.CASEWORK_CASE_ASSIGN) and role in TEAM_ROLES


def may_read_team(actor: Actor) -> bool:
    """Let whoever may read a case see who works on it."""
    return actor.holds(Permission.INQUIRIES_INQUIRY_READ)


def may_declare(actor: Actor) -> bool:
    """Let everybody at the desks say, for themselves alone, that a case is too close to them."""
    return actor.holds(Permission.CASEWORK_CONFLICT_DECLARE)


def may_take(account_id: UUID, closed_to: Collection[UUID], away: Collection[UUID]) -> bool:
    """Nobody takes a place in a case that is closed to them, nor new work while on leave."""
    return account_id not in closed_to and account_id not in away


def are_different(team: Mapping[Role, UUID]) -> bool:
    """One person, one place: whoever compares never also speaks with the family about the outcome."""
    return len(set(team.values())) == len(team)
