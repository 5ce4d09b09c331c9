"""The door of the scanners: what it keeps shut, what it passes on, and what it notes."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode

import pytest
from flask import Flask

from bench.scan.doorkeeper import LURE, SHUT, TRIES, Door
from bench.scan.exchange import AGENT, TOKEN, Answer, Asked
from bench.scan.visitor import Visitor

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
PAGE = b'<input type="hidden" name="csrf_token" value="from-a-page">'


class Portal:
    """Answers everything alike and remembers what arrived."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.arrived: list[Asked] = []

    def __call__(self, asked: Asked) -> Answer:
        self.arrived.append(asked)
        return Answer(self.status, (), PAGE)


def _door(portal: Portal, each: int = 2) -> Door:
    door = Door(Visitor(portal), each)
    door.visitor.begin()
    portal.arrived.clear()
    return door


def _post(path: str, **typed: str) -> Asked:
    return Asked("POST", path, FORM, urlencode(typed).encode())


@pytest.mark.parametrize(
    "path", ["/account/sign-out", "/account/password", "/account/sessions/end-all", "/account/leave"]
)
def test_what_would_end_the_session_does_not_pass(path: str) -> None:
    portal = Portal()
    door = _door(portal)
    assert door.answer(_post(path, **{TOKEN: "from-a-page"})).status == 404
    assert portal.arrived == []
    assert sum(door.shut.values()) == 1


def test_a_made_up_token_passes_for_the_portal_to_refuse() -> None:
    portal = Portal(400)
    assert _door(portal).answer(_post("/account/sign-out", **{TOKEN: "made up"})).status == 400
    assert len(portal.arrived) == 1


def test_all_that_is_shut_exists(app: Flask) -> None:
    ways = [
        f"POST {re.sub('<[^>]*>', 'x', rule.rule)}"
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
    ]
    assert [shut.pattern for shut in SHUT if not any(shut.fullmatch(way) for way in ways)] == []


def test_of_many_files_a_few_are_visited() -> None:
    portal = Portal()
    door = _door(portal, each=2)
    ids = [f"{n:08x}-0000-0000-0000-000000000000" for n in (1, 2, 3, 1)]
    assert [door.answer(Asked("GET", f"/casework/inquiries/{one}")).status for one in ids] == [
        200,
        200,
        404,
        200,
    ]
    assert door.answers == {"GET /casework/inquiries/{id}": {200: 3}}


def test_guesses_at_one_login_are_spread() -> None:
    portal = Portal()
    door = _door(portal)
    for n in range(TRIES + 2):
        door.answer(_post("/account/sign-in", login="one@office.example", password=f"' or {n}"))
    sent = [parse_qs(asked.body.decode()) for asked in portal.arrived]
    assert [one["login"][0] for one in sent[:TRIES]] == ["one@office.example"] * TRIES
    assert len({one["login"][0] for one in sent}) == 3
    assert sent[-1]["password"] == [f"' or {TRIES + 1}"]


def test_a_form_is_handed_to_sqlmap_once_and_only_if_it_was_read() -> None:
    portal = Portal(422)
    door = _door(portal)
    for word in ("a", "b"):
        door.answer(_post("/check", code=word))
    door.answer(_post("/search", **{TOKEN: "t"}))  # a button: nothing to try
    portal.status = 404
    door.answer(_post("/nothing", code="a"))
    assert [(asked.kind, dict(asked.fields)) for asked in door.targets()] == [("POST /check", {"code": "a"})]


def test_a_page_that_breaks_is_noted() -> None:
    door = _door(Portal(500))
    door.answer(Asked("GET", "/about?x=1"))
    assert [(asked.target, status) for asked, status in door.broken] == [("/about?x=1", 500)]
    assert door.reached == []


def test_a_portal_that_fetches_what_it_is_told_to_is_noticed() -> None:
    door = _door(Portal())
    door.answer(Asked("GET", f"{LURE}ssrf/1", (("User-Agent", AGENT),)))
    assert door.fetched == []
    door.answer(Asked("GET", f"{LURE}ssrf/1", (("User-Agent", "python"),)))
    assert door.fetched == [f"{LURE}ssrf/1"]


def test_what_looks_alike_to_everybody_is_scanned_once() -> None:
    portal = Portal()
    door = Door(Visitor(portal), 2, within=("/casework/", "/account/sessions"))
    paths = ["/casework/", "/account/sessions", "/", "/search", "/account/language/ar"]
    assert [door.answer(Asked("GET", path)).status for path in paths] == [200, 200, 404, 404, 404]


def test_a_form_is_filled_in_as_somebody_would() -> None:
    portal = Portal()
    door = Door(Visitor(portal), 2, file_number="AM-2222-2222")
    door.answer(_post("/casework/cases/conflicts", number="default", reason="Hi there!"))
    door.answer(_post("/account/days-away", first="2023-03-03", last="' or 1=1 --"))
    conflict, away = (dict(asked.fields) for asked in portal.arrived)
    assert conflict["number"] == "AM-2222-2222"
    assert len(conflict["reason"]) > 20
    assert away["first"] > "2026"
    assert away["last"] == "' or 1=1 --"


def test_what_a_scanner_attacks_arrives_byte_by_byte() -> None:
    portal = Portal()
    body = b"q=%FF%00+%2B<script>&reason=Hi+there%21&empty&x=%zz"
    Door(Visitor(portal), 2).answer(Asked("POST", "/x", FORM, body))
    sent = portal.arrived[0].body.split(b"&")
    assert sent[0] == b"q=%FF%00+%2B<script>"
    assert sent[2:] == [b"empty", b"x=%zz"]
