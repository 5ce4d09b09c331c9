"""From the first question to one's own page: by forms, with cookies, without JavaScript."""

from __future__ import annotations

import re
from datetime import date
from typing import Protocol

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from portal.accounts import service as accounts
from portal.accounts.vocab import SignedIn
from portal.inquiries import queries, wizard
from portal.inquiries.answers import Step
from portal.inquiries.vocab import InquiryState, Purpose, Relation
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor
from tests.support.factories.accounts import Person, a_staff_account, code_at
from tests.support.factories.inquiries import (
    SignedUp,
    a_filed_inquiry,
    a_signed_up_relative,
    advance,
    with_a_reason,
)

HOME = "/family/inquiry"
GOOD: dict[str, dict[str, object]] = {
    "safety": {"safe": "yes", "danger": "no"},
    "name": {"given": "سامر", "family": "الحلاق"},
    "origin": {"mother": "ليلى", "birth_year": "١٩٨٤"},
    "arrest": {"arrested_year": "2013", "branch": "215", "marks": "a scar"},
    "you": {"full_name": "Rima Test", "relation": "sibling"},
    "contact": {
        "channel": "email",
        "address": "rima@mail.example",
        "hour_from": "9",
        "hour_to": "17",
        "quiet_weekdays": ["6", "0"],
        "shared": "y",
        "code_word": "jasmine",
    },
    "wishes": {
        "fact": "yes",
        "date_place": "later",
        "papers": "later",
        "photographs_exist": "no",
        "description": "no",
        "face": "no",
    },
}
BAD: dict[str, dict[str, object]] = {
    "safety": {"safe": "yes"},
    "name": {"given": " ", "family": ""},
    "origin": {"mother": "Layla Kept", "birth_year": "1795"},
    "arrest": {
        "arrested_day": "31",
        "arrested_month": "2",
        "arrest_place": "Place Kept",
        "marks": "Mark Kept",
    },
    "you": {"full_name": "Rima Kept"},
    "contact": {"channel": "email", "address": "no address kept", "hour_from": "9", "hour_to": "17"},
    "wishes": {"fact": "yes"},
}


class Clock(Protocol):
    """The clock of a test."""

    def __call__(self) -> date:
        """The moment."""

    def advance(self, **amount: float) -> None:
        """Move it."""


class Visitor:
    """Somebody at a browser: keeps cookies, sends the hidden token of the page back."""

    def __init__(self, app: Flask, language: str = "en") -> None:
        self.client: FlaskClient = app.test_client()
        self.headers = {"Accept-Language": language}
        self.page = ""

    def visit(self, url: str, status: int = 200) -> TestResponse:
        return self._seen(self.client.get(url, headers=self.headers), status)

    def send(self, url: str, status: int = 303, **fields: object) -> TestResponse:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page)
        data = MultiDict({"csrf_token": token.group(1) if token else "", **fields})
        return self._seen(self.client.post(url, data=data, headers=self.headers), status)

    def answer(self, step: str, status: int = 303, **changes: object) -> str:
        self.visit(f"{HOME}/{step}")
        return self.send(f"{HOME}/{step}", status, **{**GOOD[step], **changes}).headers.get("Location", "")

    def answer_all(self, until: str = "check") -> None:
        for step in wizard.ORDER:
            if step == until:
                break
            self.answer(step)
        self.visit(f"{HOME}/{until}")

    def sign_in(self, place: Workplace, person: Person) -> None:
        with self.client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = session_of(place, person).token, True

    def _seen(self, answer: TestResponse, status: int) -> TestResponse:
        assert answer.status_code == status, answer.text
        if status != 303:
            self.page = answer.text
        return answer


def session_of(place: Workplace, person: Person) -> SignedIn:
    """A session begun with password and code."""
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        first = accounts.sign_in(work, person.login, person.password)
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        begun = accounts.second_step(work, first, code_at(person.totp_secret, place.clock()))
    assert begun is not None
    return begun


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def relative(place: Workplace, clock: Clock) -> SignedUp:
    relative = a_signed_up_relative(place)
    clock.advance(minutes=5)
    return relative


def _bare(page: str) -> str:
    return re.sub(r'name="csrf_token"[^>]*value="[^"]+"', "", page)


def _filed(place: Workplace) -> int:
    with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
        return len(queries.waiting(work, *InquiryState))


# Asking


@pytest.mark.promise("P21")
def test_a_visitor_asks_and_comes_to_their_own_page(place: Workplace, visitor: Visitor, clock: Clock) -> None:
    visitor.visit(f"{HOME}/")
    visitor.answer_all()
    assert _filed(place) == 0
    assert "سامر" in visitor.page
    assert "1984" in visitor.page
    sent = visitor.send(f"{HOME}/check", search="y", contact="y")
    assert sent.headers["Location"] == f"{HOME}/receipt"
    visitor.visit(f"{HOME}/receipt")
    number = re.search(r"AM-\w{4}-\w{4}", visitor.page)
    assert number
    assert visitor.send(f"{HOME}/setup").headers["Location"] == "/account/setup"
    visitor.visit("/account/setup")
    assert number.group() in visitor.page
    with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
        found = queries.inquiry_file(work, queries.waiting(work, InquiryState.SUBMITTED)[0].id)
    assert (found.reference, found.relation, found.language) == (number.group(), Relation.SIBLING, "en")
    assert found.sought.birth_year == 1984
    assert found.sought.arrested_day is None
    assert [consent.purpose for consent in found.consents] == [Purpose.SEARCH, Purpose.CONTACT]


@pytest.mark.promise("P18")
def test_each_consent_is_kept_with_the_words_that_were_read(place: Workplace, visitor: Visitor) -> None:
    visitor.answer_all()
    shown = visitor.page
    assert "checked" not in shown
    visitor.send(f"{HOME}/check", 422, contact="y")
    assert "Without this we may not search" in visitor.page
    assert re.search(r'<input checked[^>]*name="contact"', visitor.page)
    visitor.send(f"{HOME}/check", 422, search="y")
    assert _filed(place) == 0
    visitor.send(f"{HOME}/check", search="y", contact="y")
    with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
        consents = queries.consents_of(work, queries.waiting(work, InquiryState.SUBMITTED)[0].id)
    assert all(consent.words in shown for consent in consents)


@pytest.mark.promise("P18")
def test_who_does_not_want_contact_is_not_asked_to_agree_to_it(place: Workplace, visitor: Visitor) -> None:
    visitor.answer_all("contact")
    visitor.answer("contact", channel="none", address="")
    visitor.answer("wishes")
    visitor.visit(f"{HOME}/check")
    assert 'name="contact"' not in visitor.page
    visitor.send(f"{HOME}/check", search="y")
    with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
        consents = queries.consents_of(work, queries.waiting(work, InquiryState.SUBMITTED)[0].id)
    assert [consent.purpose for consent in consents] == [Purpose.SEARCH]


@pytest.mark.promise("P18")
@pytest.mark.promise("P21")
@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_each_language_has_the_whole_way_and_keeps_its_own_words(
    app: Flask, place: Workplace, language: str, direction: str
) -> None:
    visitor = Visitor(app, language)
    for step in GOOD:
        visitor.answer(step)
        assert f'<html lang="{language}" dir="{direction}">' in visitor.page
    visitor.visit(f"{HOME}/check")
    shown = visitor.page
    visitor.send(f"{HOME}/check", 422)
    assert 'role="alert"' in visitor.page
    visitor.send(f"{HOME}/check", search="y", contact="y")
    visitor.visit(f"{HOME}/receipt")
    assert 'dir="ltr">AM-' in visitor.page  # a number reads from the left in every language
    with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
        consents = work.session.execute(text("select words, language from consent")).all()
    assert len(consents) == 2
    assert all(consent.words in shown and consent.language == language for consent in consents)


@pytest.mark.promise("P20")
@pytest.mark.parametrize("step", BAD)
def test_nothing_typed_is_lost_on_a_page_that_does_not_hold(visitor: Visitor, step: str) -> None:
    visitor.answer_all(step)
    visitor.send(f"{HOME}/{step}", 422, **BAD[step])
    assert "Please look at this again" in visitor.page
    typed = [v for v in BAD[step].values() if isinstance(v, str) and len(v) > 3]
    assert all(value in visitor.page for value in typed)
    for chosen in ("safe", "channel", "fact"):
        if chosen in BAD[step]:
            assert re.search(rf'<input[^>]*checked[^>]*name="{chosen}"', visitor.page)
    visitor.visit(f"{HOME}/{step}")
    assert all(value in visitor.page for value in typed)
    assert visitor.answer(step) != f"{HOME}/{step}"


@pytest.mark.promise("P20")
@pytest.mark.parametrize("step", [step.value for step in wizard.ORDER[:-1]])
@pytest.mark.parametrize("way", ["back", "later"])
def test_nothing_typed_is_lost_on_the_way_back_or_not_now(visitor: Visitor, step: str, way: str) -> None:
    visitor.answer_all(step)
    answer = visitor.send(f"{HOME}/{step}", **{**GOOD[step], **BAD[step], "go": way})
    former = wizard.before(Step(step))
    goal = "later" if way == "later" else former.value if former else ""
    assert answer.headers["Location"] == f"{HOME}/{goal}"
    visitor.visit(f"{HOME}/{step}")
    typed = [v for v in BAD[step].values() if isinstance(v, str) and len(v) > 3]
    assert all(value in visitor.page for value in typed)


@pytest.mark.asvs("2.2.1")
@pytest.mark.asvs("2.2.2")
@pytest.mark.promise("P20")
def test_a_wrong_year_is_refused_with_what_to_do(visitor: Visitor) -> None:
    visitor.answer_all("origin")
    for year in ("1795", "2027", "84", "about 1980", "-1980", "٣٠٠٠", "9" * 60):
        visitor.send(f"{HOME}/origin", 422, birth_year=year)
        assert "Please write" in visitor.page
        assert year in visitor.page
    visitor.send(f"{HOME}/origin", birth_year="١٩٨٤")


@pytest.mark.asvs("2.2.3")
@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ({"arrested_day": "31", "arrested_month": "4"}, False),
        ({"arrested_day": "29", "arrested_month": "2", "arrested_year": "2013"}, False),
        ({"arrested_day": "29", "arrested_month": "2", "arrested_year": "2012"}, True),
        ({"arrested_day": "29", "arrested_month": "2"}, True),
        ({"arrested_day": "٣١"}, True),
        ({"arrested_day": "32"}, False),
        ({"arrested_month": "13"}, False),
        ({"arrested_month": "٠٥", "arrested_year": "٢٠١٣"}, True),
        ({"arrested_day": "0"}, False),
        ({}, True),
    ],
)
def test_a_date_may_be_incomplete_but_not_impossible(
    visitor: Visitor, typed: dict[str, object], fits: bool
) -> None:
    visitor.answer_all("arrest")
    visitor.send(f"{HOME}/arrest", 303 if fits else 422, **typed)


@pytest.mark.asvs("2.2.3")
@pytest.mark.parametrize(
    ("channel", "address", "fits"),
    [
        ("email", "rima@mail.example", True),
        ("email", "rima", False),
        ("email", "a@b.c, d@e.f", False),
        ("email", "", False),
        ("phone", "+963 (11) 555-0101", True),
        ("phone", "٠٩٣٣٥٥٥٠١٠", True),
        ("phone", "call me", False),
        ("phone", "rima@mail.example", False),
        ("none", "", True),
    ],
)
def test_an_address_fits_the_way_that_was_chosen(
    visitor: Visitor, channel: str, address: str, fits: bool
) -> None:
    visitor.answer_all("contact")
    visitor.send(
        f"{HOME}/contact", 303 if fits else 422, **{**GOOD["contact"], "channel": channel, "address": address}
    )
    visitor.visit(f"{HOME}/contact")
    assert address in visitor.page


@pytest.mark.parametrize(
    "changes",
    [{"hour_from": "17", "hour_to": "9"}, {"quiet_weekdays": list("560123")}, {"hour_to": "later"}],
)
def test_a_way_that_would_never_be_open_is_refused(visitor: Visitor, changes: dict[str, object]) -> None:
    visitor.answer_all("contact")
    visitor.send(f"{HOME}/contact", 422, **{**GOOD["contact"], **changes})


@pytest.mark.parametrize(
    ("answers", "advised"),
    [
        ({"safe": "yes", "danger": "no"}, False),
        ({"safe": "seen", "danger": "no"}, True),
        ({"safe": "unsure", "danger": "no"}, True),
        ({"safe": "yes", "danger": "yes"}, True),
        ({"safe": "yes", "danger": "unsure"}, True),
    ],
)
def test_who_may_be_in_danger_is_advised_and_may_go_on(
    visitor: Visitor, answers: dict[str, str], advised: bool
) -> None:
    goal = visitor.answer("safety", **answers)
    assert goal == f"{HOME}/{'advice' if advised else 'name'}"
    if advised:
        visitor.visit(goal)
        assert "+00 000 111 222" in visitor.page
        assert f'href="{HOME}/name"' in visitor.page


@pytest.mark.asvs("2.3.1")
def test_nobody_can_jump_ahead(visitor: Visitor) -> None:
    assert visitor.visit(f"{HOME}/check", 303).headers["Location"] == f"{HOME}/safety"
    visitor.answer("safety")
    assert visitor.visit(f"{HOME}/wishes", 303).headers["Location"] == f"{HOME}/name"
    visitor.send(f"{HOME}/check", search="y")
    visitor.visit(f"{HOME}/nothing", 404)
    visitor.visit(f"{HOME}/advice")
    assert visitor.visit(f"{HOME}/receipt", 303).headers["Location"] == f"{HOME}/"


def test_who_changes_one_answer_comes_back_to_where_all_are_shown(visitor: Visitor) -> None:
    visitor.answer_all()
    assert visitor.answer("name", given="Salem") == f"{HOME}/check"
    visitor.visit(f"{HOME}/check")
    assert "Salem" in visitor.page


@pytest.mark.promise("P20")
def test_sending_twice_files_once(place: Workplace, visitor: Visitor) -> None:
    visitor.answer_all()
    page = visitor.page
    numbers = []
    for _again in range(2):
        visitor.page = page
        assert visitor.send(f"{HOME}/check", search="y", contact="y").headers["Location"] == f"{HOME}/receipt"
        visitor.visit(f"{HOME}/receipt")
        numbers += re.findall(r"AM-\w{4}-\w{4}", visitor.page)[:1]
    assert len(numbers) == 2
    assert len(set(numbers)) == 1
    assert _filed(place) == 1
    visitor.visit(f"{HOME}/name", 303)
    visitor.send(f"{HOME}/name", given="another")
    visitor.visit(f"{HOME}/receipt")
    assert numbers[0] in visitor.page


def test_one_can_ask_about_somebody_else_afterwards(place: Workplace, visitor: Visitor) -> None:
    visitor.answer_all()
    visitor.send(f"{HOME}/check", search="y", contact="y")
    visitor.visit(f"{HOME}/receipt")
    visitor.send(f"{HOME}/again")
    visitor.answer_all()
    visitor.send(f"{HOME}/check", search="y", contact="y")
    assert _filed(place) == 2


def test_what_was_written_can_be_erased(visitor: Visitor) -> None:
    visitor.answer_all("origin")
    visitor.visit(f"{HOME}/later")
    assert visitor.send(f"{HOME}/erase").headers["Location"] == f"{HOME}/"
    assert visitor.visit(f"{HOME}/name", 303).headers["Location"] == f"{HOME}/safety"


@pytest.mark.asvs("8.2.2")
def test_another_browser_sees_nothing_of_a_draft(app: Flask, visitor: Visitor) -> None:
    visitor.answer_all("origin")
    stranger = Visitor(app)
    stranger.visit(f"{HOME}/")
    assert "You have begun" not in stranger.page
    visitor.visit(f"{HOME}/")
    assert "You have begun" in visitor.page


@pytest.mark.asvs("14.2.1")
@pytest.mark.promise("P21")
def test_no_page_carries_a_name_in_its_title_or_address(visitor: Visitor) -> None:
    visitor.answer_all()
    for url in (f"{HOME}/", *(f"{HOME}/{step.value}" for step in wizard.ORDER)):
        answer = visitor.visit(url)
        assert answer.headers["Cache-Control"] == "no-store"
        assert re.findall(r"<title>(.*?)</title>", visitor.page) == ["Page"]
        assert "Leave this page" in visitor.page
        assert "+00 000 111 222" in visitor.page
        assert "We never ask for money" in visitor.page
        assert re.findall(r"<script[^>]*>", visitor.page) == ['<script src="/static/leave.js" defer>']


# One's own file


@pytest.mark.promise("P3")
@pytest.mark.parametrize("url", [f"{HOME}/own", f"{HOME}/own/wishes", "/family/"])
def test_a_family_page_is_the_same_before_and_after_there_is_something(
    app: Flask, place: Workplace, relative: SignedUp, url: str
) -> None:
    visitor = Visitor(app)
    visitor.sign_in(place, relative.person)
    advance(place, relative.inquiry_id, InquiryState.TRIAGE, InquiryState.VERIFYING, InquiryState.ACTIVE)
    before = visitor.visit(url)
    advance(place, relative.inquiry_id, InquiryState.OUTCOME_READY)
    after = visitor.visit(url)
    assert _bare(before.text) == _bare(after.text)
    assert _without_cookie(before) == _without_cookie(after)


def _without_cookie(answer: TestResponse) -> list[tuple[str, str]]:
    return [(name, value) for name, value in answer.headers if name not in {"Set-Cookie", "Content-Length"}]


def test_a_relative_reads_and_steers_their_own_file(app: Flask, place: Workplace, relative: SignedUp) -> None:
    visitor = Visitor(app)
    visitor.sign_in(place, relative.person)
    visitor.visit(f"{HOME}/own")
    assert "سامر" in visitor.page
    assert "a scar above the left eyebrow" in visitor.page
    visitor.visit(f"{HOME}/own/wishes")
    visitor.send(f"{HOME}/own/wishes", 422, fact="yes")
    visitor.send(f"{HOME}/own/wishes", **{**GOOD["wishes"], "papers": "no"})
    visitor.visit(f"{HOME}/own/wishes")
    assert re.search(r'<input[^>]*checked[^>]*name="papers"[^>]*value="no"', visitor.page)
    visitor.send(f"{HOME}/own/pause")
    visitor.visit(f"{HOME}/own")
    assert "Nobody contacts you, and nothing goes on." in visitor.page
    visitor.send(f"{HOME}/own/resume")
    visitor.visit(f"{HOME}/own")
    assert "Do you need quiet?" in visitor.page
    visitor.send(f"{HOME}/own/consents/contact/withdraw")
    visitor.visit(f"{HOME}/own")
    assert "Withdrawn on" in visitor.page
    visitor.send(f"{HOME}/own/consents/search/withdraw")
    visitor.visit(f"{HOME}/own")
    assert "Do you need quiet?" not in visitor.page
    visitor.send(f"{HOME}/own/consents/everything/withdraw", 404)


def test_who_is_signed_in_is_sent_home_from_the_questions(
    app: Flask, place: Workplace, relative: SignedUp
) -> None:
    visitor = Visitor(app)
    visitor.sign_in(place, relative.person)
    for url in (f"{HOME}/", f"{HOME}/name", f"{HOME}/receipt"):
        assert visitor.visit(url, 303).headers["Location"] == "/family/"


@pytest.mark.asvs("8.2.2")
@pytest.mark.promise("P2")
def test_a_relative_sees_no_file_but_their_own(app: Flask, place: Workplace, relative: SignedUp) -> None:
    a_filed_inquiry(place, given="Stranger", inquirer_name="Other Person")
    visitor = Visitor(app)
    visitor.sign_in(place, relative.person)
    visitor.visit(f"{HOME}/own")
    assert "Stranger" not in visitor.page
    assert "Other Person" not in visitor.page


# The desk


@pytest.mark.asvs("14.2.6")
def test_intake_opens_takes_in_and_sees_the_way_only_when_asked(
    app: Flask, place: Workplace, clock: Clock
) -> None:
    receipt = a_filed_inquiry(place)
    colleague = a_staff_account(place, Role.INTAKE)
    clock.advance(minutes=5)
    visitor = Visitor(app)
    visitor.sign_in(place, colleague)
    visitor.visit("/casework/inquiries/")
    assert receipt.reference in visitor.page
    visitor.visit("/casework/inquiries/?state=active")
    assert receipt.reference not in visitor.page
    file = f"/casework/inquiries/{receipt.inquiry_id}"
    visitor.visit(file)
    assert "سامر" in visitor.page
    assert "rima@mail.example" not in visitor.page
    assert f"/casework/cases/{receipt.inquiry_id}/assign" in visitor.page
    answer = visitor.send(f"{file}/contact", 200)
    assert "rima@mail.example" in answer.text
    assert "jasmine" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    visitor.visit(file)
    visitor.send(f"{file}/take-in")
    visitor.visit(file)
    assert "Taken in" in visitor.page
    visitor.send(f"{file}/take-in", 409)


@pytest.mark.asvs("8.2.3")
@pytest.mark.asvs("15.3.1")
def test_an_analyst_is_shown_neither_the_way_nor_who_asks(app: Flask, place: Workplace, clock: Clock) -> None:
    receipt = a_filed_inquiry(place)
    colleague = a_staff_account(place, Role.ANALYST)
    clock.advance(minutes=5)
    with_a_reason(place, Actor(colleague.account_id, frozenset({Role.ANALYST})), receipt.inquiry_id)
    visitor = Visitor(app)
    visitor.sign_in(place, colleague)
    file = f"/casework/inquiries/{receipt.inquiry_id}"
    visitor.visit(file)
    assert "Rima Test" not in visitor.page
    assert "/contact" not in visitor.page
    for act in ("contact", "take-in"):
        visitor.visit(file)
        visitor.send(f"{file}/{act}", 403)
