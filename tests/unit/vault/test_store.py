"""Objects lie under random names, closed to others, never overwritten, whole or not at all."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.vault.store import ObjectStore, StoredObject, StoreUnfit
from portal.vault.vocab import VaultDamaged

LARGE = 12 * 1024 * 1024


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "private" / "vault"


@pytest.fixture
def store(folder: Path) -> ObjectStore:
    return ObjectStore(f"file://{folder}")


def chunks_of(size: int) -> Iterator[bytes]:
    for start in range(0, size, 65536):
        yield bytes([start // 65536 % 256]) * min(65536, size - start)


@pytest.mark.parametrize("size", [0, 1, 65536, 5 * 1024 * 1024, LARGE + 3])
def test_what_is_put_can_be_got(store: ObjectStore, size: int) -> None:
    stored = store.put(chunks_of(size))
    assert stored.size == size
    assert b"".join(store.get(stored.name)) == b"".join(chunks_of(size))


@pytest.mark.asvs("5.3.1")
@pytest.mark.parametrize("size", [10, LARGE])
def test_files_and_folders_are_closed_to_others(store: ObjectStore, folder: Path, size: int) -> None:
    store.put(chunks_of(size))
    places = [folder.parent, folder, *folder.rglob("*")]
    modes = {(p.is_dir(), stat.S_IMODE(p.stat().st_mode)) for p in places}
    assert modes == {(True, 0o700), (False, 0o600)}


def test_a_folder_open_to_others_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(StoreUnfit, match="chmod 700"):
        ObjectStore(f"file://{tmp_path}")


@pytest.mark.asvs("1.4.3")
@pytest.mark.parametrize("size", [10, LARGE])
def test_an_interrupted_write_leaves_nothing(store: ObjectStore, folder: Path, size: int) -> None:
    def broken() -> Iterator[bytes]:
        yield from chunks_of(size)
        raise VaultDamaged("the sender stopped")

    with pytest.raises(VaultDamaged, match="stopped"):
        store.put(broken())
    assert [p for p in folder.rglob("*") if p.is_file()] == []


def test_the_same_bytes_are_stored_twice_under_two_names(store: ObjectStore) -> None:
    one, two = store.put([b"a"]), store.put([b"a"])
    assert one.name != two.name
    assert set(store.names()) == {one, two}


def test_a_deleted_object_is_gone_and_may_be_deleted_again(store: ObjectStore) -> None:
    stored = store.put([b"a"])
    assert store.exists(stored.name)
    store.delete(stored.name)
    store.delete(stored.name)
    assert not store.exists(stored.name)
    with pytest.raises(VaultDamaged, match="gone"):
        list(store.get(stored.name))


def test_names_list_objects_only(store: ObjectStore, folder: Path) -> None:
    stored = store.put([b"abc"])
    (folder / f"{stored.name}#1").write_bytes(b"left over")
    assert list(store.names()) == [StoredObject(stored.name, 3)]


@pytest.mark.asvs("5.3.2")
@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "", "ab/../cd", "ab/" + "A" * 64])
def test_a_name_that_leads_elsewhere_is_refused(store: ObjectStore, name: str) -> None:
    for act in (store.exists, store.delete, lambda n: list(store.get(n))):
        with pytest.raises(VaultDamaged):
            act(name)


@pytest.mark.parametrize(
    "url",
    [
        "file://relative/vault",
        "/vault",
        "memory:///",
        "https://bucket.example/vault",
        "s3://",
        "s3://bucket/vault?secret_access_key=abc",
    ],
)
def test_an_unclear_place_is_refused(url: str) -> None:
    with pytest.raises(StoreUnfit):
        ObjectStore(url)


def test_an_s3_place_is_understood() -> None:
    ObjectStore(
        "s3://bucket/vault?endpoint=https://objects.example&region=here&virtual_hosted_style_request=false"
    )


_MEASURED = """
import resource, sys
from pathlib import Path
from portal.vault.store import ObjectStore
store = ObjectStore(f"file://{sys.argv[1]}")
store.put(bytes(65536) for _ in range(16))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
stored = store.put(bytes(65536) for _ in range(3200))
total = sum(len(chunk) for chunk in store.get(stored.name))
print(total, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_does_not_grow_with_the_object(folder: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(folder)], capture_output=True, text=True, check=True
    )
    total, grown = map(int, run.stdout.split())
    assert total == 200 * 1024 * 1024
    assert grown < 60 * 1024


def test_an_entry_of_the_ledger_is_closed_to_others_and_no_object(store: ObjectStore, folder: Path) -> None:
    name = "ab" * 16
    for _ in range(2):
        store.note(name, b"entry")
    assert list(store.notes()) == [(name, b"entry")]
    assert list(store.names()) == []
    assert stat.S_IMODE((folder / "erased" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "erased").stat().st_mode) == 0o700
