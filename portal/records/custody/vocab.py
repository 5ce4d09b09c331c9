"""What the pages of custody show, put together from the archive and the vault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.vault.custody.vocab import Coverage, Finding, Hold, HoldScope
from portal.vault.vocab import Occasion


@dataclass(frozen=True, slots=True)
class NamedFinding:
    """A finding, and under which path the object came in; a copy made here has none."""

    finding: Finding
    path: str | None
    settled_by: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """The fixity report: how far the checks have come, what they found, and what was done about it."""

    coverage: Coverage
    open: tuple[NamedFinding, ...]
    settled: tuple[NamedFinding, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a hold covers, in the words of the archive."""

    scope: HoldScope
    about: UUID
    name: str


@dataclass(frozen=True, slots=True)
class NamedHold:
    """A legal hold, what it covers, and the people who signed it."""

    hold: Hold
    name: str
    people: dict[UUID, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an object's history: who did what, when, and for which reason."""

    at: datetime
    who: str | None
    roles: str
    event: str
    reason: str | None
    occasion: Occasion | None


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was drawn from an original, and the recipe that it was drawn by."""

    id: UUID
    purpose: str
    recipe: str
    stored_at: datetime
    is_erased: bool


@dataclass(frozen=True, slots=True)
class CustodyFile:
    """All that is known of one stored object but its content."""

    id: UUID
    path: str | None
    source: str | None
    media_type: str
    size: int
    sha256: str
    stored_at: datetime
    checked_at: datetime
    is_erased: bool
    parent_id: UUID | None
    recipe: str | None
    copies: tuple[Copy, ...]
    history: tuple[Entry, ...]
