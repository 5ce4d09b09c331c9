"""What `portal archive` remembers, writes down and says of an archive: headings, report, giver, a leaked picture."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli.main import main
from portal.config import Settings
from portal.kernel.actor import OPERATOR
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace
from portal.records.archive import archives
from portal.records.archive.vocab import KnownArchive
from tests.support.factories.vault import picture, saved

LIST = "Where;Serial\nphotos/a.jpg;6306\nphotos/b.jpg;6307\n"
HEADINGS = ("--column", "path=Where", "--column", "number=Serial")
LAYOUT = ("--layout", "photos/{file}", "--source", "Office")
pytestmark = pytest.mark.usefixtures("vault")  # with it the vault's key is made


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch, addresses: Addresses, settings: Settings) -> None:
    """The commands find this test's database and store."""
    monkeypatch.setenv("PORTAL_DATABASE_URL", addresses.application)
    monkeypatch.setenv("PORTAL_DATA", str(settings.data))
    monkeypatch.setenv("PORTAL_SECRET_KEY", "11" * 32)
    monkeypatch.setenv("PORTAL_FIELD_KEY", "22" * 32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photographs that only a list with headings of its own gives numbers."""
    photos = tmp_path / "given" / "photos"
    photos.mkdir(parents=True)
    (photos / "a.jpg").write_bytes(saved(picture(), "JPEG"))
    (photos / "b.jpg").write_bytes(saved(picture().rotate(180), "JPEG"))
    (photos.parent / "manifest.csv").write_text(LIST, encoding="utf-8")
    return photos.parent


def _portal(*words: str) -> Result:
    return CliRunner().invoke(main, ["archive", *words])


def _remembered(place: Workplace) -> KnownArchive:
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        (known,) = archives.known(work)
    return known


def test_headings_and_layout_are_said_once_and_remembered(place: Workplace, folder: Path) -> None:
    untold = _portal("import", str(folder), *LAYOUT)
    assert (untold.exit_code, "column named path" in untold.output) == (1, True)
    wrong = _portal("import", str(folder), *LAYOUT, "--column", "Serial")
    assert (wrong.exit_code, "NAME=HEADING" in wrong.output) == (1, True)
    told = _portal("import", str(folder), *LAYOUT, *HEADINGS, "--json")
    assert json.loads(told.stdout)["numbers"] == 2, told.output
    assert _remembered(place).columns == {"path": "Where", "number": "Serial"}
    again = _portal("import", str(folder), "--source", "Office", "--json")
    assert json.loads(again.stdout)["duplicates"] == 2, again.output


@pytest.mark.usefixtures("place")
def test_a_report_is_a_new_file_that_only_its_owner_reads(folder: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    words = ("import", str(folder), *LAYOUT, *HEADINGS, "--report", str(report))
    answer = _portal(*words, "--dry-run")
    assert answer.exit_code == 0, answer.output
    tried = report.read_text(encoding="utf-8").splitlines()
    assert {"Stored: 2", "stored\tphotos/a.jpg", "stored\tphotos/b.jpg"} <= set(tried)
    assert report.stat().st_mode & 0o077 == 0
    refused = _portal(*words)
    assert (refused.exit_code, "cannot be written" in refused.output) == (1, True)
    report.unlink()
    assert _portal(*words).exit_code == 0
    assert set(tried) <= set(report.read_text(encoding="utf-8").splitlines())


def test_giver_and_mandate_are_described_afterwards(place: Workplace, folder: Path) -> None:
    unknown = _portal("describe", "--source", "Office", "--giver", "A lawyer")
    assert (unknown.exit_code, "No archive is called Office" in unknown.output) == (1, True)
    assert _portal("import", str(folder), *LAYOUT, *HEADINGS).exit_code == 0
    assert _portal("describe", "--source", "Office", "--giver", "A lawyer").exit_code == 0
    assert _portal("describe", "--source", "Office", "--mandate", "A court's order").exit_code == 0
    known = _remembered(place)
    assert (known.giver, known.mandate) == ("A lawyer", "A court's order")
    assert (known.layout, known.columns["number"]) == ("photos/{file}", "Serial")


@pytest.mark.usefixtures("place")
def test_a_picture_without_a_mark_is_nobody_s(folder: Path) -> None:
    answer = _portal("whose", str(folder / "photos" / "a.jpg"))
    assert (answer.exit_code, "No mark of ours" in answer.output) == (1, True)
