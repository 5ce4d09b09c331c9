"""An import that is killed at any moment has doubled nothing, stored nothing by halves, and goes on where it was."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.cli.demo.sample_archive import LAYOUT, SampleArchive, make_sample_archive
from portal.config import Settings
from portal.kernel.actor import OPERATOR
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace
from portal.records.archive import queries, service
from portal.records.archive.models import ImportFile, Record, RecordItem
from portal.records.vocab import BatchState
from portal.vault import service as vaults
from portal.vault import sweeping
from portal.vault.models import VaultObject
from portal.vault.service import Vault

# The tests' own clock stands still; the store's does not.
A_LONG_TIME = timedelta(days=3650)


@pytest.fixture
def archive(tmp_path: Path) -> SampleArchive:
    return make_sample_archive(tmp_path / "archive", seed=11)


# The very command; only its pieces are small, so that there is something between which it can be killed.
COMMAND = (
    "from portal.records.archive import importing; importing.FILES_AT_ONCE = 4; "
    "from portal.cli.main import main; main()"
)


@pytest.fixture
def environ(addresses: Addresses, settings: Settings) -> dict[str, str]:
    """What the command finds: this test's database and store."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return kept | {
        "PORTAL_DATABASE_URL": addresses.application,
        "PORTAL_DATA": str(settings.data),
        "PORTAL_SECRET_KEY": "11" * 32,
        "PORTAL_FIELD_KEY": "22" * 32,
    }


@dataclass(frozen=True, slots=True)
class Import:
    """A folder that `portal archive import` brings in, in a process of its own."""

    place: Workplace
    environ: dict[str, str]
    root: Path

    def run(self) -> None:
        """Let it run to its end."""
        with self._process() as process:
            assert process.wait() == 0

    def run_and_kill(self, files: int, later: float) -> bool:
        """Kill it a moment after so many files are written down; whether it had not ended before."""
        with self._process() as process:
            while self._written_down() < files and process.poll() is None:
                time.sleep(0.01)
            time.sleep(later)
            process.kill()
        return process.returncode == -signal.SIGKILL

    def _process(self) -> subprocess.Popen[bytes]:
        arguments = ("archive", "import", str(self.root), "--layout", LAYOUT)
        return subprocess.Popen(
            (sys.executable, "-c", COMMAND, *arguments),
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _written_down(self) -> int:
        with self.place.open(OPERATOR, DbRole.CASEWORK) as work:
            return work.session.scalar(select(func.count()).select_from(ImportFile)) or 0


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


def _killed_at_random(importing: Import, vault: Vault, archive: SampleArchive, times: int) -> None:
    place = importing.place
    importing.run()
    undisturbed = _kept(place)
    _send_back(place, vault)
    dice = random.Random(20260301)  # noqa: S311  # when to kill, not a secret
    killed, lengths = 0, set()
    while killed < times:
        files = dice.randint(1, archive.expected.files)
        killed += importing.run_and_kill(files, dice.uniform(0, 0.1))
        lengths.add(_is_whole_so_far(place, vault))
        if _is_staged(place):
            _send_back(place, vault)
    assert any(0 < length < archive.expected.stored for length in lengths), "none was killed half way"
    importing.run()
    assert _kept(place) == undisturbed
    assert _is_whole_so_far(place, vault) == archive.expected.stored
    _nothing_lies_about(place, vault, archive)


def _is_staged(place: Workplace) -> bool:
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        return any(each.state is BatchState.STAGED for each in queries.batches(work))


def _kept(place: Workplace) -> tuple[object, ...]:
    """All an import leaves: each file's fate and what is said of it, the people, their items."""
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        (batch,) = [each for each in queries.batches(work) if each.state is BatchState.STAGED]
        said = (ImportFile.number, ImportFile.branch, ImportFile.dated, ImportFile.sha256, ImportFile.kind)
        about = select(ImportFile.position, ImportFile.place, *said).order_by(ImportFile.position)
        items = (
            select(Record.branch, Record.number, RecordItem.kind, ImportFile.place)
            .select_from(RecordItem)
            .join(ImportFile, ImportFile.id == RecordItem.file_id)
            .outerjoin(Record, Record.id == RecordItem.record_id)
            .order_by(ImportFile.position)
        )
        people = select(Record.branch, Record.number).order_by(Record.branch, Record.number)
        rows = [[tuple(row) for row in work.session.execute(query)] for query in (about, items, people)]
        return queries.fates(work, batch.id), batch.counts, batch.numbers, rows


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


def test_an_import_killed_at_random_points_goes_on_and_ends_whole(
    place: Workplace, vault: Vault, environ: dict[str, str], archive: SampleArchive
) -> None:
    _killed_at_random(Import(place, environ, archive.folder), vault, archive, times=4)


@pytest.mark.sweep
def test_an_import_killed_at_fifty_random_points_goes_on_and_ends_whole(
    place: Workplace, vault: Vault, environ: dict[str, str], archive: SampleArchive
) -> None:
    _killed_at_random(Import(place, environ, archive.folder), vault, archive, times=50)
