"""Words of the match: evidence, grounds, verdicts, states, and what agrees part by part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class EvidenceLevel(StrEnum):
    """How strong the evidence is; only E3 and E4 may be told as fact, E2 needs a panel of three."""

    E0 = "E0"
    E1 = "E1"
    E2 = "E2"
    E3 = "E3"
    E4 = "E4"


class Ground(StrEnum):
    """One thing an identification rests on."""

    AUTHENTICATED_PAPER_TIES_NUMBER = "authenticated_paper_ties_number"
    CIVIL_IDENTITY_ON_AUTHENTICATED_PAPER = "civil_identity_on_authenticated_paper"
    DENTAL = "dental"
    DISTINGUISHING_MARK = "distinguishing_mark"
    DNA = "dna"
    FINGERPRINT = "fingerprint"
    INDEPENDENT_LINE = "independent_line"
    UNVERIFIED_PAPER = "unverified_paper"
    VISUAL_RECOGNITION = "visual_recognition"


class Verdict(StrEnum):
    """What somebody finds after comparing."""

    DIFFERENT = "different"
    NOT_ENOUGH = "not_enough"
    SAME = "same"


class MatchState(StrEnum):
    """Where a match stands."""

    CONFIRMED = "confirmed"
    EXCLUDED = "excluded"
    PANEL = "panel"
    PROPOSED = "proposed"
    RETURNED = "returned"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class MatchProposal:
    """What an analyst proposes, on which grounds, and why."""

    inquiry_id: UUID
    record_id: UUID
    level: EvidenceLevel
    grounds: frozenset[Ground]
    reason: str


@dataclass(frozen=True, slots=True)
class ConfirmedMatch:
    """A match that stands, with the two people who carry it."""

    id: UUID
    inquiry_id: UUID
    record_id: UUID
    record_version: int
    level: EvidenceLevel
    proposed_by: UUID
    signed_by: UUID


@dataclass(frozen=True, slots=True)
class WaitingMatch:
    """A proposal that waits for somebody's own verdict; its reasons stay closed."""

    id: UUID
    inquiry_id: UUID
    record_id: UUID
    version: int
    proposed_at: datetime
