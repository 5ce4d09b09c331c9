"""Correct a record or withdraw it: proposed by one, answered by another; every former version stays."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.crypto import fingerprint
from portal.kernel.errors import Conflict, Invalid, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.records.archive.models import Record
from portal.records.revision import policy, queries
from portal.records.revision.models import Revision
from portal.records.revision.vocab import History, RevisionDesk, RevisionFile, Withdrawal
from portal.records.truth import service as truth
from portal.records.vocab import RecordState, RevisionKind, WithdrawalGround


class NothingHeld(Invalid):
    """A record of which nothing is held true is not corrected; it is withdrawn."""


class NothingChanged(Invalid):
    """A correction changes which quotations are held true."""


def open_desk(work: Work, record_id: UUID) -> RevisionDesk:
    """Open a record in order to change it; the reading is remembered."""
    found = queries.desk(work, record_id)
    audit.record(work, Event.RECORDS_RECORD_READ, record_id)
    return found


def open_revision(work: Work, revision_id: UUID) -> RevisionFile:
    """Open a proposed change; the reading is remembered."""
    found = queries.file_of(work, revision_id)
    audit.record(work, Event.RECORDS_RECORD_READ, found.facts.id)
    return found


def read_history(work: Work, record_id: UUID) -> History:
    """Read the former versions of a record; the reading is remembered."""
    found = queries.history(work, record_id)
    audit.record(work, Event.RECORDS_HISTORY_READ, record_id)
    return found


def propose_correction(work: Work, record_id: UUID, held: Collection[UUID], reason: str) -> UUID:
    """Say as the first person which quotations are held true from now on; nobody writes words of their own."""
    record = _locked(work, record_id)
    work.require(policy.may_propose, RevisionKind.CORRECTION, record.state)
    known = {each.id for each in queries.quoted(work, record_id)}
    if not set(held) <= known:
        raise Invalid("only what a paper of this record says can be held true")
    if not held:
        raise NothingHeld("nothing would be held true")
    out = sorted(known - set(held))
    if set(out) == set(record.set_aside):
        raise NothingChanged("this is held true already")
    return _propose(work, record, Revision(kind=RevisionKind.CORRECTION, set_aside=out, reason=reason))


def propose_withdrawal(work: Work, record_id: UUID, why: Withdrawal) -> UUID:
    """Say as the first person that a record must not stand: nobody may rest on it any more."""
    record = _locked(work, record_id)
    work.require(policy.may_propose, RevisionKind.WITHDRAWAL, record.state)
    row = Revision(
        kind=RevisionKind.WITHDRAWAL,
        set_aside=list(record.set_aside),
        ground=WithdrawalGround(why.ground),
        reason=why.reason,
    )
    return _propose(work, record, row)


def sign(work: Work, revision_id: UUID, seen_version: int) -> None:
    """Let a change count, as the second person: the record has a new version, and the former one stays.

    Whatever rests on the former version stands no more from this moment; it is looked at anew, one by one.
    """
    row = _open(work, revision_id)
    record = _locked(work, row.record_id)
    work.require(policy.may_answer, row.proposed_by, row.state)
    if record.version != row.record_version or row.fingerprint != _fingerprint(work, record, row):
        raise Conflict("the record says something else than when this was proposed")
    row.sign(work.actor_id, seen_version, work.now)
    work.session.flush()  # the database changes a record only on a signed change
    _change(record, row)
    work.session.flush()  # a version is remembered of what the table holds
    truth.remember(work, record, row.ground)
    event = _DONE[row.kind]
    audit.record(work, event, record.id, detail={"version": record.version, "revision": str(row.id)})


def give_back(work: Work, revision_id: UUID, seen_version: int) -> None:
    """Say no as the second person; the record stays as it is."""
    row = _open(work, revision_id)
    work.require(policy.may_answer, row.proposed_by, row.state)
    row.give_back(work.actor_id, seen_version, work.now)
    audit.record(work, Event.RECORDS_REVISION_RETURNED, row.record_id, detail={"revision": str(row.id)})


_DONE = {
    RevisionKind.CORRECTION: Event.RECORDS_RECORD_CORRECTED,
    RevisionKind.WITHDRAWAL: Event.RECORDS_RECORD_WITHDRAWN,
}
_THEN = {
    RevisionKind.CORRECTION: RecordState.CONFIRMED,
    RevisionKind.WITHDRAWAL: RecordState.WITHDRAWN,
}


def _propose(work: Work, record: Record, row: Revision) -> UUID:
    row.id, row.record_id, row.record_version = new_id(), record.id, record.version
    row.proposed_by, row.proposed_at = work.actor_id, work.now
    row.fingerprint = _fingerprint(work, record, row)
    work.session.add(row)
    try:
        work.session.flush()  # of two proposals at the same moment the table lets one through
    except IntegrityError as error:
        raise Conflict("a change of this record waits for its answer already") from error
    detail = {"kind": row.kind.value, "revision": str(row.id)}
    audit.record(work, Event.RECORDS_REVISION_PROPOSED, record.id, detail=detail)
    return row.id


def _change(record: Record, row: Revision) -> None:
    record.version += 1
    record.state, record.set_aside = _THEN[row.kind], list(row.set_aside)
    record.proposed_by, record.proposed_at, record.reason = row.proposed_by, row.proposed_at, row.reason
    record.fingerprint, record.signed_by, record.signed_at = row.fingerprint, row.signed_by, row.signed_at


def _fingerprint(work: Work, record: Record, row: Revision) -> str:
    """What a signature covers: the change, and every quotation of the record as it stands now."""
    said = [
        [str(each.id), each.said.part, each.said.value, str(each.said.item_id), each.is_held]
        for each in queries.quoted(work, record.id)
    ]
    return fingerprint(
        {
            "record": str(record.id),
            "version": record.version,
            "photographed_on": str(record.photographed_on),
            "kind": row.kind,
            "ground": row.ground or "",
            "reason": row.reason,
            "set_aside": [str(each) for each in row.set_aside],
            "statements": said,
        }
    )


def _locked(work: Work, record_id: UUID) -> Record:
    record = work.session.scalar(
        select(Record).where(Record.id == record_id, Record.available).with_for_update()
    )
    if record is None:
        raise NotFound("no such record")
    return record


def _open(work: Work, revision_id: UUID) -> Revision:
    if work.session.get(Revision, revision_id) is None:
        raise NotFound("no such change")
    row = work.session.scalar(
        select(Revision)
        .where(Revision.id == revision_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise Conflict("this has its answer already")
    return row
