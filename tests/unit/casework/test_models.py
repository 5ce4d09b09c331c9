"""What the database itself lets each role read and write of assignments, and of the cases behind them."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from portal.casework import service
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor
from tests.support.factories.casework import Team, a_colleague, a_team
from tests.support.factories.inquiries import a_filed_inquiry

READERS = {Role.ANALYST, Role.APPROVER, Role.INTAKE, Role.LIAISON, Role.VERIFIER}
ROWS = "select count(*) from assignment"
NEW = (
    "insert into assignment (id, inquiry_id, account_id, role, assigned_by, assigned_at)"
    " values (gen_random_uuid(), '{case}', '{account}', '{role}', '{by}', now())"
)
pytestmark = pytest.mark.promise("P2")


@pytest.fixture
def case(place: Workplace) -> UUID:
    return a_filed_inquiry(place).inquiry_id


@pytest.fixture
def team(place: Workplace, case: UUID) -> Team:
    return a_team(place, case)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("db_role", DbRole)
def test_the_desk_of_a_case_reads_assignments_and_nobody_else(
    place: Workplace, team: Team, db_role: DbRole, role: Role
) -> None:
    if db_role is not DbRole.CASEWORK:
        with pytest.raises(ProgrammingError, match="permission denied"):
            _ask(place, an_actor(role), db_role, ROWS)
        return
    assert _ask(place, an_actor(role), db_role, ROWS) == (3 if role in READERS else 0)


def test_nobody_in_particular_reads_no_assignment(place: Workplace, team: Team) -> None:
    assert _ask(place, ANONYMOUS, DbRole.CASEWORK, ROWS) == 0


@pytest.mark.asvs("8.3.1")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.INTAKE])
def test_only_intake_writes_assignments(place: Workplace, case: UUID, role: Role) -> None:
    actor = an_actor(role)
    statement = NEW.format(
        case=case, account=a_colleague(place, Role.ANALYST).id, role="analyst", by=actor.id
    )
    with pytest.raises(DBAPIError, match="row-level security"):
        _write(place, actor, statement)
    assert _write(place, actor, "update assignment set ended_at = now()") == 0


def test_intake_signs_with_its_own_name(place: Workplace, case: UUID) -> None:
    colleague = a_colleague(place, Role.ANALYST).id
    statement = NEW.format(case=case, account=colleague, role="analyst", by=uuid4())
    with pytest.raises(DBAPIError, match="row-level security"):
        _write(place, an_actor(Role.INTAKE), statement)


@pytest.mark.parametrize(
    "change", ["account_id = gen_random_uuid()", "role = 'liaison'", "assigned_at = now()"]
)
def test_what_was_assigned_is_ended_and_never_rewritten(place: Workplace, team: Team, change: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        _write(place, team.intake, f"update assignment set {change}")
    with pytest.raises(ProgrammingError, match="permission denied"):
        _write(place, team.intake, "delete from assignment")


@pytest.mark.promise("P6")
def test_the_table_gives_one_person_one_place_and_one_place_one_person(
    place: Workplace, case: UUID, team: Team
) -> None:
    intake = team.intake
    twice = NEW.format(case=case, account=team.verifier.id, role="intake", by=intake.id)
    with pytest.raises(IntegrityError, match="uq_assignment_person"):
        _write(place, intake, twice)
    second = NEW.format(case=case, account=a_colleague(place, Role.ANALYST).id, role="analyst", by=intake.id)
    with pytest.raises(IntegrityError, match="uq_assignment_current"):
        _write(place, intake, second)


@pytest.mark.asvs("8.4.1")
@pytest.mark.asvs("8.3.2")
@pytest.mark.parametrize("table", ["inquiry", "sought_person", "inquirer", "safe_contact", "wish", "consent"])
def test_a_liaison_reads_an_assigned_case_alone_and_only_as_long_as_assigned(
    place: Workplace, case: UUID, team: Team, table: str
) -> None:
    a_filed_inquiry(place)
    own = "id" if table == "inquiry" else "inquiry_id"
    cases = f"select count(distinct {own}) from {table}"
    assert _ask(place, team.liaison, DbRole.CASEWORK, cases) == 1
    assert _ask(place, an_actor(Role.LIAISON), DbRole.CASEWORK, cases) == 0
    with place.open(team.intake, DbRole.CASEWORK) as work:
        service.end_assignment(work, case, Role.LIAISON)
    assert _ask(place, team.liaison, DbRole.CASEWORK, cases) == 0


def test_a_liaison_moves_an_assigned_case_alone(place: Workplace, team: Team) -> None:
    a_filed_inquiry(place)
    wish = "update inquiry set contact_wished_at = now()"
    assert _write(place, team.liaison, wish) == 1
    assert _write(place, an_actor(Role.LIAISON), wish) == 0


@pytest.mark.parametrize("db_role", [role for role in DbRole if role is not DbRole.CASEWORK])
def test_only_the_desk_may_ask_who_is_assigned(place: Workplace, case: UUID, db_role: DbRole) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        _ask(place, an_actor(Role.LIAISON), db_role, f"select portal_is_assigned('{case}')")


def _ask(place: Workplace, actor: Actor, role: DbRole, statement: str) -> object:
    with place.open(actor, role) as work:
        return work.session.scalar(text(statement))


def _write(place: Workplace, actor: Actor, statement: str) -> int:
    with place.open(actor, DbRole.CASEWORK) as work:
        return int(work.session.execute(text(statement)).rowcount)  # type: ignore[attr-defined]  # a change has it
