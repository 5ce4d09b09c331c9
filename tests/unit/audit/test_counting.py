"""Readings are counted for each person, hour and kind: warned, then stopped, and two at once never take one place."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.audit import policy, queries, service
from portal.audit.chain import Entry
from portal.audit.vocab import Event, ReadingKind, ReadingLimit
from portal.kernel.actor import OPERATOR, WORKER, Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import ReadingStopped
from portal.kernel.permissions import Role
from portal.kernel.work import Notice, Workplace
from tests.conftest import SetClock
from tests.support.actors import an_actor

READ = Event.RECORDS_RECORD_READ


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers small enough to reach."""
    monkeypatch.setattr(policy, "LIMITS", dict.fromkeys(ReadingKind, ReadingLimit(3, 5)))


def _read(place: Workplace, actor: Actor, subject: UUID | None = None, event: Event = READ) -> list[Notice]:
    with place.open(actor, DbRole.CASEWORK) as work:
        service.record(work, event, subject or uuid4())
    return work.notices


def _log(place: Workplace, event: Event) -> list[Entry]:
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        return [entry for entry in queries.in_order(work) if entry.event == event]


def test_each_reading_up_to_the_hard_number_is_let_in_and_no_more(place: Workplace) -> None:
    actor = an_actor(Role.ANALYST)
    for _ in range(5):
        _read(place, actor)
    with pytest.raises(ReadingStopped) as stopped:
        _read(place, actor)
    assert (stopped.value.kind, stopped.value.opened) == ("record", 5)
    assert len(_log(place, READ)) == 5


def test_a_stop_is_remembered_though_the_reading_is_rolled_back(place: Workplace) -> None:
    actor = an_actor(Role.ANALYST)
    for _ in range(5):
        _read(place, actor)
    for _ in range(2):
        with pytest.raises(ReadingStopped):
            _read(place, actor)
    stops = _log(place, Event.AUDIT_READING_STOPPED)
    assert [(stop.actor_id, json.loads(stop.detail)) for stop in stops] == [
        (actor.id, {"kind": "record", "opened": 5})
    ] * 2
    assert len(_log(place, Event.OVERSIGHT_ALERT_RAISED)) == 1  # not one for each attempt


def test_the_person_is_told_once_an_hour_when_they_reach_the_soft_number(place: Workplace) -> None:
    actor = an_actor(Role.ANALYST)
    told = [_read(place, actor) for _ in range(5)]
    assert told == [[], [], [Notice("reading:record", 3)], [], []]
    assert len(_log(place, Event.AUDIT_READING_WARNED)) == 1


def test_what_was_opened_within_the_hour_may_be_opened_again(place: Workplace) -> None:
    actor, subject = an_actor(Role.ANALYST), uuid4()
    for _ in range(12):
        assert _read(place, actor, subject) == []


def test_pages_of_the_log_have_no_subject_and_each_counts(place: Workplace) -> None:
    actor = an_actor(Role.AUDITOR)
    for _ in range(5):
        with place.open(actor, DbRole.OVERSIGHT) as work:
            service.record(work, Event.AUDIT_ENTRIES_READ)
    with pytest.raises(ReadingStopped), place.open(actor, DbRole.OVERSIGHT) as work:
        service.record(work, Event.AUDIT_ENTRIES_READ)


def test_several_readings_of_one_piece_of_work_are_all_counted(place: Workplace) -> None:
    actor = an_actor(Role.ANALYST)
    with pytest.raises(ReadingStopped), place.open(actor, DbRole.CASEWORK) as work:
        for _ in range(6):
            service.record(work, READ, uuid4())
    assert _log(place, READ) == []


def test_an_hour_later_the_count_begins_anew(place: Workplace, clock: SetClock) -> None:
    actor = an_actor(Role.ANALYST)
    for _ in range(5):
        _read(place, actor)
    clock.advance(minutes=61)
    assert _read(place, actor) == []


def test_kinds_and_people_are_counted_apart(place: Workplace) -> None:
    actor = an_actor(Role.ANALYST)
    for _ in range(5):
        _read(place, actor)
    _read(place, actor, event=Event.INQUIRIES_INQUIRY_READ)
    _read(place, an_actor(Role.ANALYST))


@pytest.mark.parametrize(
    "actor", [an_actor(Role.RELATIVE), WORKER, OPERATOR], ids=["relative", "worker", "operator"]
)
def test_neither_a_relative_nor_the_machine_is_counted(place: Workplace, actor: Actor) -> None:
    for _ in range(8):
        assert _read(place, actor) == []


def test_the_third_warning_of_a_day_asks_a_second_person(place: Workplace, clock: SetClock) -> None:
    actor = an_actor(Role.ANALYST)
    for hour in range(3):
        assert len(_log(place, Event.OVERSIGHT_ALERT_RAISED)) == 0, hour
        for _ in range(3):
            _read(place, actor)
        clock.advance(minutes=61)
    (raised,) = _log(place, Event.OVERSIGHT_ALERT_RAISED)
    assert json.loads(raised.detail) == {"cause": "warned", "kind": "record"}


def test_warnings_of_yesterday_are_not_added_to_those_of_today(place: Workplace, clock: SetClock) -> None:
    actor = an_actor(Role.ANALYST)
    for _ in range(3):
        for _ in range(3):
            _read(place, actor)
        clock.advance(hours=25)
    assert _log(place, Event.OVERSIGHT_ALERT_RAISED) == []


def test_of_many_readings_at_once_only_as_many_as_there_are_places_get_in(place: Workplace) -> None:
    actor = an_actor(Role.ANALYST)

    def one(_: int) -> bool:
        try:
            _read(place, actor)
        except ReadingStopped:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        let_in = list(pool.map(one, range(16)))
    assert sum(let_in) == 5
    assert len(_log(place, READ)) == 5


@given(roles=st.sets(st.sampled_from(list(Role)), min_size=1))
def test_whoever_is_neither_relative_nor_machine_is_always_counted(roles: set[Role]) -> None:
    machine_or_relative = {Role.RELATIVE, Role.WORKER, Role.OPERATOR}
    assert policy.is_counted(an_actor(*roles)) is not bool(roles & machine_or_relative)


def test_every_kind_has_an_event_and_a_soft_number_below_the_hard_one() -> None:
    assert set(policy.READINGS.values()) == set(ReadingKind)
    assert all(0 < limit.soft < limit.hard for limit in policy.LIMITS.values())
