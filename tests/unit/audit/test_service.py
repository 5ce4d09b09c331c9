"""The log: in the same transaction, on its own when refused, chained, and never changed by the application."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from portal.audit import chain, queries, service
from portal.audit.vocab import Event
from portal.kernel.actor import OPERATOR
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import NotAllowed
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor

AUDITOR = an_actor(Role.AUDITOR)
AUDITOR_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def _entries(place: Workplace) -> list[chain.Entry]:
    with place.open(AUDITOR, DbRole.OVERSIGHT) as work:
        return list(queries.in_order(work))


def _some(place: Workplace, number: int = 3) -> None:
    for _ in range(number):
        with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
            service.record(work, Event.RECORDS_RECORD_READ, uuid4(), detail={"a|b": "1|2"})


@pytest.mark.asvs("2.3.3")
@pytest.mark.asvs("16.5.3")
@pytest.mark.promise("P15")
def test_an_act_and_its_entry_stand_or_fall_together(place: Workplace) -> None:
    with pytest.raises(RuntimeError), place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        service.record(work, Event.RECORDS_RECORD_READ, uuid4())
        raise RuntimeError
    assert _entries(place) == []


@pytest.mark.asvs("16.3.2")
@pytest.mark.promise("P15")
def test_a_refused_attempt_is_remembered_though_all_else_is_rolled_back(place: Workplace) -> None:
    actor = an_actor(Role.ANALYST)
    with pytest.raises(NotAllowed), place.open(actor, DbRole.CASEWORK) as work:
        service.record(work, Event.RECORDS_RECORD_READ, uuid4())
        work.require(lambda actor: False)
    (entry,) = _entries(place)
    assert entry.event == Event.AUDIT_ACCESS_REFUSED
    assert entry.actor_id == actor.id


@pytest.mark.promise("P15")
def test_the_database_and_we_hash_alike(place: Workplace) -> None:
    _some(place)
    entries = _entries(place)
    assert [entry.hash for entry in entries] == [chain.expected_hash(entry) for entry in entries]
    assert entries[0].previous == chain.GENESIS


@pytest.mark.asvs("13.2.2")
@pytest.mark.asvs("16.4.2")
@pytest.mark.promise("P15")
@pytest.mark.parametrize("role", list(DbRole), ids=lambda r: r.value)
@pytest.mark.parametrize(
    "statement",
    [
        "update audit_entry set event = 'x'",
        "delete from audit_entry",
        "truncate audit_entry",
        "insert into audit_entry values (99, now(), null, '', 'x', null, null, '', '', '')",
    ],
)
def test_no_role_of_the_application_may_change_the_log(
    place: Workplace, role: DbRole, statement: str
) -> None:
    _some(place, 1)
    with pytest.raises(ProgrammingError, match="permission denied"), place.open(AUDITOR, role) as work:
        work.session.execute(text(statement))


@pytest.mark.asvs("16.4.2")
@pytest.mark.promise("P15")
def test_a_change_by_the_owner_of_the_database_is_named(place: Workplace, addresses: Addresses) -> None:
    _some(place, 5)
    engine = create_engine(addresses.owner)
    with engine.begin() as connection:
        connection.execute(text("alter table audit_entry disable trigger all"))
        connection.execute(text("update audit_entry set detail = '{}' where seq = 3"))
    engine.dispose()
    with place.open(OPERATOR, DbRole.OVERSIGHT) as work:
        found = service.verify(work)
    assert not found.intact
    assert found.first_broken == 3


@pytest.mark.asvs("16.4.2")
def test_a_missing_entry_is_named(place: Workplace, addresses: Addresses) -> None:
    _some(place, 4)
    engine = create_engine(addresses.owner)
    with engine.begin() as connection:
        connection.execute(text("alter table audit_entry disable trigger all"))
        connection.execute(text("delete from audit_entry where seq = 2"))
    engine.dispose()
    with place.open(OPERATOR, DbRole.OVERSIGHT) as work:
        assert service.verify(work).first_broken == 3


def test_checking_the_log_is_itself_remembered(place: Workplace) -> None:
    with place.open(AUDITOR, DbRole.OVERSIGHT) as work:
        assert service.verify(work).intact
    assert _entries(place)[-1].event == Event.AUDIT_LOG_VERIFIED


@pytest.mark.parametrize("role", [r for r in Role if r not in {Role.AUDITOR, Role.OPERATOR}], ids=str)
def test_only_an_auditor_or_the_operator_may_check_the_log(place: Workplace, role: Role) -> None:
    with pytest.raises(NotAllowed), place.open(an_actor(role), DbRole.OVERSIGHT) as work:
        service.verify(work)


@given(field=st.sampled_from(["event", "roles", "detail"]), added=st.text(min_size=1, max_size=5))
def test_any_changed_field_changes_the_hash(field: str, added: str) -> None:
    entry = chain.Entry(
        1, AUDITOR_MOMENT, None, "", "accounts:session:ended", None, None, "{}", chain.GENESIS, ""
    )
    changed = replace(entry, **{field: getattr(entry, field) + added})
    assert chain.expected_hash(changed) != chain.expected_hash(entry)
