"""The scan's own browser signs in by the real forms, shows a factor again when asked, survives a lost session."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID

import pytest
from flask import Flask
from pyotp import TOTP

from bench.scan.doorkeeper import Door
from bench.scan.exchange import TOKEN, Answer, Asked, Transport
from bench.scan.visitor import PROVE, Codes, NotLetIn, Person, Visitor, chosen
from bench.scan.walks import PLANS
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.factories.accounts import Person as Account
from tests.support.factories.accounts import a_relative_account, a_staff_account

CONTACT = f"/casework/inquiries/{UUID(int=0)}/contact"
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


class Clock(Protocol):
    """The clock of a test."""

    def advance(self, **amount: float) -> None:
        """Move it."""

    def __call__(self) -> datetime:
        """The moment."""


def _to(app: Flask) -> Transport:
    client = app.test_client(use_cookies=False)

    def send(asked: Asked) -> Answer:
        answer = client.open(asked.target, method=asked.method, headers=list(asked.headers), data=asked.body)
        return Answer(answer.status_code, tuple(answer.headers), answer.data)

    return send


def _somebody(app: Flask, account: Account, clock: Clock) -> Visitor:
    clock.advance(seconds=30)  # the code of this moment was used when the phone was paired
    person = Person("somebody", account.login, account.password, account.totp_secret)
    return Visitor(_to(app), person, _codes(account, clock))


def _codes(account: Account, clock: Clock) -> Codes:
    return Codes(
        account.totp_secret,
        now=lambda: clock().timestamp(),
        sleep=lambda seconds: clock.advance(seconds=seconds),
    )


@pytest.fixture
def visitor(app: Flask, place: Workplace, clock: Clock) -> Visitor:
    visitor = _somebody(app, a_staff_account(place, Role.INTAKE), clock)
    visitor.begin()
    return visitor


def _get(path: str) -> Asked:
    return Asked("GET", path)


def test_it_signs_in_by_both_steps(visitor: Visitor) -> None:
    assert visitor.ask(_get("/casework/")).status == 200


def test_a_relative_gets_in_too(app: Flask, place: Workplace, clock: Clock) -> None:
    visitor = _somebody(app, a_relative_account(place), clock)
    visitor.begin()
    assert visitor.ask(_get("/family/")).status == 200


def test_a_wrong_password_stops_the_scan(app: Flask, place: Workplace, clock: Clock) -> None:
    account = a_relative_account(place)
    person = Person("relative", account.login, "not this password", account.totp_secret)
    with pytest.raises(NotLetIn):
        Visitor(_to(app), person, _codes(account, clock)).begin()


def test_a_session_that_ended_is_begun_again_and_old_forms_still_count(
    visitor: Visitor, clock: Clock
) -> None:
    page = visitor.token_on("/account/sessions")
    clock.advance(hours=2)
    assert visitor.ask(_get("/casework/")).status == 200
    sent = Asked("POST", "/account/sessions/forget-browsers", FORM, urlencode({TOKEN: page}).encode())
    assert visitor.ask(sent).status == 303
    assert visitor.sign_ins == 2


def test_a_made_up_token_is_sent_as_it_is(visitor: Visitor) -> None:
    sent = Asked("POST", "/account/sessions/forget-browsers", FORM, urlencode({TOKEN: "made up"}).encode())
    assert visitor.ask(sent).status == 400


def test_a_stale_factor_is_shown_again(app: Flask, place: Workplace, clock: Clock) -> None:
    visitor = _somebody(app, a_staff_account(place, Role.INTAKE), clock)
    visitor.begin()
    clock.advance(minutes=6)
    visitor.ask(Asked("POST", CONTACT, FORM, urlencode({TOKEN: visitor.token_on(PROVE)}).encode()))
    assert visitor.proofs == 1
    assert visitor.ask(_get(PROVE)).status == 200
    assert visitor.proofs == 1  # the page that asks for the factor is scanned like any other


def test_no_code_is_used_twice() -> None:
    moment = [1000.0]

    def sleep(seconds: float) -> None:
        moment[0] += seconds

    codes = Codes("JBSWY3DPEHPK3PXP" * 2, now=lambda: moment[0], sleep=sleep)
    assert len({codes.fresh() for _ in range(5)}) == 5
    assert moment[0] > 1000 + 3 * 30


def test_a_code_that_is_about_to_end_is_not_used() -> None:
    moment = [59.0]
    codes = Codes(
        "JBSWY3DPEHPK3PXP" * 2, now=lambda: moment[0], sleep=lambda s: moment.__setitem__(0, moment[0] + s)
    )
    assert codes.fresh() == TOTP("JBSWY3DPEHPK3PXP" * 2).at(60)
    assert moment[0] >= 60


def test_the_answers_of_the_plan_lead_through_the_whole_inquiry(app: Flask) -> None:
    door = Door(Visitor(_to(app)), each=3)
    door.visitor.begin()
    plan = PLANS["nobody"]
    assert [path for path, typed in plan.typed if not door.fill_in(path, typed)] == []
    assert door.answer(_get("/family/inquiry/check")).status == 200
    assert {f"POST {path}" for path, _ in plan.typed} <= {asked.kind for asked in door.targets()}


def test_the_first_account_of_the_stage_is_taken() -> None:
    keys = ("login", "password", "totp_secret")
    listed = [
        {"role": role, "stage": stage, **dict.fromkeys(keys, login)}
        for role, stage, login in (
            ("relative", "told", "a"),
            ("relative", "told, twice", "b"),
            ("intake", "", "c"),
        )
    ]
    assert chosen(listed, "relative", "told").login == "a"
    assert chosen(listed, "intake").login == "c"
    with pytest.raises(NotLetIn, match="approver"):
        chosen(listed, "approver")
