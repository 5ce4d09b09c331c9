"""An installation gets its secrets once, and the doctor says what is missing and what to do."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner
from sqlalchemy import create_engine

from portal.cli import components
from portal.cli.main import main
from portal.kernel.database import Addresses
from tests.support.certificates import Authority


@pytest.fixture
def folder(tmp_path: Path, addresses: Addresses, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with a database server of its own, before it has any secrets."""
    data = tmp_path / "data"
    environ = {
        "PORTAL_DATA": str(data),
        "PORTAL_DATABASE_OWNER_URL": addresses.owner,
        "PORTAL_DATABASE_URL": addresses.application,
        "PORTAL_HOSTS": "portal.example",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PORTAL_DEMO", raising=False)
    return data


def _run(*words: str) -> tuple[int, Any]:
    result = CliRunner().invoke(main, [*words, "--json"])
    structlog.reset_defaults()
    return result.exit_code, json.loads(result.stdout)


def test_new_keys_are_all_there_is_to_make_and_are_never_replaced(folder: Path) -> None:
    status, _ = _run("keys", "new")
    made = {path.name: path.read_bytes() for path in (folder / "keys").iterdir()}
    assert (status, sorted(made)) == (0, ["cookie.key", "fields.key", "vault.key"])
    assert all((folder / "keys" / name).stat().st_mode & 0o077 == 0 for name in made)
    assert _run("keys", "new")[0] == 0
    assert {path.name: path.read_bytes() for path in (folder / "keys").iterdir()} == made


def test_the_doctor_names_missing_secrets_and_their_remedy(folder: Path) -> None:
    status, found = _run("doctor")
    assert (status, found["ok"]) == (1, False)
    assert [each["what"] for each in found["findings"]] == ["There are no secrets.", "The vault has no key."]
    assert {each["remedy"] for each in found["findings"]} == {"Run: portal keys new"}
    _run("keys", "new")
    assert _run("doctor") == (0, {"ok": True, "findings": []})


@pytest.mark.asvs("13.3.2")
def test_the_doctor_sees_keys_that_others_can_read(folder: Path) -> None:
    _run("keys", "new")
    (folder / "keys").chmod(0o755)
    status, found = _run("doctor")
    assert (status, [each["remedy"] for each in found["findings"]]) == (
        1,
        [f"Run: chmod 700 {folder / 'keys'}"],
    )


def test_the_doctor_sees_a_wall_that_somebody_took_down(folder: Path, addresses: Addresses) -> None:
    _run("keys", "new")
    engine = create_engine(addresses.owner)
    with engine.begin() as connection:
        connection.exec_driver_sql("alter table inquiry disable row level security")
    engine.dispose()
    status, found = _run("doctor")
    assert status == 1
    assert any("inquiry" in each["what"] for each in found["findings"])


@pytest.mark.asvs("12.2.2")
def test_the_doctor_names_a_certificate_that_browsers_will_not_believe(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run("keys", "new")
    tls = Authority().certify(tmp_path, "portal.example")
    monkeypatch.setenv("PORTAL_TLS_CERTIFICATE", str(tls.certificate))
    monkeypatch.setenv("PORTAL_TLS_KEY", str(tls.key))
    status, found = _run("doctor")
    (finding,) = found["findings"]
    assert (status, "portal.example will not believe" in finding["what"]) == (1, True)


@pytest.mark.asvs("16.2.4")
def test_a_line_of_the_log_is_one_object_with_its_moment(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "portal.cli.keys.config.load", lambda: structlog.get_logger().warning("csp", rule="a\nb")
    )
    with pytest.raises(AttributeError):
        main.main(["keys", "new"], standalone_mode=False)
    structlog.reset_defaults()
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert datetime.fromisoformat(told.pop("timestamp")).utcoffset() == timedelta(0)
    assert told == {"event": "csp", "level": "warning", "rule": "a\nb"}


@pytest.mark.asvs("15.2.1")
def test_the_doctor_names_components_that_are_past_their_time(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run("keys", "new")
    lock, today = tmp_path / "requirements.lock", datetime.now(UTC).date()
    monkeypatch.setattr(components.overdue, "__defaults__", (lock,))
    for age, found in ((59, 0), (60, 0), (61, 1)):
        lock.write_text(f"# Made on {today - timedelta(days=age)}.\nflask==3.1\n")
        assert len(_run("doctor")[1]["findings"]) == found, age
    lock.write_text("flask==3.1\n")
    assert "Nobody wrote down" in _run("doctor")[1]["findings"][0]["what"]


@pytest.mark.asvs("15.2.1")
def test_the_lock_says_when_it_was_made_and_is_not_past_its_time_at_that() -> None:
    made = re.match(r"# Made on (\d{4}-\d{2}-\d{2})\.\n", components.LOCK.read_text())
    assert made, "run: deploy/lock"
    day = date.fromisoformat(made[1])
    assert components.overdue(day) is None
    assert components.overdue(day + components.RENEWED_EVERY + timedelta(days=1))
