"""Photographs whose signs are not taken yet, and the pairs that wait for a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import aliased

from portal.kernel.paging import PAGE_SIZE, Page, page_of
from portal.kernel.work import Work
from portal.records.archive.models import ImportBatch, Record, RecordItem
from portal.records.likeness import policy
from portal.records.likeness.models import LikePair, PictureSigns
from portal.records.likeness.vocab import Pair, SameVerdict, Side
from portal.records.vocab import FileKind


def without_signs(work: Work, most: int) -> list[tuple[UUID, UUID]]:
    """Accepted photographs, and the objects that hold them, whose signs are not taken yet."""
    rows = work.session.execute(
        select(RecordItem.id, RecordItem.object_id)
        .outerjoin(PictureSigns, PictureSigns.item_id == RecordItem.id)
        .where(RecordItem.available, RecordItem.kind == FileKind.PHOTOGRAPH, PictureSigns.item_id.is_(None))
        .order_by(RecordItem.id)
        .limit(most)
    )
    return [(item_id, object_id) for item_id, object_id in rows]


def all_signs(work: Work) -> dict[UUID, int]:
    """The signs of every photograph that could be drawn."""
    work.require(policy.may_compare)
    rows = work.session.execute(
        select(PictureSigns.item_id, PictureSigns.signs).where(PictureSigns.signs.is_not(None))
    )
    return {item_id: int(signs, 16) for item_id, signs in rows if signs}


def pairs(work: Work, number: int = 1) -> Page[Pair]:
    """The pairs that wait for a person, the oldest first."""
    work.require(policy.may_read)
    rows = work.session.execute(
        _sides()
        .where(LikePair.verdict.is_(None))
        .order_by(LikePair.found_at, LikePair.id)
        .limit(PAGE_SIZE + 1)
        .offset((number - 1) * PAGE_SIZE)
    )
    return page_of([_pair(row) for row in rows], number)


def pair(work: Work, pair_id: UUID) -> Pair | None:
    """One pair, answered or not."""
    work.require(policy.may_read)
    row = work.session.execute(_sides().where(LikePair.id == pair_id)).first()
    return None if row is None else _pair(row)


def same_as(work: Work, record_id: UUID) -> list[Side]:
    """Where else a photograph of this record is filed, as a person has said; the records stay apart."""
    work.require(policy.may_read)
    rows = work.session.execute(_sides().where(LikePair.verdict == SameVerdict.SAME))
    found = [_pair(row) for row in rows]
    sides = [(each.first, each.second) for each in found] + [(each.second, each.first) for each in found]
    return [other for own, other in sides if own.record_id == record_id != other.record_id]


def _pair(row: Row[*tuple[Any, ...]]) -> Pair:
    found, one, first, whence, other, second, whence_other = row
    return Pair(
        found.id,
        _side(one, first, whence),
        _side(other, second, whence_other),
        found.found_at,
        found.verdict,
        found.reason,
    )


def _side(item: RecordItem, record: Record | None, batch: ImportBatch | None) -> Side:
    """Whoever may not see the imports is not told out of which archive it came."""
    return Side(
        item.id,
        record.id if record else None,
        record.branch if record else None,
        record.number if record else None,
        batch.source if batch else None,
    )


def _sides() -> Select[*tuple[Any, ...]]:
    one, other = aliased(RecordItem), aliased(RecordItem)
    first, second = aliased(Record), aliased(Record)
    whence, whence_other = aliased(ImportBatch), aliased(ImportBatch)
    return (
        select(LikePair, one, first, whence, other, second, whence_other)
        .join(one, one.id == LikePair.first_item_id)
        .join(other, other.id == LikePair.second_item_id)
        .outerjoin(whence, whence.id == one.batch_id)
        .outerjoin(whence_other, whence_other.id == other.batch_id)
        .outerjoin(first, first.id == one.record_id)
        .outerjoin(second, second.id == other.record_id)
    )
