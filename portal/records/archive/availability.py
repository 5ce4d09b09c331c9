"""What becomes visible when a batch is accepted, and what goes when it is not: statements on many rows."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, case, delete, func, null, select, update

from portal.kernel.work import Work
from portal.records.archive.models import ImportFile, Record, RecordItem
from portal.records.vocab import FileKind, RecordState


def make_available(work: Work, batch_id: UUID) -> None:
    """Open a batch's items and records to those who compare; a changed first day is a changed record."""
    work.session.execute(
        update(RecordItem).where(RecordItem.batch_id == batch_id).values(available=True),
        execution_options={"synchronize_session": False},
    )
    first_day = _first_day()
    touched = Record.id.in_(_people_of(batch_id))
    work.session.execute(
        update(Record)
        .where(touched, Record.available, Record.photographed_on.is_distinct_from(first_day))
        .where(Record.state != RecordState.WITHDRAWN)
        .values(
            version=Record.version + 1,
            state=case(
                (Record.state == RecordState.CONFIRMED, RecordState.CORRECTED.value), else_=Record.state
            ),
            proposed_by=null(),
            proposed_at=null(),
            reason=null(),
            fingerprint=null(),
            signed_by=null(),
            signed_at=null(),
        ),
        execution_options={"synchronize_session": False},
    )
    work.session.execute(
        update(Record).where(touched).values(available=True, photographed_on=first_day),
        execution_options={"synchronize_session": False},
    )


def forget(work: Work, batch_id: UUID) -> None:
    """Take away a batch's items, and the people of whom nothing else is held."""
    people = list(work.session.scalars(_people_of(batch_id).distinct()))
    work.session.execute(delete(RecordItem).where(RecordItem.batch_id == batch_id))
    held_elsewhere = select(RecordItem.record_id).where(RecordItem.record_id.in_(people))
    work.session.execute(delete(Record).where(Record.id.in_(people), Record.id.not_in(held_elsewhere)))
    another = select(RecordItem.batch_id).where(RecordItem.record_id == Record.id).limit(1)
    work.session.execute(
        update(Record).where(Record.batch_id == batch_id).values(batch_id=another.scalar_subquery()),
        execution_options={"synchronize_session": False},
    )


def _people_of(batch_id: UUID) -> Select[UUID | None]:
    return select(RecordItem.record_id).where(
        RecordItem.batch_id == batch_id, RecordItem.record_id.is_not(None)
    )


def _first_day() -> ScalarSelect[date | None]:
    """The day of the first available photograph; the days of papers are others and never stand here."""
    return (
        select(func.min(ImportFile.dated))
        .join(RecordItem, RecordItem.file_id == ImportFile.id)
        .where(RecordItem.record_id == Record.id, RecordItem.available)
        .where(RecordItem.kind == FileKind.PHOTOGRAPH)
        .correlate(Record)
        .scalar_subquery()
    )
