"""Facts, quotations and items of records; the database narrows them to what the actor may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, any_, func, not_, select

from portal.kernel.errors import NotFound
from portal.kernel.paging import PAGE_SIZE, Page, page_of
from portal.kernel.work import Work
from portal.records.archive import models as archive
from portal.records.archive.models import Record
from portal.records.truth import policy
from portal.records.truth.derivation import heard, strangers
from portal.records.truth.models import StatementRow
from portal.records.truth.vocab import ListedRecord, RecordFacts, RecordItem, Statement
from portal.records.values import read_year
from portal.records.vocab import FileKind, Part, RecordState

SPEAKING = (RecordState.CONFIRMED, RecordState.CORRECTED, RecordState.TRANSCRIBED)


def facts(work: Work, record_id: UUID) -> RecordFacts:
    """What one record says."""
    row = work.session.execute(_identities().where(Record.id == record_id)).one_or_none()
    if row is None:
        raise NotFound("no such record")
    return _facts(row, statements(work, record_id))


def standing_versions(work: Work, record_ids: Collection[UUID]) -> dict[UUID, tuple[int, RecordState]]:
    """How far some records have come, for whoever compares versions and fails closed."""
    rows = work.session.execute(
        select(Record.id, Record.version, Record.state).where(Record.id.in_(record_ids))
    )
    return {row.id: (row.version, row.state) for row in rows}


def facts_from(identity: RecordFacts, said: Sequence[Statement]) -> RecordFacts:
    """What a record says when exactly these quotations are held true."""
    return _facts(identity, said)


def comparable(work: Work) -> list[RecordFacts]:
    """Every available record of which a paper has been read."""
    said: dict[UUID, list[Statement]] = defaultdict(list)
    for record_id, part, value, kind, item_id in work.session.execute(_quotations()):
        if record_id:
            said[record_id].append(Statement(part, value, kind, item_id))
    rows = work.session.execute(_identities().where(Record.available, Record.state.in_(SPEAKING)))
    return [_facts(row, said[row.id]) for row in rows]


def statements(work: Work, record_id: UUID) -> list[Statement]:
    """What the papers of a record say, word for word, each with its source."""
    rows = work.session.execute(_quotations().where(archive.RecordItem.record_id == record_id))
    said = [Statement(part, value, kind, item_id) for _, part, value, kind, item_id in rows]
    return sorted(said, key=_in_order)


def set_aside(work: Work, record_id: UUID) -> list[Statement]:
    """The quotations of a record that two people no longer hold true; nothing is taken from them."""
    rows = work.session.execute(_quotations(held=False).where(archive.RecordItem.record_id == record_id))
    said = [Statement(part, value, kind, item_id) for _, part, value, kind, item_id in rows]
    return sorted(said, key=_in_order)


def items(work: Work, record_id: UUID) -> list[RecordItem]:
    """The photographs and papers of a record."""
    item = archive.RecordItem
    rows = work.session.execute(
        select(item.id, item.kind, item.object_id, item.media_type)
        .where(item.record_id == record_id)
        .order_by(item.kind, item.id)
    )
    return [RecordItem(*row) for row in rows]


def photographs(work: Work, record_id: UUID) -> int:
    """How many photographs a record holds."""
    item = archive.RecordItem
    counted = select(func.count()).where(item.record_id == record_id, item.kind == FileKind.PHOTOGRAPH)
    return work.session.scalar(counted) or 0


def unsettled(work: Work, page: int = 1) -> Page[ListedRecord]:
    """Records that have been read and are not yet confirmed; those already proposed come first."""
    work.require(policy.may_read)
    rows = work.session.scalars(
        select(Record)
        .where(Record.available, Record.state.in_(policy.UNSETTLED))
        .order_by(Record.proposed_at.nulls_last(), Record.id)
        .limit(PAGE_SIZE + 1)
        .offset((page - 1) * PAGE_SIZE)
    )
    return page_of([_listed(work, row) for row in rows], page)


def unread(work: Work) -> list[ListedRecord]:
    """Records of which no paper has been settled yet, in the order of branch and number."""
    work.require(policy.may_read)
    rows = work.session.scalars(
        select(Record)
        .where(Record.available, Record.state == RecordState.PRELIMINARY)
        .order_by(Record.branch, Record.number)
    )
    return [_listed(work, row) for row in rows]


def waiting_for_me(work: Work) -> list[ListedRecord]:
    """The records this person could confirm, the oldest proposal first."""
    work.require(policy.may_read)
    rows = work.session.scalars(
        select(Record)
        .where(Record.available, Record.state.in_(policy.UNSETTLED))
        .where(Record.proposed_by.is_not(None), Record.proposed_by != work.actor_id)
        .order_by(Record.proposed_at)
    )
    return [listed for row in rows if (listed := _listed(work, row)).may_confirm]


def _identities() -> Select[UUID, int, RecordState, str | None, str, date | None]:
    return select(
        Record.id, Record.version, Record.state, Record.branch, Record.number, Record.photographed_on
    )


def _quotations(*, held: bool = True) -> Select[UUID | None, Part, str, FileKind, UUID]:
    item = archive.RecordItem
    left_out = StatementRow.id == any_(Record.set_aside)
    return (
        select(item.record_id, StatementRow.part, StatementRow.value, item.kind, StatementRow.item_id)
        .join(item, item.id == StatementRow.item_id)
        .join(Record, Record.id == item.record_id)
        .where(not_(left_out) if held else left_out)
    )


def _facts(row: Any, said: Sequence[Statement]) -> RecordFacts:
    found = heard(said, strangers(said, row.branch, row.number))
    return RecordFacts(
        id=row.id,
        version=row.version,
        state=row.state,
        branch=row.branch,
        number=row.number,
        photographed_on=row.photographed_on,
        given=found.get(Part.GIVEN),
        father=found.get(Part.FATHER),
        grandfather=found.get(Part.GRANDFATHER),
        family=found.get(Part.FAMILY),
        mother=found.get(Part.MOTHER),
        mother_family=found.get(Part.MOTHER_FAMILY),
        birth_year=read_year(found.get(Part.BIRTH_YEAR, "")),
        died_on_stated=found.get(Part.DIED_ON),
        place_stated=found.get(Part.PLACE),
    )


def _listed(work: Work, row: Record) -> ListedRecord:
    may_confirm = policy.may_confirm(work.actor, row)
    return ListedRecord(row.id, row.branch, row.number, row.state, row.proposed_at, may_confirm)


def _in_order(said: Statement) -> tuple[int, str, str]:
    return list(Part).index(said.part), said.source_kind.value, str(said.item_id)
