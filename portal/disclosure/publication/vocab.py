"""Words of the publication of a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class NameState(StrEnum):
    """Where a name is on its way to the memorial."""

    ASKED = "asked"
    HIDDEN = "hidden"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    SIGNED = "signed"


class Stance(StrEnum):
    """What one relative answered; each decides alone, and one objection is enough."""

    AGREED = "agreed"
    ASKED = "asked"
    NOT_NOW = "not_now"
    OBJECTED = "objected"


class Hindrance(StrEnum):
    """Why a name may not be published yet."""

    NOBODY_AGREED = "nobody_agreed"
    SOMEBODY_OBJECTED = "somebody_objected"
    SPELLINGS_DIFFER = "spellings_differ"
    SOMEBODY_NOT_TOLD = "somebody_not_told"


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name exactly as it is to stand."""

    name_ar: str
    name_latin: str | None


@dataclass(frozen=True, slots=True)
class Voice:
    """One relative's answer, without saying whose."""

    stance: Stance
    spelling: Spelling | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Consent:
    """A relative's agreement: the spelling, and the very words and language in which they were asked."""

    spelling: Spelling
    words: str
    language: str


@dataclass(frozen=True, slots=True)
class OwnVoice:
    """What a relative finds on their page about the memorial."""

    id: UUID
    stance: Stance
    spelling: Spelling | None
    is_published: bool
    suggested: str


@dataclass(frozen=True, slots=True)
class EligibleName:
    """A person whose relatives may be asked; the name as those relatives wrote it."""

    record_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class NameFile:
    """A name on its way, as staff see it."""

    id: UUID
    version: int
    state: NameState
    spelling: Spelling | None
    voices: tuple[Voice, ...]
    hindrances: tuple[Hindrance, ...]
    proposed_by: UUID | None
    proposed_at: datetime | None
    signed_by: UUID | None
    signed_at: datetime | None
    due_at: datetime | None
    may_propose: bool
    may_sign: bool


@dataclass(frozen=True, slots=True)
class OpenName:
    """A name on its way as it lies open on a desk."""

    file: NameFile
    people: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class NamesDesk:
    """What an editor finds: whose relatives may be asked, and the names on their way."""

    eligible: tuple[EligibleName, ...]
    files: tuple[NameFile, ...]
