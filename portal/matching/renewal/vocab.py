"""What lies on the desk of whoever looks at a match anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.matching.service import Comparison
from portal.records.truth.vocab import RecordFacts, Statement

# The fields of a record that are laid side by side; the three kinds of date are three fields.
FIELDS = (
    "given",
    "father",
    "grandfather",
    "family",
    "mother",
    "mother_family",
    "birth_year",
    "photographed_on",
    "died_on_stated",
    "place_stated",
)


class Standing(StrEnum):
    """Why a confirmed match no longer stands on its record."""

    CHANGED = "changed"
    UNSETTLED = "unsettled"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class StaleMatch:
    """A confirmed match whose record is another than the one that was compared."""

    id: UUID
    inquiry_id: UUID
    record_id: UUID
    why: Standing
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record, then and now."""

    name: str
    then: object
    now: object

    @property
    def is_changed(self) -> bool:
        """True when it says something else."""
        return self.then != self.now


@dataclass(frozen=True, slots=True)
class ReversalFile:
    """A proposed reversal."""

    id: UUID
    version: int
    reason: str
    proposed_by: UUID
    proposed_at: datetime
    signed_by: UUID | None
    signed_at: datetime | None
    may_sign: bool


@dataclass(frozen=True, slots=True)
class RenewalDesk:
    """A match with what has changed in its record since; `then` is missing when that version was never kept."""

    match_id: UUID
    comparison: Comparison
    why: Standing | None
    then: RecordFacts | None
    fields: tuple[Field, ...]
    dropped: tuple[Statement, ...]
    added: tuple[Statement, ...]
    renewal_id: UUID | None
    reversal: ReversalFile | None
    people: Mapping[UUID, str]
    may_renew: bool
    may_reverse: bool
