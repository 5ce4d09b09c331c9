"""An archive comes in by command, and a second custodian decides at the desk or at the terminal."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result
from flask import Flask

from portal import config
from portal.cli.demo.sample_archive import LAYOUT, SampleArchive, make_sample_archive
from portal.cli.installation import open_installation
from portal.cli.main import main
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault.service import Vault
from tests.support.desk import Clock, Desk
from tests.support.factories.accounts import Person, a_staff_account, code_at
from tests.support.factories.records import sample, staged


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation on the embedded default, with nothing made yet."""
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        monkeypatch.delenv(name)
    # Not below the tests' own folder: as root the database runs under an account that cannot pass through it.
    with TemporaryDirectory(prefix="archive-") as folder:
        Path(folder).chmod(0o711)
        monkeypatch.setenv("PORTAL_DATA", f"{folder}/fresh")
        yield Path(folder) / "fresh"
    structlog.reset_defaults()


@pytest.fixture
def archive(tmp_path: Path) -> SampleArchive:
    return make_sample_archive(tmp_path / "archive", seed=3)


def _portal(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, words, input=typed)


def _json(*words: str, status: int = 0) -> dict[str, Any]:
    result = _portal(*words, "--json")
    assert result.exit_code == status, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def _import(archive: SampleArchive, *more: str) -> dict[str, Any]:
    return _json("archive", "import", str(archive.folder), "--layout", LAYOUT, *more)


def _a_custodian() -> Person:
    with open_installation(config.load()) as opened:
        earlier = datetime.now(UTC) - timedelta(minutes=5)  # the code used there must not be today's
        return a_staff_account(Workplace(opened.place.engine, lambda: earlier), Role.CUSTODIAN)


def test_the_commands_work_on_a_machine_with_nothing_made_yet(fresh: Path, archive: SampleArchive) -> None:
    tried = _import(archive, "--dry-run")
    assert tried["dry_run"] is True
    assert _json("archive", "status") == {"batches": []}
    told, expected = _import(archive), archive.expected
    assert {key: told[key] for key in ("files", "stored", "missing", "numbers")} == {
        "files": expected.files,
        "stored": expected.stored,
        "missing": len(expected.missing),
        "numbers": expected.numbers,
    }
    assert told["files"] == sum(told[key] for key in ("stored", "duplicates", "refused", "ignored"))
    refused = {fate["path"]: fate["reason"] for fate in told["fates"] if fate["fate"] == "refused"}
    assert refused == {path: reason.value for path, reason in expected.refused.items()}
    assert tried["fates"] == told["fates"]
    again = _import(archive)
    assert (again["batch"], again["stored"]) == (None, 0)
    assert again["duplicates"] == told["stored"] + told["duplicates"]
    (batch,) = _json("archive", "status")["batches"]
    assert (batch["id"], batch["state"]) == (told["batch"], "staged")
    assert _json("archive", "verify") == {"checked": told["stored"], "damaged": []}
    assert (fresh / "keys").stat().st_mode & 0o077 == 0

    person = _a_custodian()
    wrong = _portal("archive", "accept", batch["id"], "--as", person.login, typed="not it\n000000\n")
    assert wrong.exit_code == 1
    assert "did not fit" in wrong.output
    code = code_at(person.totp_secret, datetime.now(UTC))
    typed = f"{person.password}\n{code}\n"
    taken = _portal("archive", "accept", batch["id"][:8], "--as", person.login, typed=typed)
    assert taken.exit_code == 0, taken.output
    assert _json("archive", "status")["batches"][0]["state"] == "accepted"
    assert _portal("archive", "reject", batch["id"], "--reason", "too late").exit_code == 1
    assert _portal("audit", "verify").exit_code == 0


@pytest.mark.promise("P17")
def test_rejection_and_damage_at_the_terminal(fresh: Path, archive: SampleArchive) -> None:
    batch = _import(archive)["batch"]
    stored = sorted(path for path in (fresh / "vault").rglob("*") if path.is_file())
    stored[0].write_bytes(b"something else")
    assert len(_json("archive", "verify", status=1)["damaged"]) == 1
    assert _portal("archive", "reject", batch, "--reason", "damaged").exit_code == 0
    left = [path for path in (fresh / "vault").rglob("*") if path.is_file()]
    assert {path.parent for path in left} == {fresh / "vault" / "erased"}, (
        "only that something was erased is kept"
    )
    assert len(left) == len(stored)
    assert _json("archive", "verify") == {"checked": 0, "damaged": []}


@pytest.mark.promise("P20")
@pytest.mark.parametrize("layout", ["photos/{nothing}", "", "{date}{number}"])
def test_a_wrong_layout_says_what_to_do(fresh: Path, archive: SampleArchive, layout: str) -> None:
    result = _portal("archive", "import", str(archive.folder), "--layout", layout)
    assert result.exit_code == 1
    assert "layout" in result.output or "In “" in result.output
    assert "Traceback" not in result.output
    assert not fresh.exists()


@pytest.mark.promise("P6")
def test_two_custodians_at_the_desk(
    app: Flask, place: Workplace, vault: Vault, clock: Clock, tmp_path: Path
) -> None:
    outcome = staged(place, vault, sample(tmp_path))
    url = f"/casework/archive/{outcome.batch_id}"
    custodian = Desk(app, clock, a_staff_account(place, Role.CUSTODIAN, display_name="Lina Test"))
    custodian.visit("/casework/archive/")
    assert url in custodian.page
    assert "portal archive import" in custodian.page
    custodian.visit(url)
    assert "The same number stands under another branch" in custodian.page
    custodian.visit(f"{url}/files?with=refused")
    assert "The file is empty." in custodian.page
    custodian.visit(f"{url}/files?with=no_number")
    custodian.visit(f"{url}/files?with=stored", 404)
    custodian.visit(url)
    custodian.send(f"{url}/accept", 409, version=99)
    custodian.visit(url)
    custodian.send(f"{url}/accept", version=custodian.hidden("version"))
    custodian.visit(url)
    assert "Lina Test" in custodian.page
    assert f"{url}/accept" not in custodian.page
    assert f"{url}/reject" not in custodian.page


@pytest.mark.promise("P20")
def test_a_batch_is_sent_back_at_the_desk_with_a_reason(
    app: Flask, place: Workplace, vault: Vault, clock: Clock, tmp_path: Path
) -> None:
    url = f"/casework/archive/{staged(place, vault, sample(tmp_path)).batch_id}"
    custodian = Desk(app, clock, a_staff_account(place, Role.CUSTODIAN))
    custodian.visit(url)
    version = custodian.hidden("version")
    custodian.send(f"{url}/reject", 422, version=version, reason="")
    assert "Please answer this." in custodian.page
    assert len(list(vault.objects.names())) > 0
    custodian.send(f"{url}/reject", version=version, reason="It is another office's archive.")
    assert list(vault.objects.names()) == []
    custodian.visit(url)
    assert "another office&#39;s archive" in custodian.page


@pytest.mark.promise("P2")
def test_the_archive_s_desk_is_closed_to_others(
    app: Flask, place: Workplace, vault: Vault, clock: Clock, tmp_path: Path
) -> None:
    url = f"/casework/archive/{staged(place, vault, sample(tmp_path)).batch_id}"
    transcriber = Desk(app, clock, a_staff_account(place, Role.TRANSCRIBER))
    transcriber.visit("/casework/archive/", 403)
    transcriber.visit(url, 403)
