"""Somebody forces a relative in: what opens is empty and ordinary, and calls for help in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import event, text
from werkzeug.test import TestResponse

from portal import schema
from portal.accounts import passwords
from portal.inquiries.vocab import Layer
from portal.kernel.actor import Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.ids import new_file_number
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault.service import Vault
from portal.web.access import mark_of
from tests.conftest import SetClock
from tests.functional.test_sign_in import Visitor, without_tokens
from tests.support.desk import Desk
from tests.support.factories.accounts import PASSWORD, Person, a_relative_account, a_staff_account, code_at
from tests.support.factories.disclosure import Case, a_confirmed_match, a_told_relative, an_approved_package
from tests.support.factories.duress import SECOND, as_owner, decoy_of, follow_sign_ins, holds, keep
from tests.support.factories.inquiries import a_signed_up_relative

PAGE = "/account/second-password"
TOLD = frozenset({Layer.PHOTOGRAPHS_EXIST, Layer.DESCRIPTION, Layer.FACE})


@pytest.fixture
def relative(place: Workplace, clock: SetClock) -> Person:
    person = a_signed_up_relative(place).person
    clock.advance(minutes=5)
    return person


@pytest.fixture
def told(place: Workplace, vault: Vault, clock: SetClock) -> Case:
    """A relative who was told and has asked for everything, a face too."""
    case = a_confirmed_match(place, vault, signs_in=True)
    made = a_told_relative(place, vault, case, face=True, wished=TOLD)
    clock.advance(minutes=5)
    return made


def _own(case: Case) -> Person:
    assert case.person is not None
    return case.person


def _plain(page: str) -> str:
    """A page without what is new in each answer."""
    return without_tokens(page)


@contextmanager
def _counted(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """Statements sent to the database, and passwords hashed or verified."""
    done = {"statements": 0, "hashes": 0}

    def statement(*_: object) -> None:
        done["statements"] += 1

    class Counting(PasswordHasher):
        def verify(self, *args: object, **more: object) -> bool:  # type: ignore[override]
            done["hashes"] += 1
            return super().verify(*args, **more)  # type: ignore[arg-type]

        def hash(self, *args: object, **more: object) -> str:  # type: ignore[override]
            done["hashes"] += 1
            return super().hash(*args, **more)  # type: ignore[arg-type]

    event.listen(place.engine, "before_cursor_execute", statement)
    with monkeypatch.context() as patch:
        patch.setattr(passwords, "_hasher", Counting(time_cost=3, memory_cost=65536, parallelism=4))
        yield done
    event.remove(place.engine, "before_cursor_execute", statement)


def _headers(answer: TestResponse) -> list[tuple[str, str]]:
    return [(name, value) for name, value in answer.headers if name not in {"Content-Length", "Set-Cookie"}]


def _shape(answer: TestResponse) -> tuple[object, ...]:
    """What can be seen of an answer from outside; a cookie counts by its name and its rules."""
    headers = [*_headers(answer), answer.headers["Content-Length"]]
    rules = [
        re.sub(r"Expires=[^;]*", "", re.sub(r"=[^;]*", "=", each, count=1))
        for each in answer.headers.getlist("Set-Cookie")
    ]
    return answer.status_code, headers, rules, _plain(answer.text)


def _carried(visitor: Visitor) -> dict[str, int]:
    """What the cookie holds, unpacked: each name, and how long it is. Packed, random letters shorten by chance."""
    with visitor.client.session_transaction() as cookie:
        return {name: len(str(value)) for name, value in cookie.items()}


# The page


def test_a_second_password_is_kept_looked_for_changed_and_taken_away(
    app: Flask, relative: Person, clock: SetClock
) -> None:
    own = Visitor(app)
    own.sign_in(relative, code_at(relative.totp_secret, clock.moment))
    own.visit("/account/")
    assert PAGE in own.page
    own.visit(PAGE)
    before = _plain(own.page)
    own.send(f"{PAGE}/look", 200, current=PASSWORD)
    assert "You have no second password." in own.page
    own.visit(PAGE)
    own.send(PAGE, 422, current=PASSWORD, password=SECOND, again=SECOND + "x")
    own.send(PAGE, 422, current=PASSWORD, password="short", again="short")
    own.send(PAGE, 422, current=PASSWORD, password=PASSWORD, again=PASSWORD)
    assert "for something else" in own.page
    own.send(PAGE, 422, current="not this one at all", password=SECOND, again=SECOND)
    assert "not your usual password" in own.page
    assert SECOND not in own.page
    own.send(PAGE, current=PASSWORD, password=SECOND, again=SECOND)
    own.visit(f"{PAGE}/done")
    own.visit(PAGE)
    assert _plain(own.page) == before, "the page itself does not tell whether there is one"
    own.send(f"{PAGE}/look", 200, current=PASSWORD)
    assert "You have a second password." in own.page
    own.visit(PAGE)
    own.send(f"{PAGE}/look", 422, current=SECOND)
    own.send(f"{PAGE}/remove", 422)
    own.send(f"{PAGE}/remove", current=PASSWORD)
    own.visit(PAGE)
    own.send(f"{PAGE}/look", 200, current=PASSWORD)
    assert "You have no second password." in own.page


def test_the_usual_password_never_becomes_the_second_one(
    app: Flask, place: Workplace, relative: Person, clock: SetClock
) -> None:
    keep(place, relative)
    own = Visitor(app)
    own.sign_in(relative, code_at(relative.totp_secret, clock.moment))
    own.visit("/account/password")
    own.send("/account/password", 422, current=PASSWORD, password=SECOND, again=SECOND)
    assert "for something else" in own.page


def test_guesses_at_the_usual_password_are_counted_here_too(
    app: Flask, relative: Person, clock: SetClock
) -> None:
    own = Visitor(app)
    own.sign_in(relative, code_at(relative.totp_secret, clock.moment))
    own.visit(PAGE)
    for _ in range(5):
        own.send(f"{PAGE}/look", 422, current="not this one at all")
    own.send(f"{PAGE}/look", 429, current="not this one at all")


def test_colleagues_have_no_such_page(app: Flask, place: Workplace, clock: SetClock) -> None:
    desk = Desk(app, clock, a_staff_account(place, Role.INTAKE))
    desk.visit(PAGE, 403)
    desk.visit("/account/")
    assert PAGE not in desk.page


# Signing in


@pytest.mark.full_cost
def test_every_sign_in_costs_the_same_and_looks_the_same(
    app: Flask, place: Workplace, relative: Person, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    forced = keep(place, relative)
    without = a_signed_up_relative(place).person
    clock.advance(minutes=5)
    people = {"usual": relative, "forced": forced, "no second password": without}
    costs, shapes, lengths = {}, {}, {}
    for name, person in people.items():
        clock.advance(minutes=30)
        visitor = Visitor(app)
        visitor.visit("/account/sign-in")
        with _counted(place, monkeypatch) as done:
            first = visitor.send("/account/sign-in", login=person.login, password=person.password)
            visitor.visit("/account/second-step")
            asked = _plain(visitor.page)
            carried = _carried(visitor)
            second = visitor.send(
                "/account/second-step", code=code_at(person.totp_secret, clock.moment), remember="y"
            )
            home = visitor.visit("/family/")
        costs[name] = dict(done)
        lengths[name] = carried, _carried(visitor), len(visitor.client.get_cookie("browser").value)
        seen = home.status_code, _headers(home), _plain(home.text).replace(person.login, "")
        shapes[name] = (_shape(first), asked, _shape(second), seen)
    assert costs["forced"] == costs["usual"] == costs["no second password"]
    assert costs["usual"]["hashes"] == 2
    assert shapes["forced"] == shapes["usual"] == shapes["no second password"]
    assert lengths["forced"] == lengths["usual"] == lengths["no second password"]


@pytest.mark.full_cost
@pytest.mark.parametrize("who", ["usual", "forced", "wrong", "nobody", "staff"])
def test_two_passwords_are_verified_for_everybody(
    app: Flask,
    place: Workplace,
    relative: Person,
    clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
    who: str,
) -> None:
    forced = keep(place, relative)
    login, password = {
        "usual": (relative.login, relative.password),
        "forced": (forced.login, forced.password),
        "wrong": (relative.login, "some other words"),
        "nobody": (new_file_number(), "some other words"),
        "staff": (a_staff_account(place, Role.INTAKE).login, PASSWORD),
    }[who]
    visitor = Visitor(app)
    visitor.visit("/account/sign-in")
    with _counted(place, monkeypatch) as done:
        visitor.send("/account/sign-in", login=login, password=password)
    assert done["hashes"] == 2


def test_a_wrong_code_is_refused_behind_either_password_in_the_same_words(
    app: Flask, place: Workplace, relative: Person
) -> None:
    pages = []
    for person in (relative, keep(place, relative)):
        visitor = Visitor(app)
        visitor.first_step(person.login, person.password)
        visitor.send("/account/second-step", 422, code="000000")
        pages.append(_plain(visitor.page))
    assert pages[0] == pages[1]


def test_a_second_password_taken_away_opens_nothing(
    app: Flask, place: Workplace, relative: Person, clock: SetClock
) -> None:
    forced = keep(place, relative)
    inside = Visitor(app)
    inside.sign_in(forced, code_at(forced.totp_secret, clock.moment))
    clock.advance(minutes=1)
    own = Visitor(app)
    own.sign_in(relative, code_at(relative.totp_secret, clock.moment))
    own.visit(PAGE)
    own.send(f"{PAGE}/remove", current=PASSWORD)
    inside.visit("/family/", 303)
    clock.advance(minutes=1)
    again = Visitor(app)
    again.first_step(forced.login, forced.password)
    again.send("/account/second-step", 422, code=code_at(forced.totp_secret, clock.moment))


def test_another_phone_is_the_phone_of_both(
    app: Flask, place: Workplace, relative: Person, clock: SetClock
) -> None:
    forced = keep(place, relative)
    own = Visitor(app)
    own.sign_in(relative, code_at(relative.totp_secret, clock.moment))
    own.visit("/account/phone")
    own.send("/account/phone/begin")
    own.visit("/account/phone")
    found = re.search(r'class="key"[^>]*>(.*?)</p>', own.page, re.DOTALL)
    assert found
    secret = re.sub(r"<[^>]+>|\s", "", found.group(1))
    own.send("/account/phone", code=code_at(secret, clock.moment))
    clock.advance(minutes=1)
    Visitor(app).sign_in(forced, code_at(secret, clock.moment))


# The empty account


@pytest.fixture
def inside(app: Flask, place: Workplace, told: Case, clock: SetClock) -> Visitor:
    """Whoever sits in the empty account of a relative who was told everything."""
    forced = keep(place, _own(told))
    visitor = Visitor(app)
    visitor.sign_in(forced, code_at(forced.totp_secret, clock.moment))
    return visitor


def test_the_empty_account_says_that_a_request_was_received(
    inside: Visitor, told: Case, clock: SetClock
) -> None:
    inside.visit("/family/")
    assert _own(told).login in inside.page
    assert "Received" in inside.page
    inside.visit("/family/inquiry/own")
    assert "We have your request." in inside.page
    for secret in ("سامر", "jasmine", "my uncle", "rima@mail.example", "scar above", "حمص"):
        assert secret not in inside.page
    inside.visit("/family/who-looked/")
    assert "worked on your file" not in inside.page


def test_the_empty_account_answers_like_any_file_that_was_just_sent(
    app: Flask, place: Workplace, inside: Visitor, told: Case, clock: SetClock
) -> None:
    """Every page of a relative, address by address; whoever was told nothing finds no more than this."""
    fresh = a_signed_up_relative(place).person
    clock.advance(minutes=5)
    ordinary = Visitor(app)
    ordinary.sign_in(fresh, code_at(fresh.totp_secret, clock.moment))
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        mark = mark_of(app.view_functions[rule.endpoint]) if rule.endpoint in app.view_functions else None
        if not rule.endpoint.endswith("_family") and "_family." not in rule.endpoint:
            continue
        if mark is None or mark.permission is None:
            continue
        values = {name: uuid4() if name != "purpose" else "contact" for name in rule.arguments}
        url = adapter.build(rule.endpoint, values)
        if "GET" in (rule.methods or set()):
            here = inside.client.get(url, headers={"Accept-Language": "en"})
            there = ordinary.client.get(url, headers={"Accept-Language": "en"})
            assert here.status_code == there.status_code, url
            assert _headers(here) == _headers(there), url
            if rule.endpoint != "inquiries_family.own":
                assert _plain(here.text).replace(_own(told).login, "") == _plain(there.text).replace(
                    fresh.login, ""
                ), url
        else:
            inside.visit("/family/")
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', inside.page)
            assert token
            sent = {"csrf_token": token.group(1), "layer": "papers"}
            status = inside.client.post(url, data=sent, headers={"Accept-Language": "en"}).status_code
            assert status in {303, 404, 422, 403}, url


def test_in_the_database_nothing_of_the_real_file_hangs_on_the_empty_one(
    place: Workplace, addresses: Addresses, told: Case
) -> None:
    keep(place, _own(told))
    decoy = decoy_of(addresses, _own(told))
    readable = {
        table.name
        for table in schema.metadata.sorted_tables
        if "select" in table.info["access"].get(DbRole.FAMILY.value, "")
    }
    public = {"memorial_index", "memorial_name", "memorial_pending"}
    empty = readable - public - {"inquiry", "sought_person", "inquirer", "safe_contact", "wish"}
    assert {"disclosure", "disclosure_item", "release", "audit_entry", "vault_object", "consent"} <= empty
    with place.open(decoy, DbRole.FAMILY) as work:
        for table in sorted(empty):
            assert work.session.scalar(text(f"select count(id_) from (select 1 as id_ from {table}) t")) == 0
        assert work.session.scalar(text("select count(id) from inquiry")) == 1
        said = work.session.execute(text("select * from sought_person")).mappings().one()
    assert {value for name, value in said.items() if name != "inquiry_id"} == {None}


def test_what_is_done_in_the_empty_account_seems_to_work_and_touches_nothing_real(
    inside: Visitor, told: Case, place: Workplace, clock: SetClock, app: Flask
) -> None:
    inside.visit("/family/inquiry/own")
    inside.send("/family/inquiry/own/pause")
    inside.visit("/family/inquiry/own")
    assert "Paused" in inside.page
    inside.visit("/family/inquiry/own/wishes")
    inside.send("/family/inquiry/own/wishes", **{layer.value: "no" for layer in Layer})
    inside.visit(PAGE)
    inside.send(f"{PAGE}/look", 200, current=SECOND)
    assert "You have no second password." in inside.page
    inside.visit(PAGE)
    other = "eleven slow herons over the marsh"
    inside.send(PAGE, current=SECOND, password=other, again=other)
    inside.visit(PAGE)
    inside.send(f"{PAGE}/look", 200, current=SECOND)
    assert "You have a second password." in inside.page
    inside.visit("/account/password")
    changed = "thirteen loud kettles on a stove"
    inside.send("/account/password", current=SECOND, password=changed, again=changed)
    clock.advance(minutes=1)
    own = Visitor(app)
    own.sign_in(_own(told), code_at(_own(told).totp_secret, clock.moment))
    own.visit("/family/inquiry/own")
    assert "Paused" not in own.page
    assert "سامر" in own.page
    own.visit("/family/told")
    with place.open(told.relative, DbRole.FAMILY) as work:
        wishes = set(work.session.execute(text("select wish from wish")).scalars())
    assert wishes != {"no"}


def test_no_desk_ever_sees_the_empty_file(place: Workplace, addresses: Addresses, relative: Person) -> None:
    keep(place, relative)
    assert as_owner(addresses, "select count(*) from inquiry") == [2]
    for role in Role:
        with place.open(Actor(uuid4(), frozenset({role})), DbRole.CASEWORK) as work:
            for table in ("inquiry", "sought_person", "inquirer", "safe_contact", "wish"):
                assert work.session.scalar(text(f"select count(*) from {table}")) in {0, 1, 6}, (role, table)
        with place.open(Actor(uuid4(), frozenset({role})), DbRole.OVERSIGHT) as work:
            assert work.session.scalar(text("select count(purpose) from consent")) in {0, 2}


# In silence


def test_a_forced_sign_in_and_no_other_raises_a_hold(
    app: Flask, place: Workplace, addresses: Addresses, told: Case, clock: SetClock
) -> None:
    own = _own(told)
    forced = keep(place, own)
    Desk(app, clock, own)
    Desk(app, clock, a_staff_account(place, Role.INTAKE))
    before = follow_sign_ins(place, addresses)
    assert before >= 2
    assert holds(place) == []
    Desk(app, clock, forced)
    assert follow_sign_ins(place, addresses) == before + 1
    assert [hold.inquiry_id for hold in holds(place)] == [told.inquiry_id]


def test_an_approver_and_the_liaison_see_it_and_two_people_lift_it(
    app: Flask, place: Workplace, vault: Vault, addresses: Addresses, clock: SetClock
) -> None:
    case = an_approved_package(place, vault, a_confirmed_match(place, vault, signs_in=True))
    clock.advance(minutes=5)
    Desk(app, clock, keep(place, _own(case)))
    follow_sign_ins(place, addresses)
    page = f"/casework/holds/{case.inquiry_id}"
    liaison = Desk(app, clock, case.liaison.person)
    liaison.visit("/casework/")
    assert "A relative may be under pressure: do not call or write" in liaison.page
    assert page in liaison.page
    for seen in (f"/casework/disclosure/{case.inquiry_id}", f"/casework/telling/{case.inquiry_id}"):
        liaison.visit(seen)
        assert "do not call or write" in liaison.page
    liaison.visit(f"/casework/disclosure/{case.inquiry_id}/announce")
    assert "Ask them to get in touch" not in liaison.page
    liaison.visit(page)
    propose = re.search(rf'action="({page}/[^"]+/propose)"', liaison.page)
    assert propose
    sign = propose.group(1).replace("/propose", "/sign")
    liaison.send(propose.group(1), 422, version=liaison.hidden("version"), reason="")
    liaison.send(propose.group(1), version=liaison.hidden("version"), reason="She came alone.")
    liaison.visit(page)
    liaison.send(sign, 403, version=2)
    approver = Desk(app, clock, a_staff_account(place, Role.APPROVER))
    approver.visit("/casework/")
    assert page in approver.page
    approver.visit(page)
    assert "She came alone." in approver.page
    approver.send(sign, version=approver.hidden("version"))
    approver.visit(page, 404)
    assert holds(place) == []
    intake = Desk(app, clock, a_staff_account(place, Role.INTAKE))
    intake.visit("/casework/")
    assert "under pressure" not in intake.page


def test_whoever_was_told_reads_on_but_nothing_new_opens(
    app: Flask, place: Workplace, addresses: Addresses, told: Case, clock: SetClock
) -> None:
    own = Desk(app, clock, _own(told))
    own.visit("/family/told")
    assert "Shall we go on?" in own.page
    Desk(app, clock, keep(place, _own(told)))
    follow_sign_ins(place, addresses)
    own.visit("/family/told")
    assert "Shall we go on?" not in own.page
    assert "rests for now" in own.page
    own.send("/family/told/ask", 404, layer="papers")
    own.visit("/family/who-looked/")
    assert "pressure" not in own.page


# Leaving


def test_every_page_of_a_relative_can_be_left_quickly(
    app: Flask, place: Workplace, told: Case, clock: SetClock
) -> None:
    own = Desk(app, clock, _own(told))
    adapter, seen = app.url_map.bind("localhost"), 0
    for rule in app.url_map.iter_rules():
        family = rule.endpoint.rpartition(".")[0].endswith(("_family", "_account"))
        if not family or "GET" not in (rule.methods or set()) or rule.arguments:
            continue
        answer = own._client.get(adapter.build(rule.endpoint), headers={"Accept-Language": "en"})
        if answer.status_code == 200 and answer.mimetype == "text/html" and "/left" not in rule.rule:
            seen += 1
            assert 'action="/account/leave"' in answer.text, rule.rule
            assert "<title>Page</title>" in answer.text, rule.rule
    assert seen >= 10
    own.visit("/family/")
    answer = own.send("/account/leave")
    assert answer.headers["Location"] == "/account/left"
    own.visit("/account/left")
    assert _own(told).login not in own.page
    own.visit("/family/", 303)


def test_an_account_without_a_file_may_keep_one_too(app: Flask, place: Workplace, clock: SetClock) -> None:
    person = a_relative_account(place)
    clock.advance(minutes=5)
    Visitor(app).sign_in(keep(place, person), code_at(person.totp_secret, clock.moment))
