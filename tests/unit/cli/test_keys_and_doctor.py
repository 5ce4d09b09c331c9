"""An installation gets its secrets once, and the doctor says what is missing and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner
from sqlalchemy import create_engine

from portal.cli.main import main
from portal.kernel.database import Addresses


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
def test_a_line_of_the_log_is_one_object_with_its_moment(capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()
    with CliRunner().isolation():
        main.main(["doctor", "--help"], standalone_mode=False)
        main.invoke(main.make_context("portal", ["keys", "new", "--help"], resilient_parsing=True))
    structlog.reset_defaults()
