"""Who may compare, propose and judge."""

from __future__ import annotations

from uuid import UUID

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission
from portal.matching.vocab import EvidenceLevel, MatchState

CONFIRMABLE = frozenset({EvidenceLevel.E3, EvidenceLevel.E4})
TOO_WEAK = frozenset({EvidenceLevel.E0, EvidenceLevel.E1})
OPEN = frozenset({MatchState.PROPOSED, MatchState.PANEL})
GONE = frozenset({MatchState.RENEWED, MatchState.REVERSED})
PANEL = 2  # verdicts beside the proposer's when the evidence is E2


def may_find(actor: Actor) -> bool:
    """Let an analyst see candidates."""
    return actor.holds(Permission.MATCHING_CANDIDATE_READ)


def may_compare(actor: Actor) -> bool:
    """Let those who find and those who judge lay an inquiry and a record side by side."""
    return may_find(actor) or actor.holds(Permission.MATCHING_MATCH_REVIEW)


def may_propose(actor: Actor) -> bool:
    """Let an analyst propose or exclude."""
    return actor.holds(Permission.MATCHING_MATCH_PROPOSE)


def may_read(actor: Actor) -> bool:
    """Let those who propose, judge or tell know which match stands."""
    return actor.holds(Permission.MATCHING_MATCH_REVIEW) or actor.holds(Permission.DISCLOSURE_PACKAGE_PREPARE)


def is_enough(level: EvidenceLevel, verdicts: int) -> bool:
    """Strong evidence needs one blind verdict, supported evidence a panel, weak evidence is never enough."""
    if level in TOO_WEAK:
        return False
    return verdicts >= (1 if level in CONFIRMABLE else PANEL)


def may_review(actor: Actor, proposed_by: UUID, state: MatchState) -> bool:
    """Let somebody else than the proposer judge what is still open."""
    return actor.holds(Permission.MATCHING_MATCH_REVIEW) and actor.id != proposed_by and state in OPEN
