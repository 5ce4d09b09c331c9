"""What waits for a transcriber: papers not yet read by them, and papers on which two others differ."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from portal.kernel.errors import NotFound
from portal.kernel.work import Work
from portal.records.archive.models import RecordItem
from portal.records.transcription import policy
from portal.records.transcription.agreement import differing
from portal.records.transcription.models import ReadingRow, Transcription
from portal.records.transcription.vocab import Dispute, Paper, Reading, ReadingState
from portal.records.vocab import PAPERS, FileKind


def next_paper(work: Work, after: UUID | None = None) -> UUID | None:
    """A paper this person can still read; `after` passes one over without saying no to it for ever."""
    work.require(policy.may_transcribe)
    return _next(work, _to_read(work), after)


def next_dispute(work: Work, after: UUID | None = None) -> UUID | None:
    """A paper on which two others differ, for this person to decide."""
    work.require(policy.may_transcribe)
    return _next(work, _to_settle(work), after)


def waiting(work: Work) -> tuple[int, int]:
    """How many papers this person can still read, and how many they can decide on."""
    work.require(policy.may_transcribe)
    counts = (select(func.count()).select_from(q.subquery()) for q in (_to_read(work), _to_settle(work)))
    to_read, to_settle = (work.session.scalar(count) or 0 for count in counts)
    return to_read, to_settle


def paper(work: Work, item_id: UUID) -> Paper:
    """A paper this person can read now; for any other there is no such paper."""
    return _paper(work, _to_read(work), item_id)


def dispute(work: Work, item_id: UUID) -> Dispute:
    """A paper and its two readings, for the third person; who wrote them is not told."""
    found = _paper(work, _to_settle(work), item_id)
    contents = work.session.scalars(
        select(ReadingRow.content).where(ReadingRow.item_id == item_id).order_by(ReadingRow.content)
    )
    one, other = (Reading.from_canonical(content) for content in contents)
    return Dispute(found, one, other, differing(one, other))


def _to_read(work: Work) -> Select[UUID, FileKind, str, int]:
    return _papers(work, or_(Transcription.state.is_(None), Transcription.state == ReadingState.READ_ONCE))


def _to_settle(work: Work) -> Select[UUID, FileKind, str, int]:
    return _papers(work, Transcription.state == ReadingState.DISPUTED)


def _papers(work: Work, state: ColumnElement[bool]) -> Select[UUID, FileKind, str, int]:
    read_by_me = exists().where(ReadingRow.item_id == RecordItem.id, ReadingRow.reader_id == work.actor_id)
    return (
        select(RecordItem.id, RecordItem.kind, RecordItem.media_type, RecordItem.pages)
        .outerjoin(Transcription, Transcription.item_id == RecordItem.id)
        .where(RecordItem.available, RecordItem.kind.in_(PAPERS), state, ~read_by_me)
    )


def _paper(work: Work, among: Select[UUID, FileKind, str, int], item_id: UUID) -> Paper:
    work.require(policy.may_transcribe)
    row = work.session.execute(among.where(RecordItem.id == item_id)).one_or_none()
    if row is None:
        raise NotFound("no such paper for this person")
    return Paper(*row)


def _next(work: Work, among: Select[UUID, FileKind, str, int], after: UUID | None) -> UUID | None:
    # Ids are random, so their order is no order of persons, days or branches.
    ordered = among.order_by(RecordItem.id).limit(1)
    found = work.session.scalar(ordered.where(RecordItem.id > after) if after else ordered)
    return found or (work.session.scalar(ordered) if after else None)
