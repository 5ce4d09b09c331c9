"""A key server wraps and unwraps; spoken with is a real OpenBao."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal import config
from portal.cli import doctor
from portal.cli.installation import open_vault_keys
from portal.kernel.actor import OPERATOR, WORKER
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace
from portal.vault import rotation
from portal.vault.custody import queries
from portal.vault.keys import FileKeys, WrappedKey, new_data_key
from portal.vault.service import Vault
from portal.vault.transit import TransitKeys
from portal.vault.vocab import Damage, VaultDamaged, VaultKeysUnfit
from tests.support.factories.kept import kept, opened, row_of
from tests.support.servers import KeyServer, openbao

pytestmark = pytest.mark.servers

# What the portal's token needs, and nothing else: it can neither read nor export a key. Encrypting is "update" only:
# with "create" the server would make a new key in place of one that was lost.
POLICY = """
path "transit/encrypt/amana" { capabilities = ["update"] }
path "transit/decrypt/amana" { capabilities = ["update"] }
path "transit/rewrap/amana" { capabilities = ["update"] }
path "transit/keys/amana" { capabilities = ["create", "read", "update"] }
path "transit/keys/amana/rotate" { capabilities = ["create", "update"] }
path "transit/keys/amana/config" { capabilities = ["create", "update"] }
"""
OBJECT, OTHER = b"one object" * 5, b"another object"


@pytest.fixture(scope="module")
def server() -> Iterator[KeyServer]:
    with tempfile.TemporaryDirectory() as folder, openbao(Path(folder)) as running:
        yield running


@pytest.fixture
def token_file(server: KeyServer, tmp_path: Path) -> Path:
    path = tmp_path / "transit.token"
    path.touch(mode=0o600)
    path.write_text(server.token_for(POLICY) + "\n")
    return path


@pytest.fixture
def keys(server: KeyServer, token_file: Path) -> Iterator[TransitKeys]:
    made = TransitKeys(f"{server.address}/transit/amana", token_file)
    made.create()
    yield made
    transit = server.client().secrets.transit
    transit.update_key_configuration("amana", deletion_allowed=True)
    transit.delete_key("amana")


def test_a_key_opens_for_its_own_object_only(keys: TransitKeys) -> None:
    data_key = new_data_key()
    wrapped = keys.wrap(data_key, OBJECT)
    assert data_key not in wrapped.blob
    assert keys.unwrap(wrapped, OBJECT) == data_key
    for strange in (
        (wrapped, OTHER),
        (WrappedKey(wrapped.kek_id, wrapped.blob[:-4] + b"AAA="), OBJECT),
        (WrappedKey(wrapped.kek_id, b"\xff\x00"), OBJECT),
        (WrappedKey(wrapped.kek_id, b""), OBJECT),
    ):
        with pytest.raises(VaultDamaged) as refused:
            keys.unwrap(*strange)
        assert refused.value.damage is Damage.KEY


def test_rotation_wraps_anew_without_the_data_key_coming_here(keys: TransitKeys) -> None:
    data_key = new_data_key()
    wrapped = keys.wrap(data_key, OBJECT)
    former = keys.current
    keys.rotate()
    assert (wrapped.kek_id, keys.current) == (former, former[:-1] + "2")
    fresh, damaged = keys.rewrap([(wrapped, OBJECT), (wrapped, OTHER)])
    assert isinstance(fresh, WrappedKey)
    assert isinstance(damaged, VaultDamaged)
    assert fresh.kek_id == keys.current
    assert keys.unwrap(fresh, OBJECT) == data_key
    assert keys.unwrap(wrapped, OBJECT) == data_key, "former versions open until they are retired"
    assert keys.retire() == 1
    with pytest.raises(VaultDamaged):
        keys.unwrap(wrapped, OBJECT)
    assert keys.unwrap(fresh, OBJECT) == data_key
    assert all(isinstance(each, VaultDamaged) for each in keys.rewrap([(wrapped, OBJECT)]))


def test_the_whole_vault_moves_from_a_file_to_the_server(
    place: Workplace,
    vault: Vault,
    keys: TransitKeys,
    server: KeyServer,
    token_file: Path,
    settings: config.Settings,
) -> None:
    objects = [kept(place, vault, bytes([n])) for n in range(5)]
    moved = TransitKeys(
        f"{server.address}/transit/amana", token_file, former=FileKeys(settings.vault_key_file)
    )
    there = Vault(vault.objects, moved, vault.sandbox)
    assert [opened(place, there, each) for each in objects] == [bytes([n]) for n in range(5)]
    done = rotation.finish(place, moved, WORKER, DbRole.WORKER, lambda count: None)
    assert (done.wrapped, done.damaged) == (5, 0)
    alone = Vault(vault.objects, keys, vault.sandbox)
    assert [opened(place, alone, each) for each in objects] == [bytes([n]) for n in range(5)]
    assert row_of(place, objects[0]).kek_id == keys.current
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert rotation.standing(work, keys).left == 0


def test_without_the_file_a_key_under_it_is_asked_for(
    place: Workplace, vault: Vault, keys: TransitKeys
) -> None:
    object_id = kept(place, vault)
    with pytest.raises(VaultKeysUnfit, match="PORTAL_VAULT_KEY_FILE"):
        opened(place, Vault(vault.objects, keys, vault.sandbox), object_id)


def test_the_portals_token_can_neither_export_nor_delete_the_key(
    keys: TransitKeys, server: KeyServer, token_file: Path
) -> None:
    client = server.client()
    client.token = token_file.read_text().strip()
    for act in (
        lambda: client.secrets.transit.export_key("amana", key_type="encryption-key"),
        lambda: client.secrets.transit.delete_key("amana"),
        lambda: client.secrets.transit.backup_key("amana"),
        lambda: client.secrets.transit.encrypt_data("other", plaintext="", context=""),
    ):
        with pytest.raises(Exception, match="permission denied"):
            act()


def test_a_key_that_is_not_derived_is_refused(server: KeyServer, token_file: Path) -> None:
    """Such a key would open one object's data key for any other."""
    server.client().secrets.transit.create_key("amana")
    with pytest.raises(VaultKeysUnfit, match="derived"):
        TransitKeys(f"{server.address}/transit/amana", token_file).create()
    with pytest.raises(VaultKeysUnfit):
        _ = TransitKeys(f"{server.address}/transit/amana", token_file).current
    transit = server.client().secrets.transit
    transit.update_key_configuration("amana", deletion_allowed=True)
    transit.delete_key("amana")


def test_a_server_that_has_lost_the_key_damages_no_object(
    place: Workplace, vault: Vault, keys: TransitKeys, server: KeyServer
) -> None:
    there = Vault(vault.objects, keys, vault.sandbox)
    object_id = kept(place, there)
    transit = server.client().secrets.transit
    transit.update_key_configuration("amana", deletion_allowed=True)
    transit.delete_key("amana")
    for act in (
        lambda: opened(place, there, object_id),
        lambda: kept(place, there),
        keys.rotate,
        keys.retire,
    ):
        with pytest.raises(VaultKeysUnfit):
            act()
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert queries.open_findings(work) == []
    keys.create()


@pytest.mark.parametrize(
    "url",
    [
        "http://keys.example/transit/amana",
        "ftp://127.0.0.1/transit/amana",
        "https://127.0.0.1/amana",
        "https:///transit/amana",
    ],
)
def test_only_a_safe_and_whole_address_is_taken(url: str, tmp_path: Path) -> None:
    with pytest.raises(VaultKeysUnfit):
        TransitKeys(url, tmp_path / "token")


def _settings(
    server: KeyServer, token_file: Path, tmp_path: Path, port: str | None = None
) -> config.Settings:
    address = server.address if port is None else f"http://127.0.0.1:{port}"
    return config.load(
        {
            "PORTAL_DATA": str(tmp_path / "data"),
            "PORTAL_SECRET_KEY": "11" * 32,
            "PORTAL_FIELD_KEY": "22" * 32,
            "PORTAL_VAULT_TRANSIT": f"{address}/transit/amana",
            "PORTAL_VAULT_TRANSIT_TOKEN_FILE": str(token_file),
        }
    )


def test_the_doctor_says_whether_the_server_works(
    keys: TransitKeys, server: KeyServer, token_file: Path, tmp_path: Path
) -> None:
    settings = _settings(server, token_file, tmp_path)
    assert isinstance(open_vault_keys(settings), TransitKeys)
    assert list(doctor.of_vault_key(settings)) == []
    (silent,) = doctor.of_vault_key(_settings(server, token_file, tmp_path, port="1"))
    assert "does not answer" in silent.what
    token_file.write_text("not-a-token")
    (refused,) = doctor.of_vault_key(settings)
    assert "refuses: Forbidden" in refused.what
    token_file.chmod(0o644)
    (open_to_others,) = doctor.of_vault_key(settings)
    assert "chmod 600" in open_to_others.what


def test_a_sealed_server_is_said_and_damages_nothing(tmp_path: Path, place: Workplace, vault: Vault) -> None:
    with openbao(tmp_path) as own:
        token_file = tmp_path / "token"
        token_file.touch(mode=0o600)
        token_file.write_text(own.root)
        keys = TransitKeys(f"{own.address}/transit/amana", token_file)
        keys.create()
        there = Vault(vault.objects, keys, vault.sandbox)
        object_id = kept(place, there)
        own.client().sys.seal()
        with pytest.raises(VaultKeysUnfit, match="refuses"):
            opened(place, there, object_id)
        with pytest.raises(VaultKeysUnfit):
            kept(place, there)
    with pytest.raises(VaultKeysUnfit, match="does not answer"):
        opened(place, there, object_id)
