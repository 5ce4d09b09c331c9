"""Alerts: looked at by somebody else than the person concerned, once; auditors are written to without a word of it."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from portal.audit import counting
from portal.audit.vocab import AlertCause, ReadingKind
from portal.kernel.actor import WORKER, Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, NotAllowed, NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.notifications import service as notifications
from portal.notifications.models import QueuedEnvelope
from portal.notifications.vocab import Envelope, Rhythm, Urgency
from portal.oversight import queries, service
from tests.conftest import SetClock
from tests.support.actors import an_actor
from tests.support.factories.accounts import a_staff_account

CALM = Rhythm()
ONE, OTHER = an_actor(Role.AUDITOR), an_actor(Role.AUDITOR)


def _raised(place: Workplace, actor: Actor, role: DbRole = DbRole.CASEWORK) -> UUID:
    with place.open(actor, role) as work:
        alert_id = counting.raise_alert(work, ReadingKind.RECORD, AlertCause.STOPPED)
    assert alert_id is not None
    return alert_id


def _review(place: Workplace, actor: Actor, alert_id: UUID, role: DbRole = DbRole.OVERSIGHT) -> None:
    with place.open(actor, role) as work:
        service.review_alert(work, alert_id, "they prepared a hearing")


def test_an_auditor_looks_at_an_alert_and_the_note_is_kept(place: Workplace) -> None:
    alert_id = _raised(place, an_actor(Role.ANALYST))
    with place.open(ONE, DbRole.OVERSIGHT) as work:
        (before,) = queries.alerts(work, 1).items
    assert before.may_review
    _review(place, ONE, alert_id)
    with place.open(OTHER, DbRole.OVERSIGHT) as work:
        after = queries.alert(work, alert_id)
    assert (after.note, after.may_review, after.seen_at is None) == ("they prepared a hearing", False, False)


def test_an_alert_is_looked_at_once(place: Workplace) -> None:
    alert_id = _raised(place, an_actor(Role.ANALYST))
    _review(place, ONE, alert_id)
    with pytest.raises(Conflict):
        _review(place, OTHER, alert_id)


def test_nobody_looks_at_an_alert_about_themselves(place: Workplace) -> None:
    alert_id = _raised(place, ONE, DbRole.OVERSIGHT)
    with place.open(ONE, DbRole.OVERSIGHT) as work:
        assert not queries.alert(work, alert_id).may_review
    with pytest.raises(NotAllowed):
        _review(place, ONE, alert_id)
    _review(place, OTHER, alert_id)


def test_the_table_itself_refuses_the_person_concerned(place: Workplace, addresses: Addresses) -> None:
    _raised(place, ONE, DbRole.OVERSIGHT)
    with place.open(ONE, DbRole.OVERSIGHT) as work:
        changed = work.session.execute(
            text("update insider_alert set seen_by = portal_actor(), seen_at = now(), note = '' returning id")
        ).all()
    assert changed == []
    engine = create_engine(addresses.owner)
    with pytest.raises(IntegrityError, match="two_people"), engine.begin() as connection:
        connection.execute(text("update insider_alert set seen_by = actor_id, seen_at = now(), note = ''"))
    engine.dispose()


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.AUDITOR], ids=str)
def test_only_auditors_see_alerts(place: Workplace, role: Role) -> None:
    alert_id = _raised(place, an_actor(Role.ANALYST))
    with pytest.raises(NotAllowed):
        _review(place, an_actor(role), alert_id)
    with place.open(an_actor(role), DbRole.OVERSIGHT) as work:
        assert work.session.execute(text("select id from insider_alert")).all() == []


@pytest.mark.parametrize("role", [DbRole.CASEWORK, DbRole.FAMILY, DbRole.OVERSIGHT, DbRole.ADMIN], ids=str)
def test_nobody_writes_or_takes_away_an_alert_past_the_function(place: Workplace, role: DbRole) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), place.open(ONE, role) as work:
        work.session.execute(text("delete from insider_alert"))
    with pytest.raises(ProgrammingError, match="permission denied"), place.open(ONE, role) as work:
        work.session.execute(
            text(
                "insert into insider_alert (id, actor_id, kind, cause, at)"
                " values (gen_random_uuid(), gen_random_uuid(), 'record', 'stopped', now())"
            )
        )


def test_an_unknown_alert_is_not_there(place: Workplace) -> None:
    with pytest.raises(NotFound):
        _review(place, ONE, uuid4())


def test_the_same_cause_is_raised_once_an_hour(place: Workplace, clock: SetClock) -> None:
    actor = an_actor(Role.ANALYST)
    _raised(place, actor)
    with place.open(actor, DbRole.CASEWORK) as work:
        assert counting.raise_alert(work, ReadingKind.RECORD, AlertCause.STOPPED) is None
    clock.advance(minutes=61)
    _raised(place, actor)


def test_a_raised_alert_leaves_a_task_for_the_worker_due_now(place: Workplace, clock: SetClock) -> None:
    alert_id = _raised(place, an_actor(Role.ANALYST))
    jobs = (
        "select args ->> 'alert_id', scheduled_at from procrastinate_jobs"
        " where task_name = 'oversight:tell_of_alert'"
    )
    with place.open(WORKER, DbRole.WORKER) as work:
        assert work.session.execute(text(jobs)).all() == [(str(alert_id), clock.moment)]


def test_every_auditor_but_the_one_concerned_is_written_to_at_once(place: Workplace, clock: SetClock) -> None:
    concerned, other = (a_staff_account(place, Role.AUDITOR) for _ in range(2))
    a_staff_account(place, Role.ANALYST)
    alert_id = _raised(place, Actor(concerned.account_id, frozenset({Role.AUDITOR})), DbRole.OVERSIGHT)
    with place.open(WORKER, DbRole.WORKER) as work:
        assert service.tell_of_alert(work, alert_id, CALM) == 1
        work.session.flush()
        (row,) = work.session.scalars(select(QueuedEnvelope)).all()
    assert (row.recipient_ref, row.address, row.send_after) == (other.account_id, other.login, clock.moment)


def test_only_the_machine_learns_the_addresses(place: Workplace) -> None:
    a_staff_account(place, Role.AUDITOR)
    with place.open(ONE, DbRole.WORKER) as work:
        assert work.session.execute(select(func.portal_auditor_addresses())).all() == []
    with pytest.raises(ProgrammingError, match="permission denied"), place.open(ONE, DbRole.CASEWORK) as work:
        work.session.execute(select(func.portal_auditor_addresses()))
    with pytest.raises(NotAllowed), place.open(ONE, DbRole.OVERSIGHT) as work:
        service.tell_of_alert(work, uuid4(), CALM)


def test_whoever_writes_to_families_cannot_leave_the_calm_rhythm(place: Workplace) -> None:
    envelope = Envelope(uuid4(), "somebody@example.org", "ar", urgency=Urgency.AT_ONCE)
    refused = pytest.raises(ProgrammingError, match="never_at_once_to_families")
    with refused, place.open(an_actor(Role.LIAISON), DbRole.CASEWORK) as work:
        notifications.queue(work, envelope, CALM)
