"""A session that rests or lasts too long opens nothing, whoever it is of, and its owner is asked to sign in."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.conftest import SetClock
from tests.support.desk import Desk
from tests.support.factories.accounts import a_relative_account, a_staff_account

WHOSE = pytest.mark.parametrize("role", [Role.RELATIVE, Role.INTAKE, Role.APPROVER])
REST = {Role.RELATIVE: 30}
HOURS = {Role.RELATIVE: 12}
HOME = {Role.RELATIVE: "/family/"}


@pytest.fixture
def desk(app: Flask, place: Workplace, clock: SetClock, role: Role) -> Desk:
    """Somebody who has just signed in."""
    person = a_relative_account(place) if role is Role.RELATIVE else a_staff_account(place, role)
    return Desk(app, clock, person)


@pytest.mark.asvs("7.3.1")
@WHOSE
def test_a_session_that_rests_too_long_is_over(desk: Desk, clock: SetClock, role: Role) -> None:
    page, rest = HOME.get(role, "/casework/"), REST.get(role, 15)
    clock.advance(minutes=rest)
    desk.visit(page)
    clock.advance(minutes=rest, seconds=1)
    assert desk.visit(page, 303).location == "/account/sign-in"
    desk.visit(page, 303)


@pytest.mark.asvs("7.3.2")
@WHOSE
def test_a_session_that_is_never_left_alone_ends_all_the_same(
    desk: Desk, clock: SetClock, role: Role
) -> None:
    page = HOME.get(role, "/casework/")
    for _ in range(HOURS.get(role, 8) * 6):
        clock.advance(minutes=10)
        desk.visit(page)
    clock.advance(seconds=1)
    assert desk.visit(page, 303).location == "/account/sign-in"
