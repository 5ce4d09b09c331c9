"""Several archives side by side: what is remembered of each, and which pictures lie in two of them."""

from __future__ import annotations

import json
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.actor import OPERATOR
from portal.kernel.errors import NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.records.archive import policy
from portal.records.archive.models import Archive, ImportBatch, ImportFile
from portal.records.archive.vocab import Import, KnownArchive, SamePicture
from portal.records.vocab import BatchState, Fate

MOST_SHOWN = 200


def kept(work: Work, order: Import) -> UUID:
    """Open the archive of this source, or remember what is newly said of it; what nobody says again stays."""
    work.require(policy.may_stage)
    archive = work.session.scalar(select(Archive).where(Archive.source == order.source).with_for_update())
    if archive is None:
        archive = _opened(work, order)
    said = {
        "layout": order.layout,
        "columns": json.dumps(dict(order.columns), ensure_ascii=False) if order.columns else archive.columns,
        "giver": order.giver or archive.giver,
        "mandate": order.mandate or archive.mandate,
        "custodian_id": archive.custodian_id or (None if work.actor_id == OPERATOR.id else work.actor_id),
    }
    changed = [name for name, value in said.items() if getattr(archive, name) != value]
    for name in changed:
        setattr(archive, name, said[name])
    if changed or archive in work.session.new:
        audit.record(work, Event.RECORDS_ARCHIVE_DESCRIBED, archive.id, detail={"changed": len(changed)})
    work.session.flush()  # the batch that follows refers to it
    return archive.id


def known(work: Work) -> list[KnownArchive]:
    """Every archive, by its name."""
    work.require(policy.may_read_batches)
    return [_facts(row) for row in work.session.scalars(select(Archive).order_by(Archive.source))]


def remembered(work: Work, source: str) -> KnownArchive | None:
    """What is remembered of the archive of this source: its layout and which heading stands for what."""
    work.require(policy.may_read_batches)
    row = work.session.scalar(select(Archive).where(Archive.source == source))
    return None if row is None else _facts(row)


def known_as(work: Work, archive_id: UUID) -> KnownArchive:
    """One archive, to be added to."""
    work.require(policy.may_read_batches)
    row = work.session.scalar(select(Archive).where(Archive.id == archive_id))
    if row is None:
        raise NotFound("no such archive")
    return _facts(row)


def same_pictures(work: Work) -> list[SamePicture]:
    """The very same content given with two archives: a question to a person, nothing follows by itself."""
    work.require(policy.may_read_batches)
    other, other_batch = aliased(ImportFile), aliased(ImportBatch)
    rows = work.session.execute(
        select(ImportBatch.source, ImportFile.path, other_batch.source, other.path, other_batch.id)
        .join(ImportFile, ImportFile.batch_id == ImportBatch.id)
        .join(other, other.sha256 == ImportFile.sha256)
        .join(other_batch, other_batch.id == other.batch_id)
        .where(ImportFile.fate == Fate.STORED, other.fate == Fate.DUPLICATE)
        .where(ImportBatch.archive_id != other_batch.archive_id)
        .where(ImportBatch.state != BatchState.REJECTED, other_batch.state != BatchState.REJECTED)
        .order_by(other_batch.proposed_at, other.position)
        .limit(MOST_SHOWN)
    )
    return [SamePicture(*row) for row in rows]


def _opened(work: Work, order: Import) -> Archive:
    archive = Archive(
        id=new_id(),
        source=order.source,
        layout=order.layout,
        opened_by=work.actor_id,
        opened_at=work.now,
    )
    work.session.add(archive)
    return archive


def _facts(row: Archive) -> KnownArchive:
    columns = json.loads(row.columns) if row.columns else {}
    return KnownArchive(row.id, row.source, row.giver, row.mandate, row.custodian_id, row.layout, columns)
