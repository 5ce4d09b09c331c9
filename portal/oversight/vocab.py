"""Filters and facts of the oversight screens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from portal.audit.vocab import AlertCause, ReadingKind
from portal.inquiries.vocab import OutsideOpening


@dataclass(frozen=True, slots=True)
class LogFilter:
    """How an auditor narrows the log."""

    event: str | None = None
    actor_id: UUID | None = None
    case_id: UUID | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class LogLine:
    """One act as an auditor reads it: who (a colleague's name where there is one), when, what, to what."""

    seq: int
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    roles: tuple[str, ...]
    event: str
    subject_id: UUID | None
    case_id: UUID | None
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sitting:
    """What one role did with a relative's own file in one go: from when until when, and what was opened or done."""

    begun_at: datetime
    ended_at: datetime
    roles: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonthOfReadings:
    """The case team's ordinary readings of one past month, summed up."""

    month: date
    readings: int


@dataclass(frozen=True, slots=True)
class OwnAccessReport:
    """What a relative may know of who looked at their file (promise P15, within P3).

    `months` ends with the last full month; `sittings` hold every single reading, but only once they have been told.
    `outside` holds the moments at which somebody outside their team opened it; these stand here at once, without a
    word of who that was, since the role alone would say how far the work has come. `handed` holds the moments at which
    something left for an institution, and is empty for whoever was not told.
    """

    standing: tuple[str, ...]
    months: tuple[MonthOfReadings, ...]
    sittings: tuple[Sitting, ...]
    handed: tuple[datetime, ...] = ()
    outside: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """How somebody read that a second person is asked to look at; `may_review` is the reader's own right to."""

    id: UUID
    actor_id: UUID
    actor_name: str | None
    kind: ReadingKind
    cause: AlertCause
    at: datetime
    seen_by: str | None
    seen_at: datetime | None
    note: str | None = field(repr=False)
    may_review: bool


@dataclass(frozen=True, slots=True)
class ListedOpening:
    """A case opened outside an assignment, with names beside the ids; `may_review` is the reader's own right to."""

    facts: OutsideOpening
    opener: str | None
    reviewer: str | None
    may_review: bool
