"""Who may renew a match or say that it must not stand."""

from __future__ import annotations

from uuid import UUID

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission
from portal.matching.vocab import MatchState


def may_read(actor: Actor) -> bool:
    """Let those who judge matches see which of them no longer stand on their record."""
    return actor.holds(Permission.MATCHING_MATCH_REVIEW)


def may_renew(actor: Actor, state: MatchState) -> bool:
    """Let an analyst compare anew what was confirmed; a colleague judges it blind, as the first time."""
    return actor.holds(Permission.MATCHING_MATCH_PROPOSE) and state is MatchState.CONFIRMED


def may_reverse(actor: Actor, state: MatchState) -> bool:
    """Let whoever judges matches say that one must not stand."""
    return actor.holds(Permission.MATCHING_MATCH_REVIEW) and state is MatchState.CONFIRMED


def may_sign(actor: Actor, proposed_by: UUID, signed_by: UUID | None) -> bool:
    """Let a colleague sign a reversal that somebody else has proposed."""
    return actor.holds(Permission.MATCHING_MATCH_REVIEW) and actor.id != proposed_by and signed_by is None
