"""A disk that is full or closed to writing gives one clear error, and loses nothing of what was there."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.audit.vocab import Event
from portal.kernel.actor import OPERATOR
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import Unavailable
from portal.kernel.work import Workplace
from portal.records.archive import importing, queries
from portal.vault.service import Vault
from portal.vault.store import ObjectStore
from portal.vault.vocab import StoreUnavailable
from tests.support.factories.kept import as_owner, erased, kept, opened, remembered, row_of
from tests.support.factories.records import LAYOUT, sample, staged

LARGE = 6 * 1024 * 1024  # written in parts, unlike a small one
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")


@contextmanager
def disk(folder: Path, size: int) -> Iterator[Path]:
    """A real file system of so many bytes."""
    folder.mkdir(mode=0o700)
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", folder]
    if subprocess.run(mounting, check=False, capture_output=True).returncode != 0:
        pytest.skip("this machine lets not even root mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@as_root
@pytest.mark.parametrize("size", [700_000, LARGE])
def test_a_full_disk_is_said_and_nothing_is_lost(
    place: Workplace, vault: Vault, addresses: Addresses, tmp_path: Path, size: int
) -> None:
    with disk(tmp_path / "small", 1_000_000) as folder:
        small = Vault(ObjectStore(f"file://{folder}/vault"), vault.keys, vault.sandbox)
        before = kept(place, small, b"x" * 400_000)
        there = files(folder)
        with pytest.raises(StoreUnavailable, match="disk is full"):
            kept(place, small, b"y" * size)
        assert files(folder) == there, "no half of an object stays"
        assert opened(place, small, before) == b"x" * 400_000
        assert as_owner(addresses, "select count(*) from vault_object") == [(1,)]
        assert remembered(addresses, Event.VAULT_OBJECT_STORED) == 1
        erased(place, small, before)
        assert opened(place, small, kept(place, small, b"z" * 400_000)) == b"z" * 400_000


@as_root
def test_a_store_that_may_only_be_read_is_said_and_read(
    place: Workplace, vault: Vault, addresses: Addresses, tmp_path: Path
) -> None:
    with disk(tmp_path / "small", 1_000_000) as folder:
        store = Vault(ObjectStore(f"file://{folder}/vault"), vault.keys, vault.sandbox)
        before, gone = kept(place, store), kept(place, store, b"erase me")
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        with pytest.raises(StoreUnavailable, match="may not be written"):
            kept(place, store)
        assert opened(place, store, before) == b"a file"
        erased(place, store, gone)
        assert row_of(place, gone).wrapped_key is None, "the key goes at once; the bytes when they may"
        assert row_of(place, gone).noted_at is None
        assert as_owner(addresses, "select count(*) from vault_object") == [(2,)]


@pytest.mark.parametrize("size", [300_000, LARGE])
def test_a_file_system_that_takes_no_more_is_said(
    place: Workplace, vault: Vault, settings, addresses: Addresses, size: int
) -> None:  # type: ignore[no-untyped-def]  # the fixture's own class
    folder = Path(settings.vault_url.removeprefix("file://"))
    before = kept(place, vault)
    there = files(folder)
    with no_file_larger_than(200_000), pytest.raises(StoreUnavailable, match="no file of that size"):
        kept(place, vault, b"y" * size)
    assert files(folder) == there
    assert opened(place, vault, before) == b"a file"
    assert as_owner(addresses, "select count(*) from vault_object") == [(1,)]


@as_root
def test_an_import_that_meets_a_full_disk_goes_on_when_there_is_room(
    place: Workplace, vault: Vault, addresses: Addresses, tmp_path: Path
) -> None:
    root = sample(tmp_path)
    wished = {
        entry.path
        for entry in importing.dry_run(place, vault.sandbox, importing.plan(root, LAYOUT), lambda: None).fates
    }
    with disk(tmp_path / "small", 40_000) as folder:
        small = Vault(ObjectStore(f"file://{folder}/vault"), vault.keys, vault.sandbox)
        with pytest.raises(Unavailable, match="disk is full"):
            staged(place, small, root)
        subprocess.run(["mount", "-o", "remount,size=100m", folder], check=True)
        outcome = staged(place, small, root)
        assert {told.path for told in outcome.fates} == wished
        with place.open(OPERATOR, DbRole.CASEWORK) as work:
            held = queries.held(work)
        assert len(held) == outcome.counts.stored
        for one in held:
            with place.open(OPERATOR, DbRole.CASEWORK) as work:
                from_vault = row_of(place, one.object_id)
            assert small.objects.exists(from_vault.store_name)
        assert as_owner(addresses, "select count(*) from import_batch") == [(1,)]
