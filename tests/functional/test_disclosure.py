"""From a confirmed match to a picture that opens once: a liaison, an approver and a relative at their browsers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.inquiries import service as inquiries
from portal.inquiries.vocab import Layer
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault.service import Vault
from tests.support.desk import Clock, Desk
from tests.support.factories.accounts import a_staff_account
from tests.support.factories.disclosure import (
    ARRANGED,
    CAUSE,
    Case,
    a_confirmed_match,
    a_sealed_package,
    a_told_relative,
    a_written_package,
    an_active_case,
    an_approved_package,
    announce,
    approve,
    change_record,
    choose_face,
    freeze,
    log,
    match,
    seal,
)

FACT = "The documents show that Samer died.\r\n\r\nThis is not a death certificate and starts no deadline."
OPENING = "00000000-0000-4000-8000-000000000001"
ALL_WORDS = frozenset({Layer.DATE_PLACE, Layer.PAPERS, Layer.PHOTOGRAPHS_EXIST, Layer.DESCRIPTION})


@pytest.fixture
def case(place: Workplace, vault: Vault, clock: Clock) -> Case:
    made = a_confirmed_match(place, vault, signs_in=True)
    clock.advance(minutes=5)
    return made


@pytest.fixture
def liaison(app: Flask, clock: Clock, case: Case) -> Desk:
    return Desk(app, clock, case.liaison.person)


@pytest.fixture
def relative(app: Flask, clock: Clock, case: Case) -> Desk:
    assert case.person is not None
    return Desk(app, clock, case.person)


@pytest.fixture
def approver(app: Flask, place: Workplace, clock: Clock) -> Desk:
    person = a_staff_account(place, Role.APPROVER, display_name="Amal Test")
    return Desk(app, clock, person)


def _action(page: str, ending: str) -> str:
    found = re.search(rf'(?:action|href)="(/casework[^"?]+/{ending})"', page)
    assert found, f"no way to {ending} on the page"
    return found.group(1)


def _press(desk: Desk, page: str, ending: str, status: int = 303, **fields: object) -> TestResponse:
    """Open a page and press one of its buttons."""
    desk.visit(page)
    return desk.send(_action(desk.page, ending), status, **fields)


def test_from_a_match_to_a_picture(
    case: Case, liaison: Desk, approver: Desk, relative: Desk, app: Flask
) -> None:
    package, telling = f"/casework/disclosure/{case.inquiry_id}", f"/casework/telling/{case.inquiry_id}"
    _liaison_writes(liaison, package)
    _liaison_chooses_a_face(liaison, package)
    _press(liaison, package, "seal", version=liaison.hidden("version"))
    relative.visit("/family/told", 404)

    approver.visit("/casework/")
    assert package in approver.page
    _approver_signs(approver, package)
    relative.visit("/family/told", 404)

    liaison.visit(package)
    assert "Amal Test" in liaison.page
    liaison.visit(f"{package}/announce")
    assert "carries no content" in liaison.page
    assert "By their own rules it leaves on" in liaison.page
    answer = liaison.send(_action(liaison.page, "announce"), version=liaison.hidden("version"))
    assert answer.headers["Location"] == telling
    relative.visit("/family/")
    assert "Please contact us when you are ready" in relative.page
    relative.visit("/family/told", 404)

    _liaison_tells(liaison, telling)
    _relative_reads(relative)
    _relative_opens_the_picture(relative)


def _liaison_writes(liaison: Desk, package: str) -> None:
    liaison.visit(package)
    _press(liaison, package, "begin")
    liaison.visit(package)
    assert "The documents show that \u2068سامر نادر يوسف الحلاق\u2069 died." in liaison.page
    assert "This is not a death certificate and starts no deadline." in liaison.page
    assert "Nothing is written yet." in liaison.page
    version, write = liaison.hidden("version"), _action(liaison.page, "write")
    cause = re.search(r'value="([^"]+\.cause)"', liaison.page)
    assert cause
    wrong = {"version": version, "fact": f"Samer: {CAUSE}", "description": "He wears a dark shirt."}
    liaison.send(write, 422, **wrong)
    assert "stands in our own words" in liaison.page
    assert "He wears a dark shirt." in liaison.page, "what was typed is kept"
    liaison.send(write, 422, version=version, fact="", description="He wears a dark shirt.")
    assert "Please answer this." in liaison.page
    words = {"date_place": "In 2014.", "photographs_exist": "There are photographs."}
    words["description"] = "He wears a dark shirt."
    liaison.send(write, version=version, fact=FACT, quoted=cause.group(1), **words)
    liaison.visit(package)
    assert "Such papers often hid the cause. We do not take it as the cause of death." in liaison.page
    liaison.send(write, 409, version=version, fact="From an old page.")


def _liaison_chooses_a_face(liaison: Desk, package: str) -> None:
    liaison.visit(package)
    assert "<img" not in liaison.page
    photographs = re.findall(rf'href="({package}/photographs/[^"/]+)"', liaison.page)
    assert len(photographs) == 2
    liaison.visit(photographs[0])
    assert "<img" not in liaison.page, "covered first"
    shown = liaison.visit(_opened(liaison, f"{photographs[0]}/open"))
    assert shown.mimetype == "image/jpeg"
    assert shown.headers["Cache-Control"] == "no-store"
    choose = re.search(r'action="([^"]+/photographs/[^"]+)"', liaison.page)
    assert choose
    frame = {"version": liaison.hidden("version"), "left": 10, "top": 10, "right": 60, "bottom": 80}
    liaison.send(choose.group(1), 422, **{**frame, "right": 5})
    assert 'value="5"' in liaison.page
    answer = liaison.send(choose.group(1), **frame)
    liaison.visit(answer.headers["Location"])
    assert liaison.visit(_opened(liaison, f"{package}/face/open")).mimetype == "image/jpeg"
    liaison.visit(package)


def _opened(desk: Desk, button: str, **fields: object) -> str:
    """Press the one button that opens a covered picture; where its pixels are, this once."""
    answer = desk.visit(desk.send(button, **fields).headers["Location"])
    assert desk.page.count("<img") == 1
    assert answer.headers["Refresh"].startswith("60; url=")
    found = re.search(r'<img src="([^"]+)"', desk.page)
    assert found
    return found.group(1)


def _approver_signs(approver: Desk, package: str) -> None:
    approver.visit(package)
    assert "<textarea" not in approver.page
    assert "He wears a dark shirt." in approver.page
    assert approver.hidden("fingerprint") in re.sub(r"<input[^>]*>", "", approver.page)
    approver.visit(f"{package}/face")
    assert approver.visit(_opened(approver, f"{package}/face/open")).mimetype == "image/jpeg"
    approver.visit(package)
    fields = {"version": approver.hidden("version"), "fingerprint": approver.hidden("fingerprint")}
    sign = _action(approver.page, "approve")
    approver.send(sign, 409, **{**fields, "fingerprint": "0" * 64})
    approver.visit(package)
    approver.send(sign, **fields)


def _liaison_tells(liaison: Desk, telling: str) -> None:
    liaison.visit(telling)
    assert "jasmine" not in liaison.page
    assert "<bdi>Rima</bdi>" in liaison.page
    liaison.send(f"{telling}/contact", 200)
    assert "jasmine" in liaison.page
    log = re.search(rf'action="({telling}/[0-9a-f-]{{36}})"', liaison.page)
    assert log
    assert "checked" not in liaison.page
    assert 'value="face"' not in liaison.page
    said = {"version": liaison.hidden("version"), "manner": "telephone", "notes": "We spoke for an hour."}
    liaison.send(log.group(1), 422, told="no", wished="papers", **said)
    assert "We spoke for an hour." in liaison.page
    liaison.send(log.group(1), told="yes", wished="papers", beside="her sister", **said)
    liaison.visit(telling)
    assert "They were told." in liaison.page
    assert "her sister" in liaison.page


def _relative_reads(relative: Desk) -> None:
    relative.visit("/family/")
    assert "/family/told" in relative.page
    relative.visit("/family/told")
    assert "The documents show that Samer died." in relative.page
    assert CAUSE in relative.page
    assert "We do not take it as the cause of death." in relative.page
    assert "The death certificate says:" in relative.page
    assert "dark shirt" not in relative.page
    assert "Shall we go on?" in relative.page
    assert "<title>Page</title>" in relative.page
    assert "We never ask for money" in relative.page
    for layer in ("date_place", "photographs_exist", "description", "face"):
        relative.send("/family/told/ask", layer=layer)
        relative.visit("/family/told")
    assert "dark shirt" in relative.page
    assert "<img" not in relative.page


def _relative_opens_the_picture(relative: Desk) -> None:
    answer = relative.send("/family/told/photograph")
    step = answer.headers["Location"]
    relative.visit(step)
    assert "Step 1 of 3" in relative.page
    relative.visit(f"{step}/picture", 404)
    relative.visit(step)
    relative.send(f"{step}/ready", 409)
    relative.visit(step)
    relative.send(f"{step}/understood")
    relative.visit(step)
    assert "Step 2 of 3" in relative.page
    assert "<img" not in relative.page
    relative.send(f"{step}/ready")
    relative.visit(step)
    assert f'src="{step}/picture"' in relative.page
    shown = relative.visit(f"{step}/picture")
    assert shown.mimetype == "image/jpeg"
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Content-Disposition"] == "inline"
    relative.visit(f"{step}/picture", 404)
    relative.visit(step)
    assert "The picture is closed" in relative.page
    assert "<img" not in relative.page
    relative.send("/family/told/photograph")


def _answers(app: Flask, relative: Desk) -> dict[str, tuple[int, list[tuple[str, str]], bytes]]:
    """What every family page and every form of the telling answers, tokens aside."""
    adapter, seen = app.url_map.bind("localhost"), {}
    app.config["WTF_CSRF_ENABLED"] = False  # as if every form had been on a page
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/family/") or rule.arguments - {"opening_id"}:
            continue
        url = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, OPENING))
        for method in ("GET", "HEAD", "POST") if "/told" in rule.rule else ("GET",):
            for layer in Layer if rule.rule.endswith("/ask") else ("",):
                seen[f"{method} {url} {layer}"] = _answer(relative, method, url, layer)
    app.config["WTF_CSRF_ENABLED"] = True
    return seen


def _answer(relative: Desk, method: str, url: str, layer: str) -> tuple[int, list[tuple[str, str]], bytes]:
    english = {"Accept-Language": "en"}
    answer = relative._client.open(url, method=method, data={"layer": layer}, headers=english)
    headers = [(name, value) for name, value in answer.headers if name not in {"Set-Cookie", "Date"}]
    page = re.sub(rb'(name="csrf_token"[^>]*value=")[^"]*', rb"\1", answer.data)
    return answer.status_code, headers, page


@pytest.mark.asvs("8.2.3")
@pytest.mark.promise("P3")
def test_every_family_page_is_the_same_whatever_was_prepared(
    app: Flask, place: Workplace, vault: Vault, clock: Clock
) -> None:
    case = an_active_case(place, vault, signs_in=True)
    clock.advance(minutes=5)
    assert case.person is not None
    relative = Desk(app, clock, case.person)
    before = _answers(app, relative)
    assert {"GET /family/told ", "POST /family/told/ask face"} <= set(before)
    for name, (status, _headers, _page) in before.items():
        assert "/told" not in name or status in {404, 405}, name
    case = match(place, case)
    acts: dict[str, Callable[[], object]] = {
        "matched": lambda: None,
        "written": lambda: a_written_package(place, vault, case),
        "with a face": lambda: choose_face(place, vault, case),
        "sealed": lambda: seal(place, case),
        "approved": lambda: approve(place, case),
        "frozen": lambda: freeze(place, case),
    }
    for name, act in acts.items():
        act()
        assert _answers(app, relative) == before, name


@pytest.mark.promise("P3")
@pytest.mark.promise("P10")
def test_being_asked_to_get_in_touch_looks_the_same_for_news_and_for_a_question(
    app: Flask, place: Workplace, vault: Vault, clock: Clock
) -> None:
    case = an_active_case(place, vault, signs_in=True)
    clock.advance(minutes=5)
    assert case.person is not None
    relative = Desk(app, clock, case.person)
    with place.open(case.liaison.actor, DbRole.CASEWORK) as work:
        inquiries.ask_to_contact(work, case.inquiry_id)
    question = _answers(app, relative)
    with place.open(case.liaison.actor, DbRole.CASEWORK) as work:
        inquiries.contacted(work, case.inquiry_id)
    case = an_approved_package(place, vault, match(place, case), face=True)
    announce(place, case)
    assert _answers(app, relative) == question
    log(place, case, ARRANGED)
    assert _answers(app, relative) != question, "the conversation is over; the page says its ordinary word"


@pytest.mark.asvs("8.3.2")
@pytest.mark.promise("P14")
@pytest.mark.parametrize("stop", ["frozen", "changed"])
def test_what_we_no_longer_stand_by_is_gone_and_a_person_calls(
    place: Workplace, vault: Vault, case: Case, liaison: Desk, relative: Desk, stop: str
) -> None:
    a_told_relative(place, vault, case, face=True, wished=ALL_WORDS)
    relative.visit("/family/told")
    relative.send("/family/told/ask", layer="face")
    relative.visit("/family/told")
    step = relative.send("/family/told/photograph").headers["Location"]
    if stop == "frozen":
        package = f"/casework/disclosure/{case.inquiry_id}"
        liaison.visit(package)
        liaison.visit(_action(liaison.page, "freeze"))
        assert "That was our mistake." in liaison.page
        liaison.send(_action(liaison.page, "freeze"))
        liaison.visit(package)
        assert "Frozen." in liaison.page
    else:
        change_record(place, vault, case)
        liaison.visit(f"/casework/telling/{case.inquiry_id}")
        assert "has changed since" in liaison.page
    relative.visit("/family/told")
    assert "We have no confirmed information to share with you now." in relative.page
    assert "dark shirt" not in relative.page
    assert "Shall we go on?" not in relative.page
    relative.visit(f"{step}/picture", 404)


@pytest.mark.asvs("8.2.2")
@pytest.mark.promise("P2")
def test_another_relative_finds_nothing_of_it(
    app: Flask, place: Workplace, vault: Vault, case: Case, clock: Clock
) -> None:
    a_told_relative(place, vault, case)
    brother = a_confirmed_match(place, vault, record_id=case.record_id, signs_in=True)
    clock.advance(minutes=5)
    assert brother.person is not None
    browser = Desk(app, clock, brother.person)
    browser.visit("/family/told", 404)
    browser.visit("/family/")
    assert "/family/told" not in browser.page


@pytest.mark.asvs("3.2.1")
@pytest.mark.asvs("14.2.6")
@pytest.mark.promise("P11")
def test_the_picture_is_not_shown_outside_its_page(
    app: Flask, place: Workplace, vault: Vault, case: Case, relative: Desk
) -> None:
    a_told_relative(place, vault, case, face=True, wished=ALL_WORDS)
    relative.visit("/family/told")
    relative.send("/family/told/ask", layer="face")
    relative.visit("/family/told")
    step = relative.send("/family/told/photograph").headers["Location"]
    for act in ("understood", "ready"):
        relative.visit(step)
        relative.send(f"{step}/{act}")
    looking_ahead = relative._client.open(f"{step}/picture", method="HEAD")
    on_its_own = relative._client.get(f"{step}/picture", headers={"Sec-Fetch-Dest": "document"})
    assert (looking_ahead.status_code, on_its_own.status_code) == (404, 404)
    assert relative.visit(f"{step}/picture").mimetype == "image/jpeg"


@pytest.mark.asvs("8.2.2")
@pytest.mark.promise("P6")
def test_a_liaison_of_another_case_finds_no_such_package(
    app: Flask, place: Workplace, vault: Vault, case: Case, clock: Clock
) -> None:
    a_sealed_package(place, vault, case)
    stranger = Desk(app, clock, a_staff_account(place, Role.LIAISON, display_name="Hala Test"))
    for page in ("disclosure", "telling"):
        stranger.visit(f"/casework/{page}/{case.inquiry_id}", 404)
    editor = Desk(app, clock, a_staff_account(place, Role.EDITOR, display_name="Jad Test"))
    editor.visit(f"/casework/disclosure/{case.inquiry_id}", 403)


@pytest.mark.promise("P11")
def test_an_open_picture_belongs_to_one_session(
    app: Flask, place: Workplace, vault: Vault, clock: Clock
) -> None:
    case = a_written_package(place, vault)
    one, other = (Desk(app, clock, case.liaison.person) for _ in range(2))
    one.visit(f"/casework/disclosure/{case.inquiry_id}")
    found = re.search(r'href="([^"]+/photographs/[^"/]+)"', one.page)
    assert found
    one.visit(found.group(1))
    assert "The picture is covered" in one.page
    pixels = _opened(one, f"{found.group(1)}/open")
    other.visit(pixels, 404)
    assert one.visit(pixels).headers["Cache-Control"] == "no-store"
    one.visit(pixels, 404)
    for _ in range(19):
        one.visit(found.group(1))
        _opened(one, f"{found.group(1)}/open")
    assert "A break is good now" in one.page
    one.visit(found.group(1))
    answer = one.send(f"{found.group(1)}/open")
    one.visit(answer.headers["Location"])
    assert "That is enough for one day." in one.page
