"""A custodian brings a folder of the inbox in from the desk, sees how far it is, and keeps the report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import func, select

from portal.cli.demo.sample_archive import LAYOUT
from portal.config import Settings
from portal.kernel.actor import OPERATOR
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.archive import carrying
from portal.records.archive.models import ImportBatch
from portal.vault.service import Vault
from portal.web.wiring import wire
from tests.conftest import SetClock
from tests.support.chromium import DESK, PHONE, Visitor, World, chromium, served
from tests.support.desk import Desk
from tests.support.factories.accounts import a_staff_account, code_at
from tests.support.factories.records import sample

INBOX = "/casework/archive/inbox"
SCREENS = {"ar-phone": ("ar", PHONE), "en-desk": ("en", DESK)}


@pytest.fixture
def inbox(app: Flask, settings: Settings, tmp_path: Path) -> Path:
    folder = sample(tmp_path / "inbox").parent
    wire(app, replace(settings, archive_inbox=folder))
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def _wish(**more: str) -> dict[str, str]:
    return {"folder": "archive", "source": "Office", "layout": LAYOUT, **more}


@pytest.mark.promise("P6")
def test_a_folder_is_looked_at_begun_and_accepted_by_somebody_else(
    app: Flask, place: Workplace, vault: Vault, clock: SetClock, inbox: Path
) -> None:
    custodian = Desk(app, clock, a_staff_account(place, Role.CUSTODIAN))
    custodian.visit(INBOX)
    order = custodian.send(INBOX, **_wish(giver="A lawyer")).location
    custodian.visit(order)
    assert "Is being looked at" in custodian.page
    assert f"{order}/begin" not in custodian.page
    custodian.send(f"{order}/begin", 409)
    carrying.carry_out(place, vault, inbox)
    custodian.visit(order)
    assert "The same number stands under another branch" in custodian.page
    custodian.send(f"{order}/begin")
    carrying.carry_out(place, vault, inbox)
    custodian.visit(order)
    (url,) = re.findall(r'href="(/casework/archive/[0-9a-f-]{36})"', custodian.page)
    custodian.visit("/casework/archive/sources")
    assert "A lawyer" in custodian.page
    custodian.visit("/casework/archive/gaps")
    report = custodian.visit(f"{url}/report")
    assert report.mimetype == "text/plain"
    assert "attachment" in report.headers["Content-Disposition"]
    assert "refused\t" in report.text
    assert "no-store" in report.headers["Cache-Control"]
    custodian.visit(url)
    assert f"{url}/accept" not in custodian.page
    second = Desk(app, clock, a_staff_account(place, Role.CUSTODIAN))
    second.visit(url)
    second.send(f"{url}/accept", version=second.hidden("version"))


def test_an_order_is_withdrawn_by_whoever_gave_it_until_it_begins(
    app: Flask, place: Workplace, vault: Vault, clock: SetClock, inbox: Path
) -> None:
    custodian = Desk(app, clock, a_staff_account(place, Role.CUSTODIAN))
    custodian.visit(INBOX)
    order = custodian.send(INBOX, **_wish()).location
    carrying.carry_out(place, vault, inbox)
    other = Desk(app, clock, a_staff_account(place, Role.CUSTODIAN))
    other.visit(order)
    assert f"{order}/withdraw" not in other.page
    other.send(f"{order}/withdraw", 403)
    custodian.visit(order)
    custodian.send(f"{order}/begin")
    custodian.visit(order)
    custodian.send(f"{order}/withdraw")
    custodian.visit(order)
    assert "Withdrawn before it began" in custodian.page
    custodian.send(f"{order}/begin", 409)
    assert carrying.carry_out(place, vault, inbox) == 0
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert work.session.scalar(select(func.count()).select_from(ImportBatch)) == 0


def test_what_runs_says_how_fast_and_how_long(
    app: Flask, place: Workplace, vault: Vault, clock: SetClock, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    custodian = Desk(app, clock, a_staff_account(place, Role.CUSTODIAN))
    custodian.visit(INBOX)
    order = custodian.send(INBOX, **_wish()).location
    carrying.carry_out(place, vault, inbox)
    custodian.visit(order)
    custodian.send(f"{order}/begin")
    monkeypatch.setattr(carrying, "BETWEEN", timedelta(0))
    seen = []

    def look(self: object, *_: object, **__: object) -> None:
        clock.advance(seconds=3)
        custodian.visit(order)
        seen.append(custodian.page)

    monkeypatch.setattr("portal.records.archive.service.finish", look)
    carrying.carry_out(place, vault, inbox)
    (page,) = seen
    assert "files a minute; about 0 minutes left" in page
    custodian.send(f"{order}/withdraw", 409)


@pytest.mark.promise("P20")
def test_a_wrong_answer_is_told_and_what_was_typed_is_kept(
    app: Flask, place: Workplace, clock: SetClock, inbox: Path
) -> None:
    custodian = Desk(app, clock, a_staff_account(place, Role.CUSTODIAN))
    custodian.visit(INBOX)
    custodian.send(INBOX, 422, **_wish(layout="photos/{colour}/{file}"))
    assert "has no field {colour}" in custodian.page
    assert 'value="Office"' in custodian.page
    custodian.send(INBOX, 422, **_wish(manifest="../elsewhere.csv"))
    assert "No such list lies in this folder" in custodian.page
    custodian.send(INBOX, 422, **_wish(folder="../elsewhere"))
    custodian.visit(INBOX)
    assert "Ordered here" not in custodian.page


def test_what_is_remembered_of_an_archive_is_filled_in(
    app: Flask, place: Workplace, vault: Vault, clock: SetClock, inbox: Path
) -> None:
    custodian = Desk(app, clock, a_staff_account(place, Role.CUSTODIAN))
    custodian.visit(INBOX)
    assert "filled in" not in custodian.page
    order = custodian.send(INBOX, **_wish(giver="A lawyer", branch="Branch of the list")).location
    carrying.carry_out(place, vault, inbox)
    custodian.visit(order)
    custodian.send(f"{order}/begin")
    carrying.carry_out(place, vault, inbox)
    custodian.visit(INBOX)
    assert 'value="A lawyer"' not in custodian.page
    (url,) = re.findall(rf'href="({INBOX}\?archive=[0-9a-f-]+)"', custodian.page)
    custodian.visit(url)
    for value in ("Office", "A lawyer", "Branch of the list", LAYOUT):
        assert f'value="{value}"' in custodian.page
    custodian.visit(f"{INBOX}?archive={uuid4()}", 404)


def test_why_an_order_failed_is_said_in_the_reader_s_language(
    app: Flask, place: Workplace, vault: Vault, clock: SetClock, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / "archive" / "other.csv").write_text("Where;Serial\na.jpg;1\n", encoding="utf-8")
    custodian = Desk(app, clock, a_staff_account(place, Role.CUSTODIAN))
    custodian.visit(INBOX)
    order = custodian.send(INBOX, **_wish(manifest="other.csv")).location
    carrying.carry_out(place, vault, inbox)
    custodian.visit(order)
    assert "The first line of the list needs a column named path" in custodian.page
    layout = "photos/{number}/{number}"
    monkeypatch.setattr("portal.records.archive.views_casework._", lambda text, **said: f"<{text}|{said}>")
    custodian.visit(order)
    assert "&lt;The first line of the list needs a column named path (or المسار).|{}&gt;" in custodian.page
    monkeypatch.setattr("portal.records.archive.forms._", lambda text, **said: f"{sorted(said.items())}")
    custodian.visit(INBOX)
    custodian.send(INBOX, 422, **_wish(layout=layout))
    assert "[(&#39;twice&#39;, &#39;{number}&#39;)]" in custodian.page


def test_without_an_inbox_the_page_says_how_to_set_one_up(
    app: Flask, place: Workplace, clock: SetClock
) -> None:
    custodian = Desk(app, clock, a_staff_account(place, Role.CUSTODIAN))
    custodian.visit(INBOX)
    assert "PORTAL_ARCHIVE_INBOX" in custodian.page


@pytest.mark.parametrize("page", ["inbox", "sources", "gaps"])
def test_it_is_closed_to_others(app: Flask, place: Workplace, clock: SetClock, page: str) -> None:
    transcriber = Desk(app, clock, a_staff_account(place, Role.TRANSCRIBER))
    transcriber.visit(f"/casework/archive/{page}", 403)


@pytest.mark.browser
@pytest.mark.promise("P21")
@pytest.mark.parametrize("screen", SCREENS)
def test_the_pages_in_a_browser(  # noqa: PLR0917 - pytest hands each of them in by its name
    app: Flask,
    place: Workplace,
    vault: Vault,
    clock: SetClock,
    inbox: Path,
    browser: Browser,
    screen: str,
) -> None:
    language, viewport = SCREENS[screen]
    person = a_staff_account(place, Role.CUSTODIAN)
    with served(app) as origin:
        visitor = Visitor(World(browser, app, origin, language, javascript=True), "custodian", viewport)
        clock.advance(minutes=1)
        visitor.open("/account/sign-in").fill(login=person.login, password=person.password).press("")
        visitor.fill(code=code_at(person.totp_secret, clock.moment)).press("")
        visitor.open("/casework/archive/").follow(INBOX).press(INBOX, 422)
        visitor.fill(source="Office", layout=LAYOUT).press(INBOX)
        carrying.carry_out(place, vault, inbox)
        visitor.open(INBOX).follow_within(f"{INBOX}/").press("/begin")
        carrying.carry_out(place, vault, inbox)
        visitor.open(INBOX).follow_within(f"{INBOX}/")
        visitor.open("/casework/archive/sources").sees("Office")
        visitor.open("/casework/archive/gaps")
        visitor.close()
