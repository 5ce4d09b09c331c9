"""Words of the match: evidence, grounds, verdicts, states, and what agrees part by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.kernel.errors import Conflict, Invalid
from portal.kernel.names import Agreement


class RecordNotConfirmed(Conflict):
    """A match rests on a record; two people must first have confirmed what that record says."""


class VisualOnly(Invalid):
    """Recognition by sight alone, or one unverified paper, can never confirm who somebody is."""


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
    RENEWED = "renewed"
    RETURNED = "returned"
    REVERSED = "reversed"


class Obstacle(StrEnum):
    """Why an inquiry and a record cannot be brought together now."""

    ANSWERED = "answered"
    NOT_SEARCHING = "not_searching"
    RECORD_CHANGED = "record_changed"
    RECORD_UNCONFIRMED = "record_unconfirmed"


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


class ComparedPart(StrEnum):
    """The parts of two accounts that are laid side by side, in the order in which people say them."""

    GIVEN = "given"
    FATHER = "father"
    GRANDFATHER = "grandfather"
    FAMILY = "family"
    MOTHER = "mother"
    MOTHER_FAMILY = "mother_family"
    BIRTH_YEAR = "birth_year"
    PLACE = "place"
    BRANCH = "branch"
    DATES = "dates"


@dataclass(frozen=True, slots=True)
class Compared:
    """One part of both accounts; `apart` counts the years between two years of birth."""

    part: ComparedPart
    theirs: str | None
    ours: str | None
    agreement: Agreement
    closeness: float
    apart: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may speak of the person an inquiry seeks, with what agrees and what does not."""

    record_id: UUID
    record_version: int
    parts: tuple[Compared, ...]
    is_confirmed_record: bool

    def with_agreement(self, agreement: Agreement) -> tuple[Compared, ...]:
        """The parts that have this mark."""
        return tuple(each for each in self.parts if each.agreement is agreement)


@dataclass(frozen=True, slots=True)
class Excluded:
    """A record that somebody found to be another person, and why."""

    record_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Review:
    """One person's verdict, as those read it who have judged themselves."""

    reviewer_id: UUID
    verdict: Verdict
    reason: str
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class Reasoning:
    """Why a match was proposed."""

    level: EvidenceLevel
    grounds: tuple[Ground, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class MatchFile:
    """A match on a reviewer's desk; reasoning and reviews are empty until they have judged.

    To whoever has not judged yet, a panel looks like a first proposal: its state would tell a colleague's verdict.
    """

    id: UUID
    version: int
    inquiry_id: UUID
    record_id: UUID
    record_version: int
    state: MatchState
    renews: UUID | None
    proposed_by: UUID
    proposed_at: datetime
    signed_by: UUID | None
    signed_at: datetime | None
    reasoning: Reasoning | None
    reviews: tuple[Review, ...]
    people: Mapping[UUID, str]
    may_review: bool


@dataclass(frozen=True, slots=True)
class StandingMatch:
    """That something was said of an inquiry and a record."""

    id: UUID
    record_id: UUID
    state: MatchState
