"""Read a paper: two people apart from each other; where they differ a third decides."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, text

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.crypto import decrypt_field
from portal.kernel.errors import NotFound
from portal.kernel.work import Work
from portal.records.archive import service as archive
from portal.records.archive.models import RecordItem
from portal.records.archive.vocab import Opened
from portal.records.transcription import policy
from portal.records.transcription.agreement import differing
from portal.records.transcription.models import ReadingRow, Transcription
from portal.records.transcription.vocab import Reading, ReadingState
from portal.records.truth import service as truth
from portal.records.vocab import PAPERS
from portal.vault.service import Vault

READING = "reading"
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended(:item, 720106))")


def open_paper(work: Work, vault: Vault, item_id: UUID) -> Opened:
    """Show a paper to a transcriber, drawn anew; the opening is remembered."""
    work.require(policy.may_transcribe)
    _require_paper(work, item_id)
    return archive.open_original(work, vault, item_id, READING)


def write_reading(work: Work, item_id: UUID, reading: Reading) -> ReadingState:
    """Keep one person's reading; the second one is compared with the first, which its writer never saw."""
    state = _state(work, item_id)
    work.require(policy.may_read, state.state if state else None, _has_read(work, item_id))
    if state is None:
        work.session.add(Transcription(item_id=item_id))
        work.session.flush()  # the database takes a reading only of a paper that somebody has begun
        _keep(work, item_id, 1, reading)
        return ReadingState.READ_ONCE
    _keep(work, item_id, 2, reading)
    return _compared(work, state, reading)


def settle_dispute(work: Work, item_id: UUID, reading: Reading) -> None:
    """Decide as the third person what the paper says."""
    state = _state(work, item_id)
    work.require(policy.may_settle, state.state if state else None, _has_read(work, item_id))
    if state is None:
        raise NotFound("nobody has read this paper")
    _keep(work, item_id, 3, reading)
    _take_over(work, state, ReadingState.SETTLED, reading)
    audit.record(work, Event.RECORDS_READING_SETTLED, item_id)


def _compared(work: Work, state: Transcription, second: Reading) -> ReadingState:
    sealed: bytes = work.session.scalars(select(func.portal_reading_beside(state.item_id))).one()
    first = Reading.from_canonical(decrypt_field(bytes(sealed), "reading.content"))
    if parts := differing(first, second):
        state.state = ReadingState.DISPUTED
        audit.record(work, Event.RECORDS_READING_DISPUTED, state.item_id, detail={"parts": len(parts)})
    else:
        _take_over(work, state, ReadingState.AGREED, first)
        audit.record(work, Event.RECORDS_READING_AGREED, state.item_id)
    return state.state


def _take_over(work: Work, state: Transcription, settled: ReadingState, reading: Reading) -> None:
    state.state = settled
    work.session.flush()  # the database takes quotations only from a settled paper
    truth.take_over(work, state.item_id, reading.quoted)


def _keep(work: Work, item_id: UUID, place: int, reading: Reading) -> None:
    work.session.add(
        ReadingRow(
            item_id=item_id,
            place=place,
            reader_id=work.actor_id,
            content=reading.canonical(),
            written_at=work.now,
        )
    )
    work.session.flush()  # the comparison is open only to who has written a reading
    audit.record(work, Event.RECORDS_READING_WRITTEN, item_id, detail={"place": place})


def _state(work: Work, item_id: UUID) -> Transcription | None:
    _require_paper(work, item_id)
    # Two people may press the button in the same second; one waits for the other.
    work.session.execute(_ONE_AT_A_TIME, {"item": str(item_id)})
    return work.session.get(Transcription, item_id)


def _has_read(work: Work, item_id: UUID) -> bool:
    mine = select(ReadingRow.id).where(ReadingRow.item_id == item_id, ReadingRow.reader_id == work.actor_id)
    return work.session.scalar(mine) is not None


def _require_paper(work: Work, item_id: UUID) -> None:
    found = select(RecordItem.id).where(
        RecordItem.id == item_id, RecordItem.available, RecordItem.kind.in_(PAPERS)
    )
    if work.session.scalar(found) is None:
        raise NotFound("no such paper")
