"""Reads of the oversight screens; each reading of the log is itself remembered."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.audit import queries as audit_queries
from portal.audit import service as audit
from portal.audit.chain import Entry
from portal.audit.vocab import ORDINARY_READINGS, Event
from portal.disclosure.handover import queries as handover
from portal.disclosure.telling import queries as telling
from portal.inquiries import glass
from portal.inquiries import queries as inquiries
from portal.inquiries.vocab import OutsideOpening
from portal.kernel.errors import NotFound
from portal.kernel.paging import PAGE_SIZE, Page, page_of
from portal.kernel.permissions import Role
from portal.kernel.work import Work
from portal.oversight import policy
from portal.oversight.models import InsiderAlert
from portal.oversight.vocab import (
    Alert,
    ListedOpening,
    LogFilter,
    LogLine,
    MonthOfReadings,
    OwnAccessReport,
    Sitting,
)

# Who may open a relative's file without asking anybody first; the same for every file.
ALIKE_FOR_ALL = {Role.INTAKE.value, Role.VERIFIER.value}
STANDING = (Role.INTAKE, Role.VERIFIER, Role.ANALYST, Role.LIAISON, Role.APPROVER)
PAUSE = timedelta(hours=1)


def log_page(work: Work, wished: LogFilter) -> Page[LogLine]:
    """A page of the log with the names of colleagues beside their ids."""
    page = audit_queries.newest(work, wished.page, wished.event, wished.actor_id, wished.case_id)
    names = accounts.display_names(work, {entry.actor_id for entry in page.items if entry.actor_id})
    audit.record(work, Event.AUDIT_ENTRIES_READ, detail={"page": wished.page})
    lines = tuple(_line(entry, names.get(entry.actor_id) if entry.actor_id else None) for entry in page.items)
    return Page(lines, page.number, page.has_more)


def alerts(work: Work, number: int) -> Page[Alert]:
    """What a second person was asked to look at, newest first."""
    work.require(policy.may_review)
    query = select(InsiderAlert).order_by(InsiderAlert.at.desc(), InsiderAlert.id)
    rows = work.session.scalars(query.limit(PAGE_SIZE + 1).offset((number - 1) * PAGE_SIZE)).all()
    people = {person for row in rows for person in (row.actor_id, row.seen_by) if person}
    names = accounts.display_names(work, people)
    return page_of([_alert(work, row, names) for row in rows], number)


def alert(work: Work, alert_id: UUID) -> Alert:
    """One alert."""
    work.require(policy.may_review)
    row = work.session.get(InsiderAlert, alert_id)
    if row is None:
        raise NotFound("no such alert")
    return _alert(work, row, accounts.display_names(work, {row.actor_id, row.seen_by}))


def openings(work: Work, number: int) -> Page[ListedOpening]:
    """Cases opened outside an assignment, with the names of those who opened them."""
    page = glass.outside_openings(work, number)
    return Page(tuple(_named(work, page.items)), page.number, page.has_more)


def opening(work: Work, opening_id: UUID) -> ListedOpening:
    """One of them."""
    (found,) = _named(work, [glass.outside_opening(work, opening_id)])
    return found


def _named(work: Work, found: Sequence[OutsideOpening]) -> list[ListedOpening]:
    names = accounts.display_names(
        work, {person for each in found for person in (each.account_id, each.reviewed_by)}
    )
    return [
        ListedOpening(
            each,
            names.get(each.account_id),
            names.get(each.reviewed_by) if each.reviewed_by else None,
            each.reviewed_by is None and policy.may_close(work.actor, each.account_id),
        )
        for each in found
    ]


def _alert(work: Work, row: InsiderAlert, names: Mapping[UUID, str]) -> Alert:
    return Alert(
        id=row.id,
        actor_id=row.actor_id,
        actor_name=names.get(row.actor_id),
        kind=row.kind,
        cause=row.cause,
        at=row.at,
        seen_by=names.get(row.seen_by) if row.seen_by else None,
        seen_at=row.seen_at,
        note=row.note,
        may_review=row.seen_by is None and policy.may_close(work.actor, row.actor_id),
    )


def who_looked(work: Work) -> OwnAccessReport:
    """Who looked at the relative's own file.

    Before the conversation only what is alike for every file: who has standing access, and the ordinary readings
    of past months as sums. Once told: every reading. An opening from outside the case team stands there at once.
    """
    own = inquiries.own_inquiry(work)
    if own is None:
        raise NotFound("no file of one's own")
    entries = audit_queries.of_case(work, own.id)
    ordinary = [entry for entry in entries if _is_ordinary(entry)]
    told = telling.is_told(work, own.id)
    return OwnAccessReport(
        standing=tuple(role.value for role in STANDING),
        months=_past_months(ordinary, work.now),
        sittings=sittings(entry for entry in entries if entry.roles) if told else (),
        handed=handover.own_handed(work) if told else (),
        outside=tuple(e.at for e in entries if e.event == Event.INQUIRIES_INQUIRY_OPENED_OUTSIDE),
    )


def _is_ordinary(entry: Entry) -> bool:
    """A reading by the part of the team that works alike on every file, whatever was found for it."""
    return entry.event in ORDINARY_READINGS and set(entry.roles.split(",")) <= ALIKE_FOR_ALL


def _past_months(entries: list[Entry], now: datetime) -> tuple[MonthOfReadings, ...]:
    this_month = now.date().replace(day=1)
    counted = Counter(entry.at.date().replace(day=1) for entry in entries)
    return tuple(MonthOfReadings(month, n) for month, n in sorted(counted.items()) if month < this_month)


def sittings(entries: Iterable[Entry]) -> tuple[Sitting, ...]:
    """Entries of one role that follow each other without an hour between them, as one line."""
    found: list[Sitting] = []
    for entry in entries:
        last = found[-1] if found else None
        if last and last.roles == entry.roles and entry.at - last.ended_at < PAUSE:
            events = last.events if entry.event in last.events else (*last.events, entry.event)
            found[-1] = replace(last, ended_at=entry.at, events=events)
        else:
            found.append(Sitting(entry.at, entry.at, entry.roles, (entry.event,)))
    return tuple(found)


def _line(entry: Entry, name: str | None) -> LogLine:
    return LogLine(
        entry.seq,
        entry.at,
        entry.actor_id,
        name,
        tuple(filter(None, entry.roles.split(","))),
        entry.event,
        entry.subject_id,
        entry.case_id,
        {key: str(value) for key, value in json.loads(entry.detail).items()},
    )
