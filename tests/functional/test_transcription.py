"""Papers are read at the desk by two people, a third decides, two more settle the record."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.vocab import FileKind
from portal.vault.service import Vault
from tests.support.desk import Clock, Desk
from tests.support.factories.accounts import a_staff_account
from tests.support.factories.records import a_paper, available

NAME = {"given": "سامر", "father": "خالد", "family": "الزعترولي", "mother": "خديجة", "birth_year": "١٩٨٤"}
PAPER = NAME | {"cause": "توقف القلب", "died_on": "02.11.2019", "issued_on": "09.11.2019"}


@pytest.fixture
def paper(place: Workplace, vault: Vault, tmp_path: Path) -> tuple[str, str]:
    available(place, vault, tmp_path)
    item_id, record_id = a_paper(place)
    return f"/casework/transcription/{item_id}", f"/casework/records/{record_id}"


def _transcriber(app: Flask, place: Workplace, clock: Clock) -> Desk:
    return Desk(app, clock, a_staff_account(place, Role.TRANSCRIBER))


@pytest.mark.promise("P6")
@pytest.mark.promise("P13")
def test_from_the_paper_to_a_confirmed_record(
    app: Flask, place: Workplace, clock: Clock, paper: tuple[str, str]
) -> None:
    reading, record = paper
    one, two, three = (_transcriber(app, place, clock) for _ in range(3))
    one.visit("/casework/transcription/")
    assert "papers wait for you" in one.page
    one.visit(reading)
    one.send(reading, **PAPER)
    one.visit(reading, 404)
    two.visit(reading)
    assert "سامر" not in two.page
    two.send(reading, **PAPER | {"given": "سالم"})
    dispute = reading.replace("/transcription/", "/transcription/disputes/")
    for reader in (one, two):
        reader.visit(dispute, 404)
    three.visit("/casework/transcription/")
    assert "paper needs a third person" in three.page
    three.visit(dispute)
    assert "سامر" in three.page
    assert "سالم" in three.page
    assert "Samir Test" not in three.page
    assert re.search(r'name="father"[^>]*value="خالد"', three.page)
    assert re.search(r'name="given"[^>]*value=""', three.page)
    three.send(dispute, **PAPER)

    custodian = Desk(app, clock, a_staff_account(place, Role.CUSTODIAN))
    custodian.visit("/casework/records/")
    assert record in custodian.page
    custodian.visit(record)
    assert "We do not take it as the cause of death." in custodian.page
    assert "photographs are kept closed" in custodian.page
    assert "<img" not in custodian.page
    custodian.send(f"{record}/propose", 422, reason="")
    custodian.send(f"{record}/propose", reason="Certificate and number agree.")
    custodian.visit(record)
    version = 2
    custodian.send(f"{record}/confirm", 403, version=version)
    approver = Desk(app, clock, a_staff_account(place, Role.APPROVER))
    approver.visit(record)
    approver.send(f"{record}/confirm", version=approver.hidden("version"))
    approver.visit(record)
    assert "Confirmed by two people" in approver.page
    approver.send(f"{record}/confirm", 403, version=version)


@pytest.mark.promise("P20")
def test_what_was_typed_is_kept_when_something_is_wrong(
    app: Flask, place: Workplace, clock: Clock, paper: tuple[str, str]
) -> None:
    reading, _ = paper
    desk = _transcriber(app, place, clock)
    desk.visit(reading)
    desk.send(reading, 422, **NAME, father_unreadable="y")
    assert "not both" in desk.page
    assert 'value="سامر"' in desk.page
    desk.send(reading, 422, given="x" * 300)
    desk.visit(reading)
    desk.send(f"{reading}/unreadable")


def test_the_next_paper_can_be_passed_over(
    app: Flask, place: Workplace, clock: Clock, paper: tuple[str, str]
) -> None:
    desk = _transcriber(app, place, clock)
    first = desk.visit("/casework/transcription/next", 303).headers["Location"]
    desk.visit(first)
    onward = re.search(r'href="(/casework/transcription/next\?after=[^"]+)"', desk.page)
    assert onward
    assert desk.visit(onward.group(1), 303).headers["Location"] != first


@pytest.mark.asvs("5.2.2")
@pytest.mark.promise("P17")
def test_a_paper_is_shown_drawn_anew(
    app: Flask, place: Workplace, clock: Clock, paper: tuple[str, str]
) -> None:
    reading, _ = paper
    desk = _transcriber(app, place, clock)
    desk.visit(reading)
    assert "<img" not in desk.page  # a PDF opens only when somebody asks for it
    answer = desk.visit(f"{reading}/sheets/1")
    assert answer.mimetype == "application/pdf"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("sandbox")
    assert answer.headers["Cache-Control"] == "no-store"
    desk.visit(f"{reading}/sheets/2", 404)
    scan = f"/casework/transcription/{a_paper(place, FileKind.COURT_SIGN_OFF)[0]}"
    desk.visit(scan)
    assert desk.page.count("<img") == 2
    for number in (1, 2):
        assert desk.visit(f"{scan}/sheets/{number}").mimetype == "image/jpeg"


@pytest.mark.promise("P2")
def test_no_photograph_reaches_a_transcriber(
    app: Flask, place: Workplace, clock: Clock, paper: tuple[str, str]
) -> None:
    photograph = f"/casework/transcription/{a_paper(place, FileKind.PHOTOGRAPH)[0]}"
    desk = _transcriber(app, place, clock)
    for url in (photograph, f"{photograph}/sheets/1"):
        desk.visit(url, 404)
    desk.visit("/casework/records/", 403)
