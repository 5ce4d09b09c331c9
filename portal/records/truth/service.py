"""Take quotations over, open a record, and settle its truth by two people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import func, select

from portal.accounts import queries as accounts
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.crypto import fingerprint
from portal.kernel.dual_control import second_person
from portal.kernel.errors import Conflict, NotFound
from portal.kernel.work import Work
from portal.records.archive import service as archive
from portal.records.archive.models import Record, RecordItem
from portal.records.archive.vocab import Opened
from portal.records.truth import policy, queries
from portal.records.truth.derivation import differing, strangers
from portal.records.truth.models import RecordVersion, StatementRow
from portal.records.truth.vocab import RecordFacts, RecordFile, Signatures, Statement
from portal.records.vocab import PAPERS, Part, RecordState, WithdrawalGround
from portal.vault.service import Vault


def take_over(work: Work, item_id: UUID, quoted: Mapping[Part, str]) -> None:
    """Make a settled reading part of what the record says; whatever was signed before is void."""
    work.require(policy.may_take_over)
    for part, value in quoted.items():
        work.session.add(StatementRow(item_id=item_id, part=part, value=value, taken_at=work.now))
    if quoted:
        work.session.execute(select(func.portal_record_says_more(item_id)))


def open_record(work: Work, record_id: UUID, case_id: UUID | None = None) -> RecordFile:
    """Open a record; who looked, and for which case, is remembered."""
    work.require(policy.may_read)
    record = work.session.get(Record, record_id)
    if record is None:
        raise NotFound("no such record")
    audit.record(work, Event.RECORDS_RECORD_READ, record_id, case_id=case_id)
    said = queries.statements(work, record_id)
    return RecordFile(
        facts=queries.facts(work, record_id),
        statements=tuple(said),
        differing=differing(said),
        strangers=strangers(said, record.branch, record.number),
        papers=tuple(item for item in queries.items(work, record_id) if item.kind in PAPERS),
        photographs=queries.photographs(work, record_id),
        set_aside=tuple(queries.set_aside(work, record_id)),
        signatures=Signatures(
            record.proposed_by, record.proposed_at, record.reason, record.signed_by, record.signed_at
        ),
        people=accounts.display_names(work, {record.proposed_by, record.signed_by}),
        may_propose=policy.may_propose(work.actor, record),
        may_confirm=policy.may_confirm(work.actor, record),
        may_correct=policy.may_change(work.actor) and record.state in policy.CORRECTABLE,
        may_withdraw=policy.may_change(work.actor) and record.state is not RecordState.WITHDRAWN,
    )


def open_item(work: Work, vault: Vault, item_id: UUID, reason: str) -> Opened:
    """Open one photograph or paper, drawn anew; `reason` is a word of ours, and the opening is remembered."""
    work.require(policy.may_read)
    return archive.open_original(work, vault, item_id, reason)


def propose_truth(work: Work, record_id: UUID, reason: str) -> None:
    """Say as the first person that the record speaks truly; an earlier proposal is replaced."""
    record = _locked(work, record_id)
    work.require(policy.may_propose, record)
    record.proposed_by, record.proposed_at, record.reason = work.actor_id, work.now, reason
    record.fingerprint = _fingerprint(work, record_id)
    audit.record(work, Event.RECORDS_RECORD_PROPOSED, record_id, detail={"version": record.version})


def confirm_truth(work: Work, record_id: UUID, seen_version: int) -> None:
    """Give the second signature, under exactly what the first person proposed."""
    record = _locked(work, record_id)
    work.require(policy.may_confirm, record)
    if record.fingerprint != _fingerprint(work, record_id):
        raise Conflict("the record says something else than what was proposed")
    second_person(record, work.actor_id, seen_version)
    record.state, record.signed_at = RecordState.CONFIRMED, work.now
    work.session.flush()  # a version is remembered of what the table holds
    remember(work, record)
    audit.record(work, Event.RECORDS_RECORD_CONFIRMED, record_id, detail={"version": record.version})


def remember(work: Work, record: Record, ground: WithdrawalGround | None = None) -> None:
    """Keep what two people have signed just now, so that it can be read when a later version follows."""
    items = select(RecordItem.id).where(RecordItem.record_id == record.id)
    said = select(StatementRow.id).where(StatementRow.item_id.in_(items)).order_by(StatementRow.id)
    left_out = set(record.set_aside)
    work.session.add(
        RecordVersion(
            record_id=record.id,
            version=record.version,
            state=record.state,
            photographed_on=record.photographed_on,
            held=[each for each in work.session.scalars(said) if each not in left_out],
            ground=ground,
            reason=record.reason,
            proposed_by=record.proposed_by,
            proposed_at=record.proposed_at,
            signed_by=record.signed_by,
            signed_at=record.signed_at,
        )
    )


def _locked(work: Work, record_id: UUID) -> Record:
    record = work.session.scalar(
        select(Record).where(Record.id == record_id, Record.available).with_for_update()
    )
    if record is None:
        raise NotFound("no such record")
    return record


def _fingerprint(work: Work, record_id: UUID) -> str:
    return fingerprint(_signed(queries.facts(work, record_id), queries.statements(work, record_id)))


def _signed(facts: RecordFacts, said: list[Statement]) -> dict[str, object]:
    """What a signature covers: all that the record says, not how far it is settled."""
    known = {name: value for name, value in asdict(facts).items() if name not in {"state", "version"}}
    quoted = [[one.part, one.value, one.source_kind, str(one.item_id)] for one in said]
    return known | {"statements": quoted}
