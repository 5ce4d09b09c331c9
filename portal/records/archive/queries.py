"""Reads of imports: batches, the fate of each file, and what is held."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import Text, any_, cast, func, literal, select

from portal.accounts import queries as accounts
from portal.kernel.actor import OPERATOR
from portal.kernel.errors import Invalid, NotFound
from portal.kernel.paging import PAGE_SIZE, Page, page_of
from portal.kernel.work import Work
from portal.records.archive import policy
from portal.records.archive.models import ImportBatch, ImportFile
from portal.records.archive.vocab import Batch, BatchFile, Counts, Held, Told
from portal.records.vocab import BatchState, Fate, Oddity

_FEWEST_LETTERS = 4


def batches(work: Work) -> list[Batch]:
    """Every import, the newest first."""
    work.require(policy.may_read_batches)
    rows = work.session.scalars(select(ImportBatch).order_by(ImportBatch.proposed_at.desc()))
    return [_facts(work, row) for row in rows]


def waiting_for_me(work: Work) -> list[Batch]:
    """The imports this person could accept, the oldest first."""
    work.require(policy.may_read_batches)
    rows = work.session.scalars(
        select(ImportBatch).where(ImportBatch.state == BatchState.STAGED).order_by(ImportBatch.proposed_at)
    )
    return [_facts(work, row) for row in rows if policy.may_accept(work.actor, row)]


def batch(work: Work, batch_id: UUID) -> Batch:
    """One import."""
    work.require(policy.may_read_batches)
    row = work.session.get(ImportBatch, batch_id)
    if row is None:
        raise NotFound("no such batch")
    return _facts(work, row)


def batch_file(work: Work, batch_id: UUID) -> BatchFile:
    """One import with what a second person weighs before accepting it."""
    found = batch(work, batch_id)
    hands = {found.proposed_by, found.signed_by, found.rejected_by}
    by_command = found.proposed_by == OPERATOR.id
    return BatchFile(found, oddities(work, batch_id), accounts.display_names(work, hands), by_command)


def batch_called(work: Work, beginning: str) -> Batch:
    """The one import whose id begins with these letters."""
    work.require(policy.may_read_batches)
    if len(beginning) < _FEWEST_LETTERS or not beginning.replace("-", "").isalnum():
        raise Invalid(f"Give the batch's id, or at least its first {_FEWEST_LETTERS} letters.")
    found = work.session.scalars(
        select(ImportBatch).where(cast(ImportBatch.id, Text).startswith(beginning.lower())).limit(2)
    ).all()
    if len(found) != 1:
        raise NotFound(f"{'no' if not found else 'more than one'} batch begins with {beginning}")
    return _facts(work, found[0])


def fates(work: Work, batch_id: UUID) -> list[Told]:
    """The fate of every file of an import, in the order of the folder."""
    return _told(work, batch_id)


def files_with(work: Work, batch_id: UUID, word: Fate | Oddity, page: int = 1) -> Page[Told]:
    """The files of an import that met one fate or show one oddity, page by page."""
    work.require(policy.may_read_batches)
    rows = _told(work, batch_id, word, PAGE_SIZE + 1, (page - 1) * PAGE_SIZE)
    return page_of(rows, page)


def oddities(work: Work, batch_id: UUID) -> dict[Oddity, int]:
    """How many files of an import show which oddity."""
    work.require(policy.may_read_batches)
    word = func.unnest(ImportFile.oddities).label("word")
    each = select(word).where(ImportFile.batch_id == batch_id).subquery()
    rows = work.session.execute(select(each.c.word, func.count()).group_by(each.c.word).order_by(each.c.word))
    return {Oddity(name): count for name, count in rows}


def places(work: Work, batch_id: UUID) -> frozenset[bytes]:
    """Which files of a resumed import are already done."""
    return frozenset(work.session.scalars(select(ImportFile.place).where(ImportFile.batch_id == batch_id)))


def paths_of_contents(work: Work, hashes: Collection[str]) -> dict[str, str]:
    """Under which path each of these contents is already held; those that are not held are left out."""
    rows = work.session.execute(
        select(ImportFile.sha256, ImportFile.path)
        .join(ImportBatch, ImportBatch.id == ImportFile.batch_id)
        .where(ImportFile.sha256.in_(hashes), ImportFile.fate == Fate.STORED)
        .where(ImportBatch.state != BatchState.REJECTED)
        .order_by(ImportBatch.proposed_at.desc(), ImportFile.position.desc())
    )
    return {
        sha256: path for sha256, path in rows if sha256 is not None
    }  # the first to come in is the last here


def held(work: Work) -> list[Held]:
    """Everything the archive holds, whether accepted or staged."""
    work.require(policy.may_read_batches)
    rows = work.session.execute(
        select(ImportFile.object_id, ImportFile.path)
        .where(ImportFile.object_id.is_not(None))
        .order_by(ImportFile.batch_id, ImportFile.position)
    )
    return [Held(object_id, path) for object_id, path in rows if object_id]


def _told(
    work: Work, batch_id: UUID, only: Fate | Oddity | None = None, limit: int | None = None, offset: int = 0
) -> list[Told]:
    query = select(
        ImportFile.path,
        ImportFile.fate,
        ImportFile.reason,
        ImportFile.oddities,
        ImportFile.original_path,
        ImportFile.is_counted,
    ).where(ImportFile.batch_id == batch_id)
    if isinstance(only, Fate):
        query = query.where(ImportFile.fate == only)
    elif only is not None:
        query = query.where(literal(only.value) == any_(ImportFile.oddities))
    rows = work.session.execute(query.order_by(ImportFile.position).limit(limit).offset(offset))
    return [
        Told(path, fate, reason, _words(odd), original, counted)
        for path, fate, reason, odd, original, counted in rows
    ]


def _words(written: Iterable[str]) -> tuple[Oddity, ...]:
    return tuple(Oddity(word) for word in written)


def _facts(work: Work, row: ImportBatch) -> Batch:
    return Batch(
        id=row.id,
        version=row.version,
        source=row.source,
        folder=row.folder,
        layout=row.layout,
        state=row.state,
        counts=Counts(row.stored, row.duplicates, row.refused, row.ignored, row.missing),
        numbers=row.numbers,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        rejected_by=row.rejected_by,
        rejected_at=row.rejected_at,
        reason=row.reason,
        may_accept=policy.may_accept(work.actor, row),
        may_reject=policy.may_reject(work.actor, row),
    )
