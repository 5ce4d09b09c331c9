"""How much somebody opens within an hour, counted from the log itself in the transaction of each reading."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from portal.audit import policy
from portal.audit.vocab import AlertCause, Event, ReadingKind
from portal.kernel.errors import ReadingStopped
from portal.kernel.ids import new_id
from portal.kernel.work import Work

_TALLY = text("select others, is_known from portal_reading_tally(:events, :subject, :since)")
_WARNINGS = text("select at, detail from portal_reading_warnings(:since)")
_RAISE = text("select portal_raise_alert(:id, :kind, :cause, :moment, :since)")

Opened = dict[ReadingKind, set[object]]


@dataclass(frozen=True, slots=True)
class Warned:
    """Somebody has reached the soft number of a kind: how many things they opened, and how often today they did."""

    kind: ReadingKind
    opened: int
    warnings_today: int

    @property
    def needs_a_second_person(self) -> bool:
        """True at every third warning of a day."""
        return self.warnings_today % policy.WARNINGS_A_DAY == 0


def count(work: Work, event: Event, subject_id: UUID | None) -> Warned | None:
    """Let one reading in, with a warning when it reaches the soft number; `ReadingStopped` at the hard one.

    What was opened before within the hour may be opened again. The database lets one reading of a person in at a
    time, so that two at once cannot both take the last place.
    """
    kind = policy.READINGS.get(event)
    if kind is None or not policy.is_counted(work.actor):
        return None
    limit, here = policy.LIMITS[kind], _opened_here(work, kind)
    events = [each.value for each, its_kind in policy.READINGS.items() if its_kind is kind]
    parameters = {"events": events, "subject": subject_id, "since": work.now - policy.HOUR}
    others, is_known = work.session.execute(_TALLY, parameters).one()
    if is_known or (subject_id is not None and subject_id in here):
        return None
    opened = others + len(here)
    if opened >= limit.hard:
        raise ReadingStopped(kind.value, opened)
    here.add(subject_id or object())
    return _warning(work, kind, opened + 1) if opened + 1 >= limit.soft else None


def raise_alert(work: Work, kind: ReadingKind, cause: AlertCause) -> UUID | None:
    """Ask a second person to look; once an hour for the same cause, however often it is tried."""
    parameters = {
        "id": new_id(),
        "kind": kind.value,
        "cause": cause.value,
        "moment": work.now,
        "since": work.now - policy.HOUR,
    }
    raised: UUID | None = work.session.scalar(_RAISE, parameters)
    return raised


def _opened_here(work: Work, kind: ReadingKind) -> set[object]:
    # The log is written last, so what this very piece of work has opened is not in it yet.
    opened: Opened = work.session.info.setdefault("readings", {})
    return opened.setdefault(kind, set())


def _warning(work: Work, kind: ReadingKind, opened: int) -> Warned | None:
    told: set[ReadingKind] = work.session.info.setdefault("warned", set())
    earlier = work.session.execute(_WARNINGS, {"since": work.now - policy.DAY}).all()
    of_this_hour = {json.loads(row.detail)["kind"] for row in earlier if row.at > work.now - policy.HOUR}
    if kind in told or kind.value in of_this_hour:
        return None
    told.add(kind)
    return Warned(kind, opened, len(earlier) + len(told))
