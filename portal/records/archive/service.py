"""Stage, accept and reject an import, and open what is held; each act leaves its entry in the log."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import delete, func, select, text

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.dual_control import second_person
from portal.kernel.errors import Conflict, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.records.archive import archives, availability, policy
from portal.records.archive.examination import Examined, place_of
from portal.records.archive.models import ImportBatch, ImportFile, Record, RecordItem
from portal.records.archive.survey import Description, Statement
from portal.records.archive.vocab import Counts, Import, Opened
from portal.records.values import shown
from portal.records.vocab import BatchState, Fate, FileKind
from portal.vault import service as vaults
from portal.vault.service import Deposit, Vault
from portal.vault.vocab import Recipe

PURPOSE = "original"
OWNER = "archive"
LEGIBLE = Recipe(longest_side=2200)
_ALONE = text("select pg_try_advisory_xact_lock(720106)")
_CHUNK = 1 << 20


def be_alone(work: Work) -> None:
    """Refuse to import while another import runs."""
    work.require(policy.may_stage)
    if not work.session.scalar(_ALONE):
        raise Conflict("another import is running; wait until it has ended")


def begin(work: Work, vault: Vault, order: Import) -> UUID:
    """Open a batch, or go on with the one of the same order that was interrupted; others are cleared away."""
    work.require(policy.may_stage)
    resumed = None
    for batch in work.session.scalars(select(ImportBatch).where(ImportBatch.state == BatchState.STAGING)):
        if _order_of(batch) == order and batch.proposed_by == work.actor_id:
            resumed = batch.id
        else:
            _clear(work, vault, batch.id)
            work.session.delete(batch)
    return resumed or _opened(work, order)


def take_in(work: Work, vault: Vault, batch_id: UUID, position: int, examined: Examined) -> None:
    """Write down the fate of one file; a file to be stored goes into the vault in the same breath."""
    work.require(policy.may_stage)
    file = _file(batch_id, position, examined)
    if examined.fate is Fate.STORED and examined.sniffed and examined.description:
        deposit = Deposit(PURPOSE, OWNER, examined.sniffed.media_type)
        file.object_id = vaults.store(work, vault, deposit, _chunks(examined.content)).id
        _write(work)  # the file refers to its object
        work.session.add(file)
        _write(work)  # the item refers to the file
        work.session.add(
            RecordItem(
                record_id=_record_of(work, batch_id, examined.description),
                batch_id=batch_id,
                file_id=file.id,
                object_id=file.object_id,
                kind=examined.description.kind,
                media_type=examined.sniffed.media_type,
                pages=examined.sniffed.pages,
            )
        )
    work.session.add(file)


def miss(work: Work, batch_id: UUID, paths: Sequence[str]) -> None:
    """Write down what the list names and the folder does not hold."""
    work.require(policy.may_stage)
    last = work.session.scalar(select(func.max(ImportFile.position)).where(ImportFile.batch_id == batch_id))
    for position, path in enumerate(paths, (last or 0) + 1):
        work.session.add(
            ImportFile(
                batch_id=batch_id,
                position=position,
                place=place_of(path),
                path=shown(path),
                fate=Fate.MISSING,
                is_counted=True,
            )
        )
    work.session.flush()  # the counts below are read from the table


def finish(work: Work, batch_id: UUID, numbers: int) -> bool:
    """Offer a whole batch to a second person; one with nothing new leaves nothing behind and is False."""
    work.require(policy.may_stage)
    batch = _batch(work, batch_id)
    counts = _counted(work, batch_id)
    if counts.stored == 0:
        work.session.execute(delete(ImportFile).where(ImportFile.batch_id == batch_id))
        work.session.delete(batch)
        return False
    batch.files, batch.stored, batch.duplicates = counts.files, counts.stored, counts.duplicates
    batch.refused, batch.ignored, batch.missing = counts.refused, counts.ignored, counts.missing
    batch.numbers, batch.state = numbers, BatchState.STAGED
    audit.record(work, Event.RECORDS_BATCH_STAGED, batch_id, detail=_detail(counts))
    return True


def accept(work: Work, batch_id: UUID, seen_version: int) -> None:
    """Take a batch over as the second person; from now on its papers wait to be read."""
    batch = _batch(work, batch_id)
    if batch.state is not BatchState.STAGED:
        raise Conflict("this batch does not wait to be accepted")
    work.require(policy.may_accept, batch)
    second_person(batch, work.actor_id, seen_version)
    batch.state, batch.signed_at = BatchState.ACCEPTED, work.now
    availability.make_available(work, batch_id)
    audit.record(work, Event.RECORDS_BATCH_ACCEPTED, batch_id, detail={"stored": batch.stored})


def reject(work: Work, vault: Vault, batch_id: UUID, seen_version: int, reason: str) -> None:
    """Send a batch back: what it held is erased, only its counts and the reason stay."""
    batch = _batch(work, batch_id)
    if batch.state not in {BatchState.STAGED, BatchState.STAGING} or batch.version != seen_version:
        raise Conflict("this batch no longer waits to be accepted")
    work.require(policy.may_reject, batch)
    if _is_leaned_on(work, batch_id):
        raise Conflict("a later import counts on files of this one; send that one back first")
    _clear(work, vault, batch_id)
    batch.state, batch.reason = BatchState.REJECTED, reason
    batch.rejected_by, batch.rejected_at = work.actor_id, work.now
    audit.record(work, Event.RECORDS_BATCH_REJECTED, batch_id, detail={"stored": batch.stored})


def open_original(work: Work, vault: Vault, item_id: UUID, reason: str) -> Opened:
    """Open one item for one pair of eyes, drawn anew in the sandbox; the opening is remembered."""
    item = work.session.get(RecordItem, item_id)
    if item is None:
        raise NotFound("no such item")
    work.require(policy.may_open, item.kind)
    content = vaults.read(work, vault, item.object_id, reason)
    audit.record(work, Event.RECORDS_ORIGINAL_OPENED, item_id, detail={"reason": reason})
    if item.media_type == "application/pdf":
        return Opened(item.kind, item.media_type, (vault.sandbox.clean_pdf(content),))
    return Opened(item.kind, "image/jpeg", vault.sandbox.draw_pages(content, LEGIBLE))


def _batch(work: Work, batch_id: UUID) -> ImportBatch:
    batch = work.session.get(ImportBatch, batch_id)
    if batch is None:
        raise NotFound("no such batch")
    return batch


def _opened(work: Work, order: Import) -> UUID:
    batch_id = new_id()
    work.session.add(
        ImportBatch(
            id=batch_id,
            archive_id=archives.kept(work, order),
            source=order.source,
            layout=order.layout,
            folder=order.folder,
            manifest_sha256=order.manifest_sha256,
            proposed_by=work.actor_id,
            proposed_at=work.now,
        )
    )
    return batch_id


def _order_of(batch: ImportBatch) -> Import:
    return Import(batch.source, batch.layout, batch.folder, batch.manifest_sha256)


def _file(batch_id: UUID, position: int, examined: Examined) -> ImportFile:
    told, said = examined.told, examined.description
    return ImportFile(
        id=new_id(),
        batch_id=batch_id,
        position=position,
        place=place_of(examined.found.path),
        path=told.path,
        fate=told.fate,
        is_counted=told.is_counted,
        reason=told.reason,
        original_path=told.original,
        kind=said.kind if said else None,
        number=said.number if said else None,
        branch=said.branch if said else None,
        dated=said.date if said else None,
        photographer=said.photographer if said else None,
        note=said.note or None if said else None,
        witnesses=_witnesses(said) if said else None,
        oddities=[oddity.value for oddity in told.oddities],
        sha256=examined.sha256,
    )


def _witnesses(said: Description) -> str | None:
    """Both statements side by side, when folder and list do not say the same."""
    silent = Statement()
    if said.stated_by_folder == said.stated_by_manifest or silent in {
        said.stated_by_folder,
        said.stated_by_manifest,
    }:
        return None
    both = {"folder": said.stated_by_folder, "list": said.stated_by_manifest}
    return json.dumps({name: _spelled(one) for name, one in both.items()}, ensure_ascii=False)


def _spelled(said: Statement) -> dict[str, str | None]:
    return {
        "number": said.number,
        "branch": said.branch,
        "date": said.date.isoformat() if said.date else None,
        "photographer": said.photographer,
        "kind": said.kind.value if said.kind else None,
    }


def _record_of(work: Work, batch_id: UUID, said: Description) -> UUID | None:
    """The numbered person a file belongs to; number and branch together, never the number alone."""
    if said.number is None:
        return None
    known = work.session.scalar(
        select(Record.id).where(Record.number == said.number, Record.branch.is_not_distinct_from(said.branch))
    )
    if known is not None:
        return known
    by = said.photographer if said.kind is FileKind.PHOTOGRAPH else None
    record = Record(id=new_id(), batch_id=batch_id, branch=said.branch, number=said.number, photographer=by)
    work.session.add(record)
    _write(work)  # the item that follows refers to it
    return record.id


def _write(work: Work) -> None:
    work.session.flush()  # rows of different rooms are not put in order by the session itself


def _clear(work: Work, vault: Vault, batch_id: UUID) -> None:
    """Erase what a batch brought; people known from other batches stay."""
    objects = work.session.scalars(select(RecordItem.object_id).where(RecordItem.batch_id == batch_id)).all()
    availability.forget(work, batch_id)
    work.session.execute(delete(ImportFile).where(ImportFile.batch_id == batch_id))
    for object_id in objects:
        vaults.erase(work, vault, object_id, "batch_rejected")


def _is_leaned_on(work: Work, batch_id: UUID) -> bool:
    """Another import that is not sent back left files out because this one holds them."""
    held = select(ImportFile.sha256).where(ImportFile.batch_id == batch_id, ImportFile.fate == Fate.STORED)
    leaning = (
        select(ImportFile.id)
        .join(ImportBatch, ImportBatch.id == ImportFile.batch_id)
        .where(ImportFile.batch_id != batch_id, ImportFile.fate == Fate.DUPLICATE)
        .where(ImportBatch.state != BatchState.REJECTED, ImportFile.sha256.in_(held))
    )
    return work.session.scalar(leaning.limit(1)) is not None


def _counted(work: Work, batch_id: UUID) -> Counts:
    rows = work.session.execute(
        select(ImportFile.fate, func.count())
        .where(ImportFile.batch_id == batch_id, ImportFile.is_counted)
        .group_by(ImportFile.fate)
    )
    fates: Counter[Fate] = Counter()
    for fate, count in rows:
        fates[fate] = count
    return Counts.of(fates)


def _detail(counts: Counts) -> dict[str, int]:
    return {
        "stored": counts.stored,
        "duplicates": counts.duplicates,
        "refused": counts.refused,
        "ignored": counts.ignored,
        "missing": counts.missing,
    }


def _chunks(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]
