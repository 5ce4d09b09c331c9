"""`portal vault`: rotation with a start, an end and a middle, the ledger after a restore, what lies about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner

from portal import config
from portal.cli.main import main
from portal.kernel.crypto import FieldKeys, use_field_keys
from portal.kernel.database import Addresses
from portal.kernel.work import Workplace
from portal.vault.keys import FileKeys
from portal.vault.sandbox import Sandbox
from portal.vault.service import Vault
from portal.vault.store import ObjectStore
from tests.support.factories.kept import as_owner, erased, file_of, kept, opened, row_of


def _run(*words: str) -> tuple[int, Any]:
    result = CliRunner().invoke(main, ["vault", *words, "--json"])
    structlog.reset_defaults()
    return result.exit_code, json.loads(result.stdout) if result.stdout.startswith("{") else result.output


@pytest.fixture
def own(
    tmp_path: Path, addresses: Addresses, place: Workplace, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Vault:
    """The vault of an installation that commands open by the environment."""
    environ = {
        "PORTAL_DATA": str(tmp_path / "data"),
        "PORTAL_DATABASE_OWNER_URL": addresses.owner,
        "PORTAL_DATABASE_URL": addresses.application,
        "PORTAL_HOSTS": "portal.example",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PORTAL_DEMO", raising=False)
    assert CliRunner().invoke(main, ["keys", "new"]).exit_code == 0
    structlog.reset_defaults()
    settings = config.load()
    use_field_keys(FieldKeys(settings.required_keys().fields))
    return Vault(ObjectStore(settings.vault_url), FileKeys(settings.vault_key_file), sandbox)


def test_a_rotation_from_begin_to_end(place: Workplace, own: Vault) -> None:
    objects = [kept(place, own, bytes([n])) for n in range(3)]
    former = own.keys.current
    assert _run("status")[1]["under_former_keys"] == 0
    status, told = _run("rotate", "--later")
    assert (status, told["left"]) == (0, 3)
    status, refused = _run("rotate")
    assert status == 1
    assert "portal vault rotate --resume" in refused
    status, refused = _run("retire")
    assert status == 1
    assert "Conflict" in refused
    status, told = _run("rotate", "--resume")
    assert (status, told["wrapped"], told["left"]) == (0, 3, 0)
    assert _run("retire") == (0, {"dropped": 1})
    assert own.keys.current != former
    assert [opened(place, own, each) for each in objects] == [bytes([n]) for n in range(3)]


def test_a_restored_database_is_named_by_the_doctor_and_reconciled(
    place: Workplace, own: Vault, addresses: Addresses
) -> None:
    gone = kept(place, own)
    wrapped = row_of(place, gone).wrapped_key
    erased(place, own, gone)
    # What a restore of an older dump does: the row is as it was, and the database stands elsewhere.
    as_owner(addresses, "alter table vault_object disable trigger vault_object_key_is_kept")
    as_owner(addresses, "update vault_object set wrapped_key = :key, erased_at = null", key=wrapped)
    as_owner(addresses, "alter table vault_object enable trigger vault_object_key_is_kept")
    as_owner(addresses, "update vault_home set place = 'another server'")
    assert _run("status")[1]["ledger_followed"] is False
    doctor = CliRunner().invoke(main, ["doctor", "--json"])
    structlog.reset_defaults()
    assert "portal vault reconcile" in doctor.stdout
    assert _run("reconcile") == (0, {"entries": 1, "erased": 1, "forged": 0})
    assert _run("status")[1]["ledger_followed"] is True
    assert _run("reconcile", "--renew") == (0, {"entries": 1, "erased": 0, "forged": 0})
    assert row_of(place, gone).wrapped_key is None


def test_a_check_ends_with_status_one_when_something_is_damaged(place: Workplace, own: Vault) -> None:
    object_id = kept(place, own)
    settings = config.load()
    assert _run("check") == (0, {"checked": 1, "damaged": 0})
    file_of(settings, place, object_id).unlink()
    assert _run("check") == (1, {"checked": 1, "damaged": 1})
    doctor = CliRunner().invoke(main, ["doctor", "--json"])
    structlog.reset_defaults()
    assert "1 stored objects are damaged" in doctor.stdout


def test_leftovers_are_counted_before_they_are_taken_away(place: Workplace, own: Vault) -> None:
    kept(place, own)
    own.objects.put([b"no row knows this"])
    assert _run("sweep") == (0, {"strays": 0, "deleted": False}), "it may belong to an import that runs"
    assert _run("sweep", "--delete") == (0, {"strays": 0, "deleted": True})
    assert len(list(own.objects.names())) == 2
