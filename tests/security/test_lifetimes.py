"""A session that rests or lasts too long opens nothing, whoever it is of, and its owner is asked to sign in."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.conftest import SetClock
from tests.support.desk import Desk
from tests.support.factories.accounts import a_relative_account, a_staff_account

OF_A_RELATIVE = ("/family/", 30, 12)
OF_THE_STAFF = ("/casework/", 15, 8)
WHOSE = pytest.mark.parametrize(
    ("role", "page", "rest", "hours"),
    [
        (Role.RELATIVE, *OF_A_RELATIVE),
        (Role.INTAKE, *OF_THE_STAFF),
        (Role.APPROVER, *OF_THE_STAFF),
    ],
)


def _desk(app: Flask, place: Workplace, clock: SetClock, role: Role) -> Desk:
    person = a_relative_account(place) if role is Role.RELATIVE else a_staff_account(place, role)
    return Desk(app, clock, person)


@pytest.mark.asvs("7.3.1")
@WHOSE
def test_a_session_that_rests_too_long_is_over(
    app: Flask, place: Workplace, clock: SetClock, role: Role, page: str, rest: int, hours: int
) -> None:
    desk = _desk(app, place, clock, role)
    clock.advance(minutes=rest)
    desk.visit(page)
    clock.advance(minutes=rest, seconds=1)
    assert desk.visit(page, 303).location == "/account/sign-in"
    desk.visit(page, 303)


@pytest.mark.asvs("7.3.2")
@WHOSE
def test_a_session_that_is_never_left_alone_ends_all_the_same(
    app: Flask, place: Workplace, clock: SetClock, role: Role, page: str, rest: int, hours: int
) -> None:
    desk = _desk(app, place, clock, role)
    for _ in range(hours * 6):
        clock.advance(minutes=10)
        desk.visit(page)
    clock.advance(seconds=1)
    assert desk.visit(page, 303).location == "/account/sign-in"
