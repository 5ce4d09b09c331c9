"""Signing in, as a relative and as a colleague meet it: by forms, with cookies, without JavaScript."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Protocol

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.accounts import service
from portal.accounts.vocab import NewStaff
from portal.kernel.actor import ANONYMOUS, OPERATOR
from portal.kernel.db import DbRole
from portal.kernel.ids import new_file_number
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.factories.accounts import (
    PASSWORD,
    Person,
    a_relative_account,
    a_staff_account,
    code_at,
)

ENGLISH = {"Accept-Language": "en"}


class Clock(Protocol):
    """The clock of a test."""

    moment: datetime

    def advance(self, **amount: float) -> None:
        """Move it."""


class Visitor:
    """Somebody at a browser: keeps cookies, sends the hidden token of the page back."""

    def __init__(self, app: Flask, address: str = "203.0.113.7") -> None:
        self.client: FlaskClient = app.test_client()
        self.address = {"REMOTE_ADDR": address}
        self.page = ""

    def visit(self, url: str, status: int = 200) -> TestResponse:
        return self._seen(self.client.get(url, headers=ENGLISH, environ_base=self.address), status)

    def send(self, url: str, status: int = 303, **fields: object) -> TestResponse:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page)
        data = {"csrf_token": token.group(1) if token else "", **fields}
        answer = self.client.post(url, data=data, headers=ENGLISH, environ_base=self.address)
        return self._seen(answer, status)

    def first_step(self, login: str, password: str = PASSWORD, status: int = 303) -> TestResponse:
        self.visit("/account/sign-in")
        answer = self.send("/account/sign-in", status, login=login, password=password)
        if status == 303:
            self.visit("/account/second-step")
        return answer

    def sign_in(self, person: Person, code: str) -> TestResponse:
        self.first_step(person.login, person.password)
        return self.send("/account/second-step", code=code)

    def _seen(self, answer: TestResponse, status: int) -> TestResponse:
        assert answer.status_code == status, answer.text
        if status != 303:
            self.page = answer.text
        return answer


@pytest.fixture
def relative(place: Workplace, clock: Clock) -> Person:
    person = a_relative_account(place)
    clock.advance(minutes=5)
    return person


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


def without_tokens(page: str) -> str:
    """What does not change from one visit to the next."""
    return re.sub(r'name="csrf_token"[^>]*value="[^"]+"|&#34;challenge&#34;: &#34;[\w-]+&#34;', "", page)


@pytest.mark.promise("P21")
def test_a_relative_follows_the_link_and_comes_back(place: Workplace, clock: Clock, visitor: Visitor) -> None:
    number = new_file_number()
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        opening = service.open_relative_account(work, number, "Rima Test")
    answer = visitor.visit(f"/account/setup/{opening.token}", 303)
    assert opening.token not in answer.headers["Location"]
    visitor.visit("/account/setup")
    assert number in visitor.page
    visitor.send("/account/setup-password", 422, password="rima rima rima rima", again="rima rima rima rima")
    visitor.send("/account/setup-password", 422, password=PASSWORD, again=PASSWORD + "x")
    assert PASSWORD not in visitor.page
    visitor.send("/account/setup-password", password=PASSWORD, again=PASSWORD)
    visitor.visit("/account/setup")
    key = re.search(r'class="key"[^>]*>(.*?)</p>', visitor.page, re.DOTALL)
    assert key
    secret = re.sub(r"<[^>]+>|\s", "", key.group(1))
    assert "<svg" in visitor.page
    visitor.send("/account/setup-factor", 422, code="000000")
    answer = visitor.send("/account/setup-factor", code=code_at(secret, clock.moment))
    assert answer.headers["Location"] == "/family/"
    visitor.visit("/account/sessions")
    visitor.send("/account/sign-out")
    clock.advance(minutes=2)
    person = Person(opening.account_id, number, PASSWORD, secret)
    answer = visitor.sign_in(person, code_at(secret, clock.moment))
    assert answer.headers["Location"] == "/family/"
    visitor.visit(f"/account/setup/{opening.token}", 303)
    visitor.visit("/account/setup", 404)
    assert "does not work any more" in visitor.page


@pytest.mark.promise("P6")
def test_two_administrators_invite_a_colleague(place: Workplace, app: Flask, clock: Clock) -> None:
    first, second = _two_signed_in_administrators(place, app, clock)
    first.visit("/admin/invitations/new")
    first.send(
        "/admin/invitations/new",
        422,
        login="salma@office.example",
        display_name="Salma Test",
        roles=["approver", "analyst"],
    )
    assert "Salma Test" in first.page
    assert "cannot hold these roles together" in first.page
    first.send(
        "/admin/invitations/new",
        login="salma@office.example",
        display_name="Salma Test",
        roles=["intake", "liaison"],
    )
    first.visit("/admin/")
    assert "Another administrator signs" in first.page
    second.visit("/admin/")
    sign = re.search(r'action="(/admin/invitations/[^"]+/sign)"', second.page)
    assert sign
    first.send(sign.group(1), 403, version="1")
    second.visit("/admin/")
    second.send(sign.group(1), version="1")
    second.visit("/admin/invitations/link")
    link = re.search(r"/account/setup/[\w-]+", second.page)
    assert link
    second.visit("/admin/invitations/link", 303)
    colleague = Visitor(app)
    colleague.visit(link.group(0), 303)
    colleague.visit("/account/setup")
    assert "salma@office.example" in colleague.page


@pytest.mark.asvs("6.3.8")
@pytest.mark.promise("P3")
@pytest.mark.parametrize("wrong", ["login", "password", "code"])
def test_whatever_does_not_fit_gives_the_same_pages_byte_for_byte(
    app: Flask, relative: Person, clock: Clock, wrong: str
) -> None:
    stranger, knowing = Visitor(app), Visitor(app, "198.51.100.9")
    code = code_at(relative.totp_secret, clock.moment)
    login = new_file_number() if wrong == "login" else relative.login
    password = PASSWORD + "x" if wrong == "password" else PASSWORD
    first = knowing.first_step(login, password)
    compared = stranger.first_step(new_file_number(), "some other words", 303)
    assert first.headers["Location"] == compared.headers["Location"]
    assert without_tokens(knowing.page) == without_tokens(stranger.page)
    assert len(first.headers["Set-Cookie"]) == pytest.approx(len(compared.headers["Set-Cookie"]), abs=8)
    knowing.send("/account/second-step", 422, code="000000" if wrong == "code" else code)
    stranger.send("/account/second-step", 422, code="000000")
    assert without_tokens(knowing.page) == without_tokens(stranger.page)
    assert "That did not fit." in knowing.page


def test_what_was_typed_is_kept_and_the_password_never(visitor: Visitor) -> None:
    visitor.first_step("AM-1111-111", "my secret words", 422)
    assert "AM-1111-111" in visitor.page
    assert "my secret words" not in visitor.page
    assert "compare each letter" in visitor.page


@pytest.mark.asvs("7.2.4")
def test_signing_in_begins_a_new_session_and_keeps_nothing_of_the_old(
    app: Flask, relative: Person, clock: Clock, visitor: Visitor
) -> None:
    with visitor.client.session_transaction() as cookie:
        cookie["draft"] = "typed by whoever sat here before"
    before = _cookie(visitor)
    visitor.sign_in(relative, code_at(relative.totp_secret, clock.moment))
    after = _cookie(visitor)
    assert before != after
    with visitor.client.session_transaction() as cookie:
        assert "draft" not in cookie
        assert "first_step" not in cookie
    old = app.test_client()
    old.set_cookie("portal", before)
    assert old.get("/account/sessions").status_code == 303


@pytest.mark.asvs("7.2.4")
def test_signing_in_again_ends_the_session_before(
    app: Flask, relative: Person, clock: Clock, visitor: Visitor
) -> None:
    visitor.sign_in(relative, code_at(relative.totp_secret, clock.moment))
    thief = app.test_client()
    thief.set_cookie("portal", _cookie(visitor))
    assert thief.get("/account/sessions").status_code == 200
    clock.advance(minutes=2)
    visitor.visit("/account/sessions")
    visitor.send("/account/sign-in", login=relative.login, password=PASSWORD)
    visitor.visit("/account/second-step")
    visitor.send("/account/second-step", code=code_at(relative.totp_secret, clock.moment))
    assert thief.get("/account/sessions").status_code == 303
    visitor.visit("/account/sessions")


@pytest.mark.asvs("14.3.1")
@pytest.mark.asvs("7.4.1")
def test_signing_out_ends_the_session_for_every_copy_of_its_cookie(
    app: Flask, relative: Person, clock: Clock, visitor: Visitor
) -> None:
    visitor.sign_in(relative, code_at(relative.totp_secret, clock.moment))
    copy = app.test_client()
    copy.set_cookie("portal", _cookie(visitor))
    visitor.visit("/account/sessions")
    answer = visitor.send("/account/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert copy.get("/account/sessions").status_code == 303


@pytest.mark.asvs("7.4.1")
@pytest.mark.promise("P21")
@pytest.mark.parametrize("token", ["", "stale"])
def test_the_quick_exit_works_even_from_a_page_left_open(
    app: Flask, relative: Person, clock: Clock, visitor: Visitor, token: str
) -> None:
    visitor.sign_in(relative, code_at(relative.totp_secret, clock.moment))
    with visitor.client.session_transaction() as cookie:
        cookie["draft"] = "words about a brother"
    copy = app.test_client()
    copy.set_cookie("portal", _cookie(visitor))
    answer = visitor.send("/account/leave", csrf_token=token)
    assert answer.headers["Location"] == "/account/left"
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert copy.get("/account/sessions").status_code == 303
    with visitor.client.session_transaction() as cookie:
        assert not set(cookie) - {"_flashes"}
    page = visitor.visit("/account/left")
    assert "no-store" in page.headers["Cache-Control"]
    for word in ("Amana", "family", "file", "+00"):
        assert word not in page.text.split("<body")[1]


@pytest.mark.asvs("3.5.1")
def test_all_other_buttons_ask_for_the_pages_own_token(visitor: Visitor) -> None:
    for url in ("/account/sign-in", "/account/second-step", "/account/sign-out", "/account/setup-password"):
        visitor.send(url, 400)


def test_who_is_signed_in_goes_home_from_the_sign_in_page(
    place: Workplace, clock: Clock, visitor: Visitor
) -> None:
    person = a_staff_account(place, Role.AUDITOR)
    clock.advance(minutes=5)
    answer = visitor.sign_in(person, code_at(person.totp_secret, clock.moment))
    assert answer.headers["Location"] == "/oversight/"
    assert visitor.visit("/account/sign-in", 303).headers["Location"] == "/oversight/"
    visitor.visit("/account/")


@pytest.mark.asvs("6.3.3")
@pytest.mark.asvs("2.3.1")
def test_the_second_step_is_nothing_without_the_first(visitor: Visitor) -> None:
    assert visitor.visit("/account/second-step", 303).headers["Location"] == "/account/sign-in"


def test_who_takes_too_long_is_asked_to_begin_again(relative: Person, clock: Clock, visitor: Visitor) -> None:
    visitor.first_step(relative.login)
    clock.advance(minutes=6)
    visitor.send("/account/second-step", code=code_at(relative.totp_secret, clock.moment))
    visitor.visit("/account/sign-in")
    assert "longer than five minutes" in visitor.page


@pytest.mark.asvs("2.4.1")
@pytest.mark.asvs("6.6.3")
def test_after_many_attempts_the_page_says_when_to_come_back(relative: Person, visitor: Visitor) -> None:
    visitor.first_step(relative.login, "some other words")
    for guess in range(5):
        visitor.send("/account/second-step", 422, code=f"00000{guess}")
    answer = visitor.send("/account/second-step", 429, code="000009")
    assert "in 1 minute" in answer.text
    assert answer.headers["Retry-After"] == "30"


@pytest.mark.asvs("7.5.2")
def test_one_ends_ones_own_sessions(app: Flask, relative: Person, clock: Clock, visitor: Visitor) -> None:
    visitor.sign_in(relative, code_at(relative.totp_secret, clock.moment))
    clock.advance(minutes=2)
    elsewhere = Visitor(app)
    elsewhere.sign_in(relative, code_at(relative.totp_secret, clock.moment))
    visitor.visit("/account/sessions")
    ends = re.findall(r'action="(/account/sessions/[0-9a-f-]+/end)"', visitor.page)
    assert len(ends) == 3  # set up, here, elsewhere; newest first
    visitor.send(ends[0])
    elsewhere.visit("/account/sessions", 303)
    visitor.visit("/account/sessions")
    visitor.send("/account/sessions/end-all")
    visitor.visit("/account/sessions", 303)


def _two_signed_in_administrators(place: Workplace, app: Flask, clock: Clock) -> list[Visitor]:
    names = ("one", "other")
    people = [NewStaff(f"{n}@office.example", n, frozenset({Role.ADMINISTRATOR})) for n in names]
    with place.open(OPERATOR, DbRole.ADMIN) as work:
        openings = service.first_administrators(work, people)
    visitors = []
    for opening in openings:
        visitor = Visitor(app)
        visitor.visit(f"/account/setup/{opening.token}", 303)
        visitor.visit("/account/setup")
        visitor.send("/account/setup-password", password=PASSWORD, again=PASSWORD)
        visitor.visit("/account/setup")
        key = re.search(r'class="key"[^>]*>(.*?)</p>', visitor.page, re.DOTALL)
        assert key
        secret = re.sub(r"<[^>]+>|\s", "", key.group(1))
        answer = visitor.send("/account/setup-factor", code=code_at(secret, clock.moment))
        assert answer.headers["Location"] == "/admin/"
        visitors.append(visitor)
    return visitors


def _cookie(visitor: Visitor) -> str:
    found = visitor.client.get_cookie("portal")
    return found.value if found else ""


@pytest.mark.asvs("6.1.1")
@pytest.mark.promise("P21")
def test_a_remembered_browser_signs_in_while_strangers_next_door_guess(
    app: Flask, clock: Clock, relative: Person
) -> None:
    own, stranger = Visitor(app), Visitor(app)
    own.first_step(relative.login)
    own.send("/account/second-step", code=code_at(relative.totp_secret, clock.moment), remember="y")
    own.visit("/account/sessions")
    own.send("/account/sign-out")
    clock.advance(minutes=1)
    for _ in range(5):
        stranger.first_step(relative.login, "some words of no use")
    stranger.first_step(relative.login, "some words of no use", 429)
    answer = own.sign_in(relative, code_at(relative.totp_secret, clock.moment))
    assert answer.headers["Location"] == "/family/"


def test_nothing_is_remembered_unless_asked_and_leaving_takes_it_away(
    app: Flask, clock: Clock, relative: Person
) -> None:
    visitor = Visitor(app)
    visitor.sign_in(relative, code_at(relative.totp_secret, clock.moment))
    assert visitor.client.get_cookie("browser") is None
    visitor.visit("/account/sessions")
    visitor.send("/account/sign-out")
    clock.advance(minutes=1)
    visitor.first_step(relative.login)
    answer = visitor.send(
        "/account/second-step", code=code_at(relative.totp_secret, clock.moment), remember="y"
    )
    kept = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("browser="))
    assert "HttpOnly" in kept
    assert "SameSite=Strict" in kept
    visitor.send("/account/leave")
    assert visitor.client.get_cookie("browser") is None


def test_a_forgotten_browser_is_like_any_other(app: Flask, clock: Clock, relative: Person) -> None:
    own, stranger = Visitor(app), Visitor(app)
    own.first_step(relative.login)
    own.send("/account/second-step", code=code_at(relative.totp_secret, clock.moment), remember="y")
    own.visit("/account/sessions")
    kept = own.client.get_cookie("browser")
    own.send("/account/sessions/forget-browsers")
    own.visit("/account/sessions")
    own.send("/account/sign-out")
    assert kept
    own.client.set_cookie("browser", kept.value)
    for _ in range(5):
        stranger.first_step(relative.login, "some words of no use")
    own.first_step(relative.login, status=429)
