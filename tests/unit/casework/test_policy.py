"""Every role against every question about a case team."""

from __future__ import annotations

from uuid import uuid4

import pytest

from portal.casework import policy
from portal.casework.vocab import TEAM_ROLES
from portal.kernel.actor import ANONYMOUS
from portal.kernel.permissions import Role
from tests.support.actors import an_actor

READERS = {Role.ANALYST, Role.APPROVER, Role.INTAKE, Role.LIAISON, Role.VERIFIER}


@pytest.mark.parametrize("place", Role)
@pytest.mark.parametrize("role", Role)
def test_only_intake_fills_places_and_only_those_of_a_team(role: Role, place: Role) -> None:
    expected = role is Role.INTAKE and place in TEAM_ROLES
    assert policy.may_assign(an_actor(role), place) is expected


@pytest.mark.parametrize("role", Role)
def test_whoever_reads_cases_sees_who_works_on_them(role: Role) -> None:
    assert policy.may_read_team(an_actor(role)) is (role in READERS)


def test_a_visitor_may_nothing() -> None:
    assert not policy.may_assign(ANONYMOUS, Role.ANALYST)
    assert not policy.may_read_team(ANONYMOUS)


@pytest.mark.promise("P6")
def test_one_person_has_one_place() -> None:
    one, other, third = uuid4(), uuid4(), uuid4()
    assert policy.are_different({Role.VERIFIER: one, Role.ANALYST: other, Role.LIAISON: third})
    assert policy.are_different({})
    assert not policy.are_different({Role.VERIFIER: one, Role.ANALYST: other, Role.LIAISON: one})
