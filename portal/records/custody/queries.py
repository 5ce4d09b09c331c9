"""Reads of custody in the archive's words: paths and numbers beside what the vault knows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from portal.accounts import queries as accounts
from portal.kernel.errors import NotFound
from portal.kernel.work import Work
from portal.records.archive.models import ImportBatch, ImportFile, Record, RecordItem
from portal.records.custody.vocab import NamedFinding, NamedHold, Report, Subject
from portal.vault.custody import queries as custody
from portal.vault.custody.vocab import Finding, Hold, HoldScope

_PARTS = " · "


def report(work: Work, period: timedelta) -> Report:
    """How whole the store is, with the paths of what is damaged."""
    waiting, settled = custody.open_findings(work), custody.settled_findings(work)
    paths = paths_of(work, [each.object_id for each in (*waiting, *settled)])
    names = accounts.display_names(work, {each.settled_by for each in settled})
    return Report(
        custody.coverage(work, period),
        tuple(_named(each, paths, names) for each in waiting),
        tuple(_named(each, paths, names) for each in settled),
    )


def damaged(work: Work) -> list[NamedFinding]:
    """What is damaged and waits for a custodian."""
    waiting = custody.open_findings(work)
    paths = paths_of(work, [each.object_id for each in waiting])
    return [_named(each, paths, {}) for each in waiting]


def finding(work: Work, finding_id: UUID) -> NamedFinding:
    """One finding with the path of its object."""
    found = custody.finding(work, finding_id)
    names = accounts.display_names(work, {found.settled_by})
    return _named(found, paths_of(work, [found.object_id]), names)


def holds(work: Work) -> list[NamedHold]:
    """Every legal hold, with what it covers."""
    found = custody.holds(work)
    names = _names_of(work, found)
    return [_named_hold(work, each, names) for each in found]


def hold(work: Work, hold_id: UUID) -> NamedHold:
    """One legal hold, with what it covers."""
    found = custody.hold(work, hold_id)
    return _named_hold(work, found, _names_of(work, [found]))


def batch_subject(work: Work, batch_id: UUID) -> Subject:
    """Everything one import brought, as something that may be held."""
    source = work.session.scalar(select(ImportBatch.source).where(ImportBatch.id == batch_id))
    if source is None:
        raise NotFound("no such batch")
    return Subject(HoldScope.BATCH, batch_id, source)


def record_subject(work: Work, record_id: UUID) -> Subject:
    """Everything of one record, as something that may be held."""
    row = work.session.execute(
        select(Record.branch, Record.number).where(Record.id == record_id)
    ).one_or_none()
    if row is None:
        raise NotFound("no such record")
    return Subject(HoldScope.RECORD, record_id, _numbered(*row))


def objects_of(work: Work, subject: Subject) -> list[UUID]:
    """The stored objects of an import or of a record."""
    column = RecordItem.batch_id if subject.scope is HoldScope.BATCH else RecordItem.record_id
    query = select(RecordItem.object_id).where(column == subject.about).distinct()
    return list(work.session.scalars(query))


def paths_of(work: Work, objects: Iterable[UUID]) -> dict[UUID, str]:
    """Under which path each object came in."""
    rows = work.session.execute(
        select(ImportFile.object_id, ImportFile.path).where(ImportFile.object_id.in_(set(objects)))
    )
    return {object_id: path for object_id, path in rows if object_id}


def source_of(work: Work, object_id: UUID) -> str | None:
    """Whose archive an object came with."""
    return work.session.scalar(
        select(func.min(ImportBatch.source))
        .join(ImportFile, ImportFile.batch_id == ImportBatch.id)
        .where(ImportFile.object_id == object_id)
    )


def _named(found: Finding, paths: dict[UUID, str], names: dict[UUID, str]) -> NamedFinding:
    settled_by = names.get(found.settled_by) if found.settled_by else None
    return NamedFinding(found, paths.get(found.object_id), settled_by)


def _named_hold(work: Work, found: Hold, names: dict[UUID, str]) -> NamedHold:
    hands = {found.proposed_by, found.signed_by, found.lift_asked_by, found.lifted_by}
    return NamedHold(found, names.get(found.about, ""), accounts.display_names(work, hands))


def _names_of(work: Work, found: Iterable[Hold]) -> dict[UUID, str]:
    about = {each.about for each in found}
    numbers = work.session.execute(
        select(Record.id, Record.branch, Record.number).where(Record.id.in_(about))
    )
    sources = work.session.execute(
        select(ImportBatch.id, ImportBatch.source).where(ImportBatch.id.in_(about))
    )
    named = {record_id: _numbered(branch, number) for record_id, branch, number in numbers}
    return named | {row.id: row.source for row in sources}


def _numbered(branch: str | None, number: str) -> str:
    return f"{branch or '–'}{_PARTS}{number}"
