"""An import that is killed at any moment has doubled nothing, stored nothing by halves, and goes on where it was."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Semaphore
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.cli.demo.sample_archive import LAYOUT, SampleArchive, make_sample_archive
from portal.config import Settings
from portal.kernel.actor import OPERATOR
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole, make_engine
from portal.kernel.work import Workplace
from portal.records.archive import importing, queries, service
from portal.records.archive.models import ImportFile, Record, RecordItem
from portal.records.vocab import BatchState, Fate
from portal.vault import service as vaults
from portal.vault import sweeping
from portal.vault.keys import FileKeys
from portal.vault.models import VaultObject
from portal.vault.sandbox import Sandbox
from portal.vault.service import Vault
from portal.vault.store import ObjectStore
from tests.support.factories.records import staged

# The tests' own clock stands still; the store's does not.
A_LONG_TIME = timedelta(days=3650)


@pytest.fixture
def archive(tmp_path: Path) -> SampleArchive:
    return make_sample_archive(tmp_path / "archive", seed=11)


def _import(application: str, settings: Settings, root: Path, gone_through: Semaphore) -> None:
    """What a child does until it is killed: the very import; it tells of each file it has gone through."""
    with Sandbox() as sandbox:
        vault = Vault(ObjectStore(settings.vault_url), FileKeys(settings.vault_key_file), sandbox)
        place = Workplace(make_engine(application, pool_size=2))
        importing.stage_folder(place, vault, importing.plan(root, LAYOUT), gone_through.release)


def _kill_one(
    place: Workplace, addresses: Addresses, settings: Settings, root: Path, dice: random.Random
) -> bool:
    """Kill an import somewhere in the next files; whether it had not ended by itself before."""
    place.engine.dispose()  # a child must not inherit an open connection
    fork = get_context("fork")
    gone_through = fork.Semaphore(0)
    child = fork.Process(target=_import, args=(addresses.application, settings, root, gone_through))
    child.start()
    for _ in range(dice.randint(1, 60)):
        while not gone_through.acquire(timeout=0.1) and child.is_alive():
            pass
    time.sleep(dice.uniform(0, 0.05))
    child.kill()
    child.join()
    return child.exitcode == -signal.SIGKILL


def _is_whole_so_far(place: Workplace, vault: Vault) -> int:
    """Every file that counts as stored has its item and its object, which opens; how many there are."""
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        files = work.session.execute(
            select(ImportFile.id, ImportFile.object_id, ImportFile.sha256, ImportFile.place)
        )
        stored = [row for row in files if row.object_id is not None]
        items = set(work.session.execute(select(RecordItem.file_id, RecordItem.object_id)))
        present = select(VaultObject.id, VaultObject.sha256).where(VaultObject.wrapped_key.is_not(None))
        objects = {row.id: row.sha256 for row in work.session.execute(present)}
        assert {(row.id, row.object_id) for row in stored} == {tuple(row) for row in items}
        assert {row.object_id: row.sha256 for row in stored} == objects
        assert max(Counter(row.place for row in stored).values(), default=1) == 1
        assert max(Counter(row.sha256 for row in stored).values(), default=1) == 1
        assert all(vaults.verify(work, vault, object_id) for object_id in objects)
    return len(stored)


def _send_back(place: Workplace, vault: Vault) -> None:
    """Reject what an import that was quicker than us has staged: it leaves nothing behind."""
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        (batch,) = [each for each in queries.batches(work) if each.state is BatchState.STAGED]
        service.reject(work, vault, batch.id, batch.version, "once more")
    assert _is_whole_so_far(place, vault) == 0


def _killed_at_random(
    place: Workplace,
    vault: Vault,
    addresses: Addresses,
    settings: Settings,
    archive: SampleArchive,
    times: int,
) -> None:
    dice = random.Random(20260301)  # noqa: S311  # when to kill, not a secret
    killed, lengths = 0, set()
    while killed < times:
        if _kill_one(place, addresses, settings, archive.folder, dice):
            killed += 1
        lengths.add(_is_whole_so_far(place, vault))
        with place.open(OPERATOR, DbRole.CASEWORK) as work:
            is_staged = any(each.state is BatchState.STAGED for each in queries.batches(work))
        if is_staged and killed < times:
            _send_back(place, vault)
    assert len(lengths) > times // 8, "the children were killed at different points"
    if is_staged:
        _send_back(place, vault)
    outcome = staged(place, vault, archive.folder)
    assert Counter(told.fate for told in outcome.fates if told.fate is not Fate.MISSING)[Fate.STORED] == (
        archive.expected.stored
    )
    assert {
        t.path: t.original for t in outcome.fates if t.fate is Fate.DUPLICATE
    } == archive.expected.duplicates
    assert _is_whole_so_far(place, vault) == archive.expected.stored
    _nothing_lies_about(place, vault, archive)


def _nothing_lies_about(place: Workplace, vault: Vault, archive: SampleArchive) -> None:
    """Bytes of a killed piece, which nobody can open, are found by the sweep; then the store holds what it should."""
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert work.session.scalar(select(func.count()).select_from(Record)) == archive.expected.numbers
        sweeping.sweep(work, vault.objects, -A_LONG_TIME)
        left = {found.name for found in vault.objects.names(before=work.now + A_LONG_TIME)}
        known = work.session.scalars(
            select(VaultObject.store_name).where(VaultObject.wrapped_key.is_not(None))
        )
        assert left == set(known)


@pytest.fixture
def in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "FILES_AT_ONCE", 4)


@pytest.mark.usefixtures("in_small_pieces")
def test_an_import_killed_at_random_points_goes_on_and_ends_whole(
    place: Workplace, vault: Vault, addresses: Addresses, settings: Settings, archive: SampleArchive
) -> None:
    _killed_at_random(place, vault, addresses, settings, archive, times=8)


@pytest.mark.sweep
@pytest.mark.usefixtures("in_small_pieces")
def test_an_import_killed_at_fifty_random_points_goes_on_and_ends_whole(
    place: Workplace, vault: Vault, addresses: Addresses, settings: Settings, archive: SampleArchive
) -> None:
    _killed_at_random(place, vault, addresses, settings, archive, times=50)
