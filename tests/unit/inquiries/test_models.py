"""What the database itself lets each role read and write of inquiries."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from portal.inquiries import queries, service
from portal.inquiries.answers import Draft
from portal.kernel.actor import ANONYMOUS, WORKER, Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor
from tests.support.factories.inquiries import a_filed_inquiry

pytestmark = pytest.mark.promise("P2")
TABLES = ("inquiry", "sought_person", "inquirer", "safe_contact", "wish", "consent")
DESK = {Role.ANALYST, Role.APPROVER, Role.INTAKE, Role.VERIFIER}
CASEWORK = dict.fromkeys(TABLES, DESK) | {
    "inquirer": {Role.APPROVER, Role.INTAKE, Role.VERIFIER},
    "safe_contact": {Role.INTAKE, Role.VERIFIER},
}
BOTH, NOTHING = 2, 0


class Two(NamedTuple):
    """Two inquiries of two families."""

    own: UUID
    other: UUID
    relative: Actor


@pytest.fixture
def two(place: Workplace) -> Two:
    own, other = (a_filed_inquiry(place).inquiry_id for _each in "ab")
    with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
        account = queries.relative_of(work, own)
    return Two(own, other, Actor(account, frozenset({Role.RELATIVE})))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("db_role", DbRole)
def test_each_role_sees_what_its_work_needs(place: Workplace, two: Two, db_role: DbRole, table: str) -> None:
    for role in (None, *Role):
        actor = ANONYMOUS if role is None else an_actor(role)
        expected = BOTH if role and _may_see(db_role, table, role) else NOTHING
        assert len(_seen(place, actor, db_role, table)) == expected, f"{role} as {db_role} in {table}"


@pytest.mark.asvs("8.4.1")
@pytest.mark.parametrize("table", TABLES)
def test_a_relative_sees_their_own_and_no_other(place: Workplace, two: Two, table: str) -> None:
    assert _seen(place, two.relative, DbRole.FAMILY, table) == {two.own}
    for db_role in set(DbRole) - {DbRole.FAMILY}:
        assert _seen(place, two.relative, db_role, table) == set()


@pytest.mark.asvs("8.2.3")
@pytest.mark.promise("P3")
@pytest.mark.parametrize("column", ["state", "contact_wished_at", "*"])
def test_a_family_has_no_right_to_the_state_itself(place: Workplace, two: Two, column: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        _run(place, two.relative, DbRole.FAMILY, f"select {column} from inquiry")


@pytest.mark.parametrize(
    "change",
    [
        "update inquiry set state = 'told'",
        "update inquiry set contact_wished_at = null",
        "update inquiry set account_id = gen_random_uuid()",
        "update inquirer set full_name = ''",
        "update safe_contact set channel = 'none', address = null",
        "update consent set words = ''",
        "delete from inquiry",
        "delete from consent",
    ],
)
def test_a_family_changes_only_what_is_theirs_to_change(place: Workplace, two: Two, change: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        _run(place, two.relative, DbRole.FAMILY, change)


@pytest.mark.promise("P12")
@pytest.mark.parametrize(
    "change",
    [
        "update inquiry set paused_at = now() where id = :other",
        "update wish set wish = 'no' where inquiry_id = :other",
        "update consent set withdrawn_at = now() where inquiry_id = :other",
    ],
)
def test_a_family_cannot_steer_another_familys_file(place: Workplace, two: Two, change: str) -> None:
    assert _run(place, two.relative, DbRole.FAMILY, change, other=two.other) == 0


@pytest.mark.parametrize(
    "change",
    [
        "update inquiry set family_status = 'told'",
        "update sought_person set given = ''",
        "update wish set wish = 'yes'",
        "update consent set withdrawn_at = null",
        "insert into wish values (gen_random_uuid(), 'fact', 'yes')",
    ],
)
def test_staff_write_nothing_in_a_familys_name(place: Workplace, two: Two, change: str) -> None:
    with pytest.raises(DBAPIError):
        _run(place, an_actor(Role.INTAKE), DbRole.CASEWORK, change)


@pytest.mark.parametrize("table", ["inquirer", "sought_person"])
def test_nothing_is_added_to_an_inquiry_that_was_filed_before(place: Workplace, two: Two, table: str) -> None:
    values = ":own, '\\x00'" if table == "inquirer" else ":own"
    for actor in (ANONYMOUS, two.relative):
        with pytest.raises(DBAPIError, match="row-level security"):
            _run(place, actor, DbRole.FAMILY, f"insert into {table} values ({values})", own=two.own)


@pytest.mark.parametrize("state", ["submitted", "told"])
def test_no_inquiry_is_filed_for_an_account_that_has_one_or_none(
    place: Workplace, two: Two, state: str
) -> None:
    for account in (two.relative.id, uuid4()):
        with pytest.raises(DBAPIError, match="row-level security"):
            _run(place, ANONYMOUS, DbRole.FAMILY, _FILE, account=account, state=state)


def test_the_table_takes_no_hours_that_never_come(place: Workplace) -> None:
    for hours in ({"hour_from": 18, "hour_to": 9}, {"hour_from": -1}, {"hour_to": 25}, {"address": None}):
        with pytest.raises(IntegrityError):
            a_filed_inquiry(place, **hours)


@pytest.mark.parametrize("db_role", DbRole)
def test_a_draft_is_seen_only_under_its_token(place: Workplace, db_role: DbRole) -> None:
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        service.save_draft(work, "a token", Draft())
    for role in (None, *Role):
        actor = ANONYMOUS if role is None else an_actor(role)
        expected = 1 if db_role is DbRole.WORKER and role is Role.WORKER else 0
        assert len(_rows(place, actor, db_role, "select touched_at from inquiry_draft")) == expected
    with pytest.raises(ProgrammingError, match="permission denied"):
        _run(place, WORKER, DbRole.WORKER, "select answers from inquiry_draft")


_FILE = (
    "insert into inquiry (id, reference, account_id, relation, state, language, filed_at) "
    "values (gen_random_uuid(), 'AM-0000-0000', :account, 'other', :state, 'ar', now())"
)


def _may_see(db_role: DbRole, table: str, role: Role) -> bool:
    if db_role is DbRole.CASEWORK:
        return role in CASEWORK[table]
    return db_role is DbRole.OVERSIGHT and table == "consent" and role is Role.DATA_PROTECTION


def _seen(place: Workplace, actor: Actor, db_role: DbRole, table: str) -> set[object]:
    column = "id" if table == "inquiry" else "inquiry_id"
    if db_role is DbRole.OVERSIGHT and table == "consent":
        # Which inquiry a consent belongs to is none of oversight's business: only how many, and what for.
        rows = _rows(place, actor, db_role, "select purpose from consent where purpose = 'search'")
        return set(range(len(rows)))
    return {row[0] for row in _rows(place, actor, db_role, f"select {column} from {table}")}


def _rows(place: Workplace, actor: Actor, db_role: DbRole, statement: str) -> list[tuple[object, ...]]:
    try:
        with place.open(actor, db_role) as work:
            return [tuple(row) for row in work.session.execute(text(statement))]
    except ProgrammingError as error:
        if "permission denied" not in str(error):
            raise
        return []


def _run(place: Workplace, actor: Actor, db_role: DbRole, statement: str, **values: object) -> int:
    with place.open(actor, db_role) as work:
        return work.session.execute(text(statement), values).rowcount  # type: ignore[attr-defined]  # a change has it
