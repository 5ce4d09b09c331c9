"""Append to the log: in the transaction of the act, or on its own when the act was refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from portal.audit import chain, counting, policy, queries
from portal.audit.vocab import AlertCause, Event, ReadingKind
from portal.kernel.errors import ReadingStopped, Refused
from portal.kernel.work import Notice, Work

Detail = Mapping[str, str | int | bool | None]

_APPEND = text("select portal_audit_append(:at, :event, :subject, :case, :detail)")


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking the log found: how many entries hold, and the first that does not."""

    entries: int
    head: str
    first_broken: int | None

    @property
    def intact(self) -> bool:
        """True when every entry holds."""
        return self.first_broken is None


def record(
    work: Work,
    event: Event,
    subject_id: UUID | None = None,
    *,
    case_id: UUID | None = None,
    detail: Detail | None = None,
) -> None:
    """Remember an act; it is appended last in the same transaction, so the log's lock is held briefly.

    `case_id` is the inquiry whose family may later read who looked. `detail` holds ids, counts and words of
    our own vocabularies: never a name, an address or free text. A reading by staff is counted first: nothing can
    be opened, and remembered, past the number of the hour.
    """
    warned = counting.count(work, event, subject_id)
    _keep(work, event, subject_id, case_id, detail)
    if warned is not None:
        _warn(work, warned)


def _keep(
    work: Work, event: Event, subject_id: UUID | None, case_id: UUID | None, detail: Detail | None
) -> None:
    entry = {
        "at": work.now,
        "event": event.value,
        "subject": subject_id,
        "case": case_id,
        "detail": json.dumps(dict(detail or {}), sort_keys=True, separators=(",", ":")),
    }
    work.at_close(lambda: _append(work, entry))


def remember_refusal(work: Work, error: Refused) -> None:
    """Remember that somebody tried what they may not do, or more than the hour allows."""
    if isinstance(error, ReadingStopped):
        detail: Detail = {"kind": error.kind, "opened": error.opened}
        record(work, Event.AUDIT_READING_STOPPED, detail=detail)
        _alert(work, ReadingKind(error.kind), AlertCause.STOPPED)
        return
    record(work, Event.AUDIT_ACCESS_REFUSED, detail={"rule": str(error)[:80]})


def verify(work: Work) -> Verification:
    """Recompute the whole log and name the first entry that does not hold; the check itself is remembered."""
    work.require(policy.may_verify)
    before, count, broken = None, 0, None
    with closing(queries.in_order(work)) as entries:
        for entry in entries:
            if not chain.holds(entry, before):
                broken = entry.seq
                break
            before, count = entry, count + 1
    record(work, Event.AUDIT_LOG_VERIFIED, detail={"entries": count, "first_broken": broken})
    return Verification(count, before.hash if before else chain.GENESIS, broken)


def _warn(work: Work, warned: counting.Warned) -> None:
    detail: Detail = {"kind": warned.kind.value, "opened": warned.opened}
    record(work, Event.AUDIT_READING_WARNED, detail=detail)
    work.notices.append(Notice(f"reading:{warned.kind.value}", warned.opened))
    if warned.needs_a_second_person:
        _alert(work, warned.kind, AlertCause.WARNED)


def _alert(work: Work, kind: ReadingKind, cause: AlertCause) -> None:
    raised = counting.raise_alert(work, kind, cause)
    if raised is not None:
        detail: Detail = {"kind": kind.value, "cause": cause.value}
        record(work, Event.OVERSIGHT_ALERT_RAISED, raised, detail=detail)


def _append(work: Work, entry: Mapping[str, object]) -> None:
    work.session.execute(_APPEND, entry)
