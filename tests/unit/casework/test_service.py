"""What giving a case its people does, refuses, and leaves in the log."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.casework import queries, service
from portal.casework.models import Assignment
from portal.casework.vocab import TeamMember
from portal.inquiries import queries as inquiries
from portal.inquiries.vocab import InquiryState
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Invalid, NotAllowed, NotFound, PortalError
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor
from tests.support.factories.casework import a_colleague, a_team
from tests.support.factories.inquiries import a_filed_inquiry, a_signed_up_relative

INTAKE = an_actor(Role.INTAKE)


@pytest.fixture
def case(place: Workplace) -> UUID:
    return a_filed_inquiry(place).inquiry_id


def test_a_team_is_put_together_and_checking_begins(place: Workplace, case: UUID) -> None:
    team = a_team(place, case)
    assert _team(place, case) == {
        (team.verifier.id, Role.VERIFIER),
        (team.analyst.id, Role.ANALYST),
        (team.liaison.id, Role.LIAISON),
    }
    assert _state(place, case) is InquiryState.VERIFYING
    assert _events(place, case) == [
        "inquiries:inquiry:filed",
        *["casework:case:assigned"] * 3,
        *["inquiries:inquiry:advanced"] * 2,
    ]


def test_filling_one_place_does_not_begin_the_work(place: Workplace, case: UUID) -> None:
    verifier = a_colleague(place, Role.VERIFIER)
    _assign(place, case, verifier, Role.VERIFIER)
    assert _team(place, case) == {(verifier.id, Role.VERIFIER)}
    assert _state(place, case) is InquiryState.SUBMITTED


def test_assigning_the_same_people_again_changes_nothing(place: Workplace, case: UUID) -> None:
    team = a_team(place, case)
    before = _events(place, case)
    _assign(place, case, team.analyst, Role.ANALYST)
    assert _events(place, case) == before
    assert _rows(place, case) == 3


def test_who_held_the_place_before_leaves_it(place: Workplace, case: UUID) -> None:
    team, successor = a_team(place, case), a_colleague(place, Role.ANALYST)
    _assign(place, case, successor, Role.ANALYST)
    members = {member for member, _role in _team(place, case)}
    assert successor.id in members
    assert team.analyst.id not in members
    assert _rows(place, case) == 4  # what was, stays known
    assert _events(place, case)[-2:] == ["casework:case:left", "casework:case:assigned"]


def test_two_people_change_places_in_one_act(place: Workplace, case: UUID) -> None:
    roles = (Role.VERIFIER, Role.LIAISON)
    one, other = a_colleague(place, *roles), a_colleague(place, *roles)
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        service.assign_team(work, case, {Role.VERIFIER: _id(one), Role.LIAISON: _id(other)})
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        service.assign_team(work, case, {Role.VERIFIER: _id(other), Role.LIAISON: _id(one)})
    assert _team(place, case) == {(other.id, Role.VERIFIER), (one.id, Role.LIAISON)}


@pytest.mark.asvs("2.3.5")
@pytest.mark.promise("P6")
def test_one_person_never_takes_two_places(place: Workplace, case: UUID) -> None:
    both = a_colleague(place, Role.VERIFIER, Role.LIAISON)
    _assign(place, case, both, Role.VERIFIER)
    _refused(place, case, Invalid, INTAKE, both, Role.LIAISON)


def test_nobody_takes_a_place_without_the_role(place: Workplace, case: UUID) -> None:
    _refused(place, case, Invalid, INTAKE, a_colleague(place, Role.ANALYST), Role.LIAISON)


def test_a_relative_is_never_on_a_team(place: Workplace, case: UUID) -> None:
    relative = a_signed_up_relative(place)
    _refused(place, case, Invalid, INTAKE, relative.actor, Role.LIAISON)


def test_there_is_no_place_for_whoever_signs(place: Workplace, case: UUID) -> None:
    _refused(place, case, NotAllowed, INTAKE, a_colleague(place, Role.APPROVER), Role.APPROVER)


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in {Role.INTAKE, Role.OPERATOR, Role.WORKER}]
)
def test_only_intake_gives_a_case_its_people(place: Workplace, case: UUID, role: Role) -> None:
    colleague = a_colleague(place, Role.ANALYST)
    _refused(place, case, NotAllowed, an_actor(role), colleague, Role.ANALYST)
    with pytest.raises(NotAllowed), place.open(an_actor(role), DbRole.CASEWORK) as work:
        service.end_assignment(work, case, Role.ANALYST)


def test_a_case_that_does_not_exist_has_no_places(place: Workplace) -> None:
    with pytest.raises(NotFound), place.open(INTAKE, DbRole.CASEWORK) as work:
        service.assign(work, uuid4(), a_colleague(place, Role.ANALYST).id or uuid4(), Role.ANALYST)
    with pytest.raises(NotFound), place.open(INTAKE, DbRole.CASEWORK) as work:
        queries.case_to_assign(work, uuid4())


def test_somebody_is_taken_off_a_case(place: Workplace, case: UUID) -> None:
    team = a_team(place, case)
    for _pressed_twice in range(2):
        with place.open(INTAKE, DbRole.CASEWORK) as work:
            service.end_assignment(work, case, Role.LIAISON)
    assert len(_team(place, case)) == 2
    assert _events(place, case).count("casework:case:left") == 1
    with place.open(team.liaison, DbRole.CASEWORK) as work:
        assert queries.mine(work) == []


def test_whoever_is_assigned_finds_the_case_among_their_own(place: Workplace, case: UUID) -> None:
    team, elsewhere = a_team(place, case), a_filed_inquiry(place).inquiry_id
    with place.open(team.liaison, DbRole.CASEWORK) as work:
        assert queries.mine(work) == [case]
        assert queries.is_assigned(work, case, _id(team.liaison))
        assert not queries.is_assigned(work, elsewhere, _id(team.liaison))
        assert not queries.is_assigned(work, case, uuid4())


def test_intake_sees_who_could_take_each_place(place: Workplace, case: UUID) -> None:
    team, spare = a_team(place, case), a_colleague(place, Role.VERIFIER, Role.LIAISON)
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        found = queries.case_to_assign(work, case)
    assert found.team == {role: getattr(team, role.value).id for role in found.candidates}
    assert {m.id for m in found.candidates[Role.LIAISON]} == {team.liaison.id, spare.id}
    assert {m.id for m in found.candidates[Role.ANALYST]} == {team.analyst.id}


def _refused(
    place: Workplace, case: UUID, error: type[PortalError], actor: Actor, colleague: Actor, role: Role
) -> None:
    before, rows = _team(place, case), _rows(place, case)
    with pytest.raises(error), place.open(actor, DbRole.CASEWORK) as work:
        service.assign(work, case, _id(colleague), role)
    assert (_team(place, case), _rows(place, case)) == (before, rows)
    assert "casework:case:left" not in _events(place, case)


def _assign(place: Workplace, case: UUID, colleague: Actor, role: Role) -> None:
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        service.assign(work, case, _id(colleague), role)


def _id(actor: Actor) -> UUID:
    assert actor.id is not None
    return actor.id


def _team(place: Workplace, case: UUID) -> set[tuple[UUID | None, Role]]:
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        members: list[TeamMember] = queries.team_of(work, case)
    return {(member.account_id, member.role) for member in members}


def _rows(place: Workplace, case: UUID) -> int:
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        return len(work.session.scalars(select(Assignment.id).where(Assignment.inquiry_id == case)).all())


def _state(place: Workplace, case: UUID) -> InquiryState:
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        return inquiries.state_of(work, case)


def _events(place: Workplace, case: UUID) -> list[str]:
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        found = select(AuditEntry.event).where(AuditEntry.case_id == case).order_by(AuditEntry.seq)
        return list(work.session.scalars(found))
