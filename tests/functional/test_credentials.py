"""A person changes their own password and phone; what was open elsewhere ends with it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.accounts.credentials.service import PAIRING
from portal.kernel.work import Workplace
from tests.functional.test_sign_in import Clock, Visitor, without_tokens
from tests.support.factories.accounts import PASSWORD, Person, a_relative_account, code_at

WISHED = "eleven slow herons over the marsh"


@pytest.fixture
def relative(place: Workplace, clock: Clock) -> Person:
    person = a_relative_account(place)
    clock.advance(minutes=5)
    return person


@pytest.fixture
def own(app: Flask, clock: Clock, relative: Person) -> Visitor:
    """The person at their own browser."""
    visitor = Visitor(app)
    visitor.sign_in(relative, code_at(relative.totp_secret, clock.moment))
    return visitor


@pytest.fixture
def elsewhere(app: Flask, clock: Clock, relative: Person, own: Visitor) -> Visitor:
    """The same person, or somebody else, signed in on another browser that is remembered."""
    clock.advance(minutes=1)
    visitor = Visitor(app, "198.51.100.4")
    visitor.first_step(relative.login)
    visitor.send("/account/second-step", code=code_at(relative.totp_secret, clock.moment), remember="y")
    visitor.visit("/account/sessions")
    return visitor


@pytest.mark.asvs("6.2.2")
@pytest.mark.asvs("6.2.3")
@pytest.mark.asvs("7.4.3")
def test_a_password_is_changed_by_whoever_knows_it_and_ends_what_is_open_elsewhere(
    own: Visitor,
    elsewhere: Visitor,
    relative: Person,
    clock: Clock,
) -> None:
    own.visit("/account/")
    own.visit("/account/password")
    own.send("/account/password", 422, current="not this one at all", password=WISHED, again=WISHED)
    assert "not your password until now" in own.page
    own.send("/account/password", 422, current=PASSWORD, password="short", again="short")
    own.send("/account/password", 422, current=PASSWORD, password=WISHED, again=WISHED + "x")
    assert WISHED not in own.page
    own.send("/account/password", current=PASSWORD, password=WISHED, again=WISHED)
    own.visit("/account/changed")
    answer = elsewhere.visit("/account/sessions", 303)
    assert answer.headers["Location"] == "/account/sign-in"
    clock.advance(minutes=1)
    own.send("/account/sign-out")
    code = code_at(relative.totp_secret, clock.moment)
    own.first_step(relative.login)
    own.send("/account/second-step", 422, code=code)
    own.first_step(relative.login, WISHED)
    own.send("/account/second-step", code=code)


@pytest.mark.asvs("7.5.1")
def test_a_session_alone_changes_nothing(
    own: Visitor,
    clock: Clock,
) -> None:
    clock.advance(minutes=6)
    assert own.visit("/account/password", 303).headers["Location"] == "/account/prove"
    assert own.visit("/account/phone", 303).headers["Location"] == "/account/prove"
    own.visit("/account/prove")
    own.send("/account/password", 403, current=PASSWORD, password=WISHED, again=WISHED)


def test_a_wrong_password_is_counted_like_a_wrong_code(own: Visitor, clock: Clock) -> None:
    own.visit("/account/password")
    for _ in range(5):
        own.send("/account/password", 422, current="not this one", password=WISHED, again=WISHED)
    own.send("/account/password", 429, current="not this one", password=WISHED, again=WISHED)


@pytest.mark.asvs("6.5.6")
def test_another_phone_takes_the_place_of_the_old_one(
    own: Visitor,
    elsewhere: Visitor,
    relative: Person,
    clock: Clock,
) -> None:
    own.visit("/account/phone")
    own.send("/account/phone/begin")
    own.visit("/account/phone")
    secret = _key(own.page)
    assert secret != relative.totp_secret
    own.send("/account/phone", 422, code="000000")
    assert _key(own.page) == secret
    own.send("/account/phone", code=code_at(secret, clock.moment))
    elsewhere.visit("/account/sessions", 303)
    own.send("/account/sign-out")
    clock.advance(minutes=1)
    own.first_step(relative.login)
    own.send("/account/second-step", 422, code=code_at(relative.totp_secret, clock.moment))
    own.first_step(relative.login)
    own.send("/account/second-step", code=code_at(secret, clock.moment))


def test_a_key_that_lay_open_for_too_long_pairs_nothing(
    own: Visitor,
    relative: Person,
    clock: Clock,
) -> None:
    own.visit("/account/phone")
    own.send("/account/phone/begin")
    own.visit("/account/phone")
    secret = _key(own.page)
    clock.advance(seconds=PAIRING.total_seconds())
    own.visit("/account/prove")
    own.send("/account/prove", **{"proof-code": code_at(relative.totp_secret, clock.moment)})
    own.visit("/account/sessions")
    own.send("/account/phone", 422, code=code_at(secret, clock.moment))
    assert secret not in own.page.replace(" ", "")
    assert "quarter of an hour" in own.page


def _key(page: str) -> str:
    found = re.search(r'class="key"[^>]*>(.*?)</p>', page, re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>|\s", "", found.group(1))


@pytest.mark.asvs("6.5.1")
@pytest.mark.promise("P21")
def test_with_a_code_from_the_paper_somebody_comes_in_without_the_phone_and_pairs_another(
    app: Flask,
    own: Visitor,
    clock: Clock,
    relative: Person,
) -> None:
    own.visit("/account/recovery-codes")
    assert "You have none so far" in own.page
    answer = own.send("/account/recovery-codes", 200)
    assert "no-store" in answer.headers["Cache-Control"]
    sheet = re.findall(r'class="code"[^>]*>([0-9A-Z-]{19})<', own.page)
    assert len(set(sheet)) == 10
    own.visit("/account/recovery-codes")
    assert not [code for code in sheet if code in own.page]
    assert "10 codes are left" in own.page

    clock.advance(minutes=1)
    lost = Visitor(app, "198.51.100.4")
    lost.first_step(relative.login)
    lost.visit("/account/second-step?paper=")
    lost.send("/account/second-step?paper=", 422, code="half a code")
    assert "half a code" in lost.page
    assert "four groups" in lost.page
    lost.send("/account/second-step?paper=", code=sheet[0].lower().replace("-", " "))
    lost.visit("/account/")
    assert "4 things have happened" in lost.page
    lost.visit("/account/notices")
    at = [lost.page.index(words) for words in ("a code from your paper", "New codes for a paper")]
    assert at == sorted(at)
    assert "If this was not you" in lost.page
    lost.send("/account/notices/seen")
    lost.visit("/account/")
    assert "have happened" not in lost.page
    lost.visit("/account/phone")
    lost.send("/account/phone/begin")
    lost.visit("/account/phone")
    lost.send("/account/phone", code=code_at(_key(lost.page), clock.moment))
    own.visit("/account/sessions", 303)

    again = Visitor(app, "198.51.100.4")
    again.first_step(relative.login)
    again.send("/account/second-step", 422, code=sheet[0])
    again.send("/account/second-step", code=sheet[1])


@pytest.mark.asvs("7.5.1")
def test_a_session_alone_makes_no_codes_and_the_digits_are_enough_for_it(
    own: Visitor, relative: Person, clock: Clock
) -> None:
    clock.advance(minutes=6)
    own.visit("/account/recovery-codes")
    own.send("/account/recovery-codes", 403)
    assert 'class="codes"' not in own.page
    fields = {"proof-code": code_at(relative.totp_secret, clock.moment)}
    own.send("/account/recovery-codes", 200, **fields)
    assert 'class="codes"' in own.page


@pytest.mark.asvs("6.3.8")
@pytest.mark.parametrize("page", ["/account/second-step", "/account/second-step?paper="])
@pytest.mark.parametrize("code", ["123456", "7K4Q-2M9X-WR5T-08HB"])
def test_a_refusal_is_the_same_whatever_was_wrong(
    app: Flask, own: Visitor, relative: Person, clock: Clock, page: str, code: str
) -> None:
    own.visit("/account/recovery-codes")
    own.send("/account/recovery-codes", 200)
    mine = re.search(r'class="code"[^>]*>([0-9A-Z-]{19})<', own.page)
    assert mine
    clock.advance(minutes=1)
    answers = set()
    for login, password, typed in (
        (relative.login, PASSWORD, code),
        (relative.login, "not the password at all", mine.group(1)),
        ("AM-0000-0000", PASSWORD, code),
    ):
        visitor = Visitor(app, "192.0.2.9")
        visitor.first_step(login, password)
        visitor.visit(page)
        visitor.send(page, 422, code=typed)
        answers.add(without_tokens(visitor.page))
    assert len(answers) == 1
