"""What the database itself lets each role read and write of accounts."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.orm import InstrumentedAttribute

from portal.accounts import proofs, service
from portal.accounts.models import Account, AccountSession, Invitation, SignInAttempt
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor
from tests.support.factories.accounts import Person, a_relative_account, a_staff_account

_NAMED = {"id", "display_name", "roles", "state"}
READABLE: dict[DbRole, set[str]] = {
    DbRole.ACCOUNT: {column.key for column in Account.__table__.columns},
    DbRole.ADMIN: _NAMED | {"login", "created_at"},
    DbRole.CASEWORK: _NAMED,
    DbRole.OVERSIGHT: _NAMED,
}
READER = {
    DbRole.ADMIN: an_actor(Role.ADMINISTRATOR),
    DbRole.CASEWORK: an_actor(Role.INTAKE),
    DbRole.OVERSIGHT: an_actor(Role.AUDITOR),
}
COLUMNS = [getattr(Account, column.key) for column in Account.__table__.columns]
pytestmark = pytest.mark.promise("P2")


@pytest.fixture
def relative(place: Workplace) -> Person:
    return a_relative_account(place)


@pytest.fixture
def colleague(place: Workplace) -> Person:
    return a_staff_account(place, Role.ANALYST)


@pytest.mark.asvs("8.2.3")
@pytest.mark.parametrize("role", DbRole)
def test_each_role_reads_only_its_columns(place: Workplace, role: DbRole) -> None:
    actor = READER.get(role, ANONYMOUS)
    for column in COLUMNS:
        readable = column.key in READABLE.get(role, set())
        assert _reads(place, actor, role, column) is readable, f"{role} reads {column.key}"


@pytest.mark.asvs("13.2.2")
@pytest.mark.parametrize("role", [role for role in DbRole if role is not DbRole.ACCOUNT])
@pytest.mark.parametrize("secret", [AccountSession.token_hash, Invitation.token_hash, SignInAttempt.network])
def test_tokens_and_attempts_are_for_sign_in_alone(
    place: Workplace, role: DbRole, secret: InstrumentedAttribute[object]
) -> None:
    assert not _reads(place, READER.get(role, ANONYMOUS), role, secret)


@pytest.mark.parametrize("role", READER)
def test_staff_see_colleagues_and_never_relatives(
    place: Workplace, role: DbRole, relative: Person, colleague: Person
) -> None:
    seen = _ids(place, READER[role], role)
    assert colleague.account_id in seen
    assert relative.account_id not in seen


@pytest.mark.parametrize("role", READABLE)
def test_nobody_in_particular_sees_no_account(place: Workplace, role: DbRole, relative: Person) -> None:
    assert _ids(place, ANONYMOUS, role) == set()


def test_a_proof_shows_the_one_account_it_belongs_to(
    place: Workplace, relative: Person, colleague: Person
) -> None:
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        proofs.present(work, proofs.of_login(relative.login))
        assert set(work.session.scalars(select(Account.id))) == {relative.account_id}


@pytest.mark.asvs("7.6.2")
def test_without_its_proof_no_session_can_be_begun(place: Workplace, relative: Person) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        _insert_session(place, relative.account_id)


def test_the_family_door_opens_only_relatives_accounts(place: Workplace) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        _execute(place, ANONYMOUS, DbRole.FAMILY, _NEW_ACCOUNT.format(roles="{relative}"))
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        opening = service.open_relative_account(work, "AM-0000-0000", "Nour Test")
    with place.open(Actor(opening.account_id), DbRole.ACCOUNT) as work:
        found = work.session.execute(select(Account.roles, Account.state)).one()
    assert found == (["relative"], "invited")


@pytest.mark.parametrize("role", [role for role in DbRole if role is not DbRole.FAMILY])
def test_only_the_family_audience_may_knock_at_that_door(place: Workplace, role: DbRole) -> None:
    with pytest.raises(DBAPIError, match="permission denied"), place.open(ANONYMOUS, role) as work:
        service.open_relative_account(work, "AM-0000-0000", "Nour Test")


@pytest.mark.promise("P6")
@pytest.mark.parametrize(
    "roles",
    [
        "{}",
        "{relative,analyst}",
        "{approver,analyst}",
        "{approver,liaison}",
        "{approver,editor}",
        "{auditor,intake}",
        "{administrator,auditor}",
        "{administrator,data_protection}",
        "{custodian,intake}",
        "{operator}",
        "{worker}",
    ],
)
def test_the_table_keeps_duties_apart(place: Workplace, roles: str) -> None:
    with pytest.raises(IntegrityError, match="separation_of_duties"):
        _execute(place, an_actor(Role.ADMINISTRATOR), DbRole.ADMIN, _NEW_ACCOUNT.format(roles=roles))


@pytest.mark.parametrize("roles", ["{relative}", "{analyst}"])
def test_administrators_cannot_write_an_account_that_is_active_or_a_relatives(
    place: Workplace, roles: str
) -> None:
    statement = _NEW_ACCOUNT.format(roles=roles)
    if roles == "{analyst}":
        statement = statement.replace("'invited'", "'active'")
    with pytest.raises(DBAPIError):
        _execute(place, an_actor(Role.ADMINISTRATOR), DbRole.ADMIN, statement)


@pytest.mark.asvs("2.3.5")
@pytest.mark.promise("P6")
def test_the_database_lets_nobody_sign_their_own_invitation(place: Workplace, colleague: Person) -> None:
    sign = (
        "update invitation set signed_by = proposed_by, signed_at = now(), token_hash = '\\x00', "
        "expires_at = now() where kind = 'staff'"
    )
    with place.open(an_actor(Role.ADMINISTRATOR), DbRole.ADMIN) as work:
        assert work.session.execute(text(sign)).rowcount == 0  # type: ignore[attr-defined]  # an update has it


_NEW_ACCOUNT = (
    "insert into account (id, login_index, login, display_name, roles, state, language, created_at) values "
    "(gen_random_uuid(), 'x', 'x', 'x', '{roles}', 'invited', 'ar', now())"
)


def _ids(place: Workplace, actor: Actor, role: DbRole) -> set[UUID]:
    with place.open(actor, role) as work:
        return set(work.session.scalars(select(Account.id)))


def _reads(place: Workplace, actor: Actor, role: DbRole, column: InstrumentedAttribute[object]) -> bool:
    try:
        with place.open(actor, role) as work:
            work.session.execute(select(column))
    except ProgrammingError as error:
        return "permission denied" not in str(error)
    return True


def _execute(place: Workplace, actor: Actor, role: DbRole, statement: str) -> None:
    with place.open(actor, role) as work:
        work.session.execute(text(statement))


def _insert_session(place: Workplace, account_id: UUID) -> None:
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        work.session.add(
            AccountSession(
                token_hash=uuid4().bytes, account_id=account_id, created_at=work.now, last_seen_at=work.now
            )
        )
