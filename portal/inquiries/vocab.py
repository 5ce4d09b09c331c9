"""Words and facts of an inquiry; what a family sees of its state is a word of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class InquiryState(StrEnum):
    """The life of an inquiry as staff know it; never shown outside."""

    ACTIVE = "active"
    AFTERCARE = "aftercare"
    CLOSED = "closed"
    OUTCOME_READY = "outcome_ready"
    SUBMITTED = "submitted"
    TOLD = "told"
    TRIAGE = "triage"
    VERIFYING = "verifying"


class FamilyStatus(StrEnum):
    """The few words a family sees; searching and outcome ready are one and the same."""

    CHECKING = "checking"
    CONTACT_US = "contact_us"
    PAUSED = "paused"
    RECEIVED = "received"
    SEARCHING = "searching"
    TOLD = "told"


class Layer(StrEnum):
    """What may be known, from the fact to a face; each is wished for separately."""

    DATE_PLACE = "date_place"
    DESCRIPTION = "description"
    FACE = "face"
    FACT = "fact"
    PAPERS = "papers"
    PHOTOGRAPHS_EXIST = "photographs_exist"


class Wish(StrEnum):
    """Whether somebody wants to know a layer; `later` means: ask me then."""

    LATER = "later"
    NO = "no"
    YES = "yes"


class Relation(StrEnum):
    """How the inquirer says they are related to the person they search for."""

    CHILD = "child"
    FATHER = "father"
    MOTHER = "mother"
    OTHER = "other"
    SIBLING = "sibling"
    SPOUSE = "spouse"


class Channel(StrEnum):
    """How the inquirer may be reached; `none` means that they come to us."""

    EMAIL = "email"
    NONE = "none"
    PHONE = "phone"


class Purpose(StrEnum):
    """What a consent is for; one for each, never one for all."""

    CONTACT = "contact"
    SEARCH = "search"


PHOTOGRAPH_LAYERS = frozenset({Layer.PHOTOGRAPHS_EXIST, Layer.DESCRIPTION, Layer.FACE})


def default_wish(layer: Layer) -> Wish:
    """Nothing about photographs unless it was asked for; everything else is asked about at its time."""
    return Wish.NO if layer in PHOTOGRAPH_LAYERS else Wish.LATER


@dataclass(frozen=True, slots=True)
class Sought:
    """What is known of the person searched for; None means that it is not known, never that it is absent."""

    inquiry_id: UUID
    given: str | None = None
    father: str | None = None
    grandfather: str | None = None
    family: str | None = None
    mother: str | None = None
    mother_family: str | None = None
    birth_year: int | None = None
    birth_place: str | None = None
    arrested_year: int | None = None
    arrested_month: int | None = None
    arrested_day: int | None = None
    arrest_place: str | None = None
    branch: str | None = None

    @property
    def full_name(self) -> str:
        """The known parts of the name in their order."""
        return " ".join(part for part in (self.given, self.father, self.grandfather, self.family) if part)


@dataclass(frozen=True, slots=True)
class SafeContact:
    """How, when and under which name somebody may be reached without harm; hours are of their own day."""

    channel: Channel
    address: str | None
    hour_from: int
    hour_to: int
    quiet_weekdays: frozenset[int]
    shared: bool
    must_not_know: str | None
    code_word: str | None
    sender_name: str | None
    language: str


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """A consent with the exact words and the language in which it was asked."""

    purpose: Purpose
    words: str


@dataclass(frozen=True, slots=True)
class KeptConsent:
    """A consent as it is kept: what was agreed to, when, and whether it was withdrawn since."""

    purpose: Purpose
    words: str
    given_at: datetime
    withdrawn_at: datetime | None

    @property
    def stands(self) -> bool:
        """True as long as it was not withdrawn."""
        return self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Filing:
    """Everything a relative sends when they file; the id inside `sought` is not known yet and not used."""

    sought: Sought
    marks: str | None
    inquirer_name: str
    relation: Relation
    contact: SafeContact
    wishes: Mapping[Layer, Wish]
    consents: tuple[GivenConsent, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a relative takes away: the file number, and the token to open their account with."""

    inquiry_id: UUID
    reference: str
    setup_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OwnInquiry:
    """One's own inquiry as its family sees it."""

    id: UUID
    reference: str
    relation: Relation
    status: FamilyStatus
    is_paused: bool
    filed_at: datetime
    language: str


@dataclass(frozen=True, slots=True)
class OwnFile:
    """Everything a relative told us, for them to read again."""

    inquiry: OwnInquiry
    inquirer_name: str
    sought: Sought
    marks: str | None
    contact: SafeContact
    wishes: Mapping[Layer, Wish]
    consents: tuple[KeptConsent, ...]

    @property
    def has_withdrawn(self) -> bool:
        """True when the search itself is no longer agreed to."""
        return any(each.purpose is Purpose.SEARCH and not each.stands for each in self.consents)

    @property
    def is_bare(self) -> bool:
        """True when there is nothing to read again: nobody files without agreeing to something."""
        return not self.consents


@dataclass(frozen=True, slots=True)
class InquiryFile:
    """An inquiry as staff read it; the contact is closed behind its own act, the inquirer's name to an analyst.

    A file whose family paused or withdrew stands still in the same way: nobody contacts them.
    """

    id: UUID
    reference: str
    relation: Relation
    state: InquiryState
    filed_at: datetime
    language: str
    is_paused: bool
    inquirer_name: str | None
    sought: Sought
    marks: str | None
    wishes: Mapping[Layer, Wish]
    consents: tuple[KeptConsent, ...]

    @property
    def is_search_agreed(self) -> bool:
        """The family has neither paused nor withdrawn the search."""
        search = [each for each in self.consents if each.purpose is Purpose.SEARCH]
        return not self.is_paused and any(each.stands for each in search)


@dataclass(frozen=True, slots=True)
class AlikeFile:
    """Another file that may be about the same person, and which parts of both accounts agree."""

    id: UUID
    reference: str
    state: InquiryState
    agrees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlikeFiles:
    """An inquiry and the files that may be about the same person, the likeliest first."""

    inquiry: InquiryFile
    files: tuple[AlikeFile, ...]


@dataclass(frozen=True, slots=True)
class WaitingInquiry:
    """An inquiry in a list of staff."""

    id: UUID
    reference: str
    state: InquiryState
    filed_at: datetime
    is_paused: bool


@dataclass(frozen=True, slots=True)
class ConsentTotal:
    """How often one purpose was consented to, and how often that was withdrawn."""

    purpose: Purpose
    given: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class OutsideOpening:
    """A case opened outside an assignment: by whom, why, and what an auditor thought of it."""

    id: UUID
    inquiry_id: UUID
    account_id: UUID
    reason: str = field(repr=False)
    opened_at: datetime
    reviewed_by: UUID | None
    reviewed_at: datetime | None
    review: str | None = field(repr=False)
