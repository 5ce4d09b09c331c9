"""The key file opens only for its owner; a wrapped key opens only for its object."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from portal.vault.keys import FileKeys, KeyEncryption, WrappedKey, new_data_key
from portal.vault.vocab import VaultDamaged, VaultKeysUnfit

OBJECT, OTHER = b"object one", b"object two"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.key"


def test_a_data_key_comes_back_for_its_object(path: Path) -> None:
    keys: KeyEncryption = FileKeys.create(path)
    data_key = new_data_key()
    wrapped = keys.wrap(data_key, OBJECT)
    assert data_key not in wrapped.blob
    assert FileKeys(path).unwrap(wrapped, OBJECT) == data_key


@pytest.mark.asvs("11.3.3")
def test_a_data_key_does_not_open_for_another_object(path: Path) -> None:
    keys = FileKeys.create(path)
    wrapped = keys.wrap(new_data_key(), OBJECT)
    with pytest.raises(VaultDamaged):
        keys.unwrap(wrapped, OTHER)


@pytest.mark.parametrize("blob", [b"", b"short", bytes(60)])
def test_an_altered_wrapped_key_is_damage(path: Path, blob: bytes) -> None:
    keys = FileKeys.create(path)
    with pytest.raises(VaultDamaged):
        keys.unwrap(WrappedKey(keys.current, blob), OBJECT)


@pytest.mark.asvs("13.3.2")
def test_the_file_is_made_for_its_owner_alone(path: Path) -> None:
    FileKeys.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.asvs("13.3.2")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_file_open_to_others_is_refused(path: Path, mode: int) -> None:
    FileKeys.create(path)
    path.chmod(mode)
    with pytest.raises(VaultKeysUnfit, match="chmod 600"):
        FileKeys(path)


def test_a_missing_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    FileKeys.create(tmp_path / "keys" / "vault.key")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_an_existing_file_is_never_overwritten(path: Path) -> None:
    FileKeys.create(path)
    before = path.read_bytes()
    with pytest.raises(VaultKeysUnfit, match="never overwritten"):
        FileKeys.create(path)
    assert path.read_bytes() == before


def test_a_missing_file_is_not_made_by_itself(path: Path) -> None:
    with pytest.raises(VaultKeysUnfit, match="no vault key"):
        FileKeys(path)
    assert not path.exists()


def test_a_folder_is_not_a_key(tmp_path: Path) -> None:
    with pytest.raises(VaultKeysUnfit):
        FileKeys(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        json.dumps({"format": 1, "current": "a", "keys": {}}),
        json.dumps({"format": 1, "current": "a", "keys": {"a": "00"}}),
        json.dumps({"format": 2, "current": "a", "keys": {"a": "00" * 32}}),
        json.dumps({"format": 1, "current": "a", "keys": {"a": 7}}),
    ],
)
def test_something_else_than_a_key_file_is_refused(path: Path, content: str) -> None:
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(VaultKeysUnfit, match="not a vault key file"):
        FileKeys(path)


@pytest.mark.asvs("11.2.2")
def test_after_rotation_former_keys_still_open(path: Path) -> None:
    former = FileKeys.create(path)
    data_key = new_data_key()
    wrapped = former.wrap(data_key, OBJECT)
    new = FileKeys(path)
    new.rotate()
    assert new.current != wrapped.kek_id
    assert new.unwrap(wrapped, OBJECT) == data_key
    assert new.wrap(data_key, OBJECT).kek_id == new.current
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_key_that_the_file_does_not_hold_is_named(path: Path, tmp_path: Path) -> None:
    wrapped = FileKeys.create(tmp_path / "other.key").wrap(new_data_key(), OBJECT)
    with pytest.raises(VaultKeysUnfit, match=wrapped.kek_id):
        FileKeys.create(path).unwrap(wrapped, OBJECT)


def test_keys_do_not_show_themselves(path: Path) -> None:
    keys = FileKeys.create(path)
    secret = json.loads(path.read_text())["keys"][keys.current]
    assert secret not in repr(keys) + str(vars(keys))
