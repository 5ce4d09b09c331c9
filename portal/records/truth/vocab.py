"""What a record says, as other rooms read it; values from papers are quotations, never our own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portal.records.vocab import FileKind, Part, RecordState


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What is known of one numbered person; `version` grows whenever any of it changes.

    `photographed_on` is the first photograph's day; `died_on_stated` is what a paper claims, in its words.
    """

    id: UUID
    version: int
    state: RecordState
    branch: str | None
    number: str
    photographed_on: date | None
    given: str | None = None
    father: str | None = None
    grandfather: str | None = None
    family: str | None = None
    mother: str | None = None
    mother_family: str | None = None
    birth_year: int | None = None
    died_on_stated: str | None = None
    place_stated: str | None = None

    @property
    def full_name(self) -> str:
        """The parts of the name that papers say, in their order; empty when none does."""
        return " ".join(part for part in (self.given, self.father, self.grandfather, self.family) if part)


@dataclass(frozen=True, slots=True)
class Statement:
    """One part of what one paper says, as it is written there."""

    part: Part
    value: str
    source_kind: FileKind
    item_id: UUID


@dataclass(frozen=True, slots=True)
class RecordItem:
    """One photograph or paper of a record."""

    id: UUID
    kind: FileKind
    object_id: UUID
    media_type: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who proposed the truth of a record and why, and who confirmed it."""

    proposed_by: UUID | None
    proposed_at: datetime | None
    reason: str | None
    signed_by: UUID | None
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A record as it lies open on a desk; photographs are only counted."""

    facts: RecordFacts
    statements: tuple[Statement, ...]
    differing: tuple[Part, ...]
    strangers: frozenset[UUID]
    papers: tuple[RecordItem, ...]
    photographs: int
    set_aside: tuple[Statement, ...]
    signatures: Signatures
    people: Mapping[UUID, str]
    may_propose: bool
    may_confirm: bool
    may_correct: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class ListedRecord:
    """A record that waits to be settled."""

    id: UUID
    branch: str | None
    number: str
    state: RecordState
    proposed_at: datetime | None
    may_confirm: bool
