"""Stage, accept and reject an import, and open what is held; each act leaves its entry in the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, and_, delete, func, or_, select, text, tuple_

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.dual_control import second_person
from portal.kernel.errors import Conflict, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.records.archive import archives, availability, fates, policy
from portal.records.archive.examination import place_of
from portal.records.archive.models import ImportBatch, ImportFile, Record, RecordItem
from portal.records.archive.survey import Description
from portal.records.archive.taking import Taken
from portal.records.archive.vocab import Counts, Import, Opened
from portal.records.values import shown
from portal.records.vocab import BatchState, Fate, FileKind
from portal.vault import service as vaults
from portal.vault.service import Vault
from portal.vault.vocab import Recipe

LEGIBLE = Recipe(longest_side=2200)
_ALONE = text("select pg_try_advisory_xact_lock(720106)")
_Numbered = tuple[str | None, str]  # branch and number


def be_alone(work: Work) -> None:
    """Refuse to import while another import runs."""
    work.require(policy.may_stage)
    if not work.session.scalar(_ALONE):
        raise Conflict("another import is running; wait until it has ended")


def begin(work: Work, vault: Vault, order: Import) -> UUID:
    """Open a batch, or go on with the one of the same order that was interrupted.

    An interrupted import of the same folder in another way is cleared away; those of other folders wait to go on.
    """
    work.require(policy.may_stage)
    resumed = None
    for batch in work.session.scalars(_interrupted(order)):
        if _order_of(batch) == order and batch.proposed_by == work.actor_id:
            resumed = batch.id
        elif _is_leaned_on(work, batch.id):
            raise Conflict(
                "a later import counts on files of this folder's interrupted one; send that one back first"
            )
        else:
            _clear(work, vault, batch.id)
            work.session.delete(batch)
    return resumed or _opened(work, order)


def take_in(work: Work, batch_id: UUID, files: Sequence[Taken]) -> None:
    """Write down the fates of some files; those to be stored lie in the vault's store, and are kept in this breath."""
    work.require(policy.may_stage)
    vaults.keep(work, [each.placed for each in files if each.placed])
    _write(work)  # files refer to their objects
    rows = [fates.row_of(batch_id, each) for each in files]
    work.session.add_all(rows)
    records = _records_of(work, batch_id, [each.examined.description for each in files if each.placed])
    _write(work)  # items refer to their files and records
    for each, row in zip(files, rows, strict=True):
        said, sniffed = each.examined.description, each.examined.sniffed
        if row.object_id and said and sniffed:
            work.session.add(
                RecordItem(
                    record_id=records.get((said.branch, said.number or "")),
                    batch_id=batch_id,
                    file_id=row.id,
                    object_id=row.object_id,
                    kind=said.kind,
                    media_type=sniffed.media_type,
                    pages=sniffed.pages,
                )
            )
    _write(work)  # what has been written down need not be held in memory


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


def _interrupted(order: Import) -> Select[ImportBatch]:
    return select(ImportBatch).where(
        ImportBatch.state == BatchState.STAGING,
        ImportBatch.source == order.source,
        ImportBatch.folder == order.folder,
    )


def _order_of(batch: ImportBatch) -> Import:
    return Import(batch.source, batch.layout, batch.folder, batch.manifest_sha256)


def _records_of(work: Work, batch_id: UUID, files: Sequence[Description | None]) -> dict[_Numbered, UUID]:
    """The numbered people whom files belong to; number and branch together, never the number alone."""
    first: dict[_Numbered, Description] = {}
    for said in files:
        if said and said.number is not None:
            first.setdefault((said.branch, said.number), said)
    known = _known_records(work, first)
    for person, said in first.items():
        if person not in known:
            record = _new_record(batch_id, said)
            work.session.add(record)
            known[person] = record.id
    return known


def _known_records(work: Work, people: Collection[_Numbered]) -> dict[_Numbered, UUID]:
    numbered = [(branch, number) for branch, number in people if branch is not None]
    without = [number for branch, number in people if branch is None]
    rows = work.session.execute(
        select(Record.branch, Record.number, Record.id).where(
            or_(
                tuple_(Record.branch, Record.number).in_(numbered),
                and_(Record.branch.is_(None), Record.number.in_(without)),
            )
        )
    )
    return {(branch, number): record_id for branch, number, record_id in rows}


def _new_record(batch_id: UUID, said: Description) -> Record:
    by = said.photographer if said.kind is FileKind.PHOTOGRAPH else None
    return Record(
        id=new_id(), batch_id=batch_id, branch=said.branch, number=said.number or "", photographer=by
    )


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
