"""Archives brought in, accepted and read, the way people do it."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from portal.cli.demo.sample_archive import LAYOUT, make_sample_archive
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.archive import importing, queries, service
from portal.records.archive.models import RecordItem
from portal.records.archive.vocab import Outcome
from portal.records.transcription import service as transcription
from portal.records.transcription.vocab import Answer, Reading, ReadingState
from portal.records.vocab import FileKind, Part
from portal.vault.service import Vault
from tests.support.actors import an_actor


def staged(place: Workplace, vault: Vault, root: Path, layout: str = LAYOUT, **more: object) -> Outcome:
    """Stage a folder from the command line."""
    return importing.stage_folder(place, vault, importing.plan(root, layout, **more), lambda: None)


def accept(place: Workplace, batch_id: UUID | None, by: Actor | None = None) -> None:
    """Accept a staged batch as a custodian."""
    assert batch_id is not None
    with place.open(by or an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        service.accept(work, batch_id, queries.batch(work, batch_id).version)


def sample(folder: Path, **more: int) -> Path:
    """An invented archive on disk."""
    return make_sample_archive(folder / "archive", **more).folder


def available(place: Workplace, vault: Vault, folder: Path) -> Outcome:
    """An invented archive that two people have brought in."""
    outcome = staged(place, vault, sample(folder))
    accept(place, outcome.batch_id)
    return outcome


def a_reading(**parts: str | Answer) -> Reading:
    """What somebody read; parts that are not named were not there."""
    return Reading(
        {Part(part): said if isinstance(said, Answer) else Answer(said) for part, said in parts.items()}
    )


def a_paper(place: Workplace, kind: FileKind = FileKind.DEATH_CERTIFICATE) -> tuple[UUID, UUID]:
    """An available paper of this kind and the record it belongs to."""
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        found = work.session.execute(
            select(RecordItem.id, RecordItem.record_id)
            .where(RecordItem.kind == kind, RecordItem.available, RecordItem.record_id.is_not(None))
            .order_by(RecordItem.id)
        ).first()
    assert found is not None
    assert found.record_id is not None
    return found.id, found.record_id


def read(place: Workplace, item_id: UUID, reading: Reading, by: Actor | None = None) -> ReadingState:
    """One transcriber reads a paper."""
    with place.open(by or an_actor(Role.TRANSCRIBER), DbRole.CASEWORK) as work:
        return transcription.write_reading(work, item_id, reading)


def read_by_two(place: Workplace, item_id: UUID, reading: Reading) -> None:
    """Two transcribers read a paper and agree."""
    read(place, item_id, reading)
    assert read(place, item_id, reading) is ReadingState.AGREED
