"""Quotations with whether they are held true, proposed changes, and the versions that were signed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from uuid import UUID

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.kernel.errors import NotFound
from portal.kernel.work import Work
from portal.records.archive.models import Record, RecordItem
from portal.records.revision import policy
from portal.records.revision.models import Revision
from portal.records.revision.vocab import (
    History,
    Quoted,
    RevisionDesk,
    RevisionFile,
    Version,
    WaitingRevision,
)
from portal.records.truth import queries as truth
from portal.records.truth.models import RecordVersion, StatementRow
from portal.records.truth.vocab import RecordFacts, Statement
from portal.records.vocab import Part, RevisionKind, RevisionState


def quoted(work: Work, record_id: UUID) -> tuple[Quoted, ...]:
    """Everything that papers of a record say, each with whether it is held true now."""
    rows = work.session.execute(
        select(
            StatementRow.id,
            StatementRow.part,
            StatementRow.value,
            RecordItem.kind,
            StatementRow.item_id,
            Record.set_aside,
        )
        .join(RecordItem, RecordItem.id == StatementRow.item_id)
        .join(Record, Record.id == RecordItem.record_id)
        .where(Record.id == record_id)
    )
    found = [
        Quoted(row.id, Statement(row.part, row.value, row.kind, row.item_id), row.id not in row.set_aside)
        for row in rows
    ]
    order = list(Part)
    return tuple(sorted(found, key=lambda each: (str(each.said.item_id), order.index(each.said.part))))


def desk(work: Work, record_id: UUID) -> RevisionDesk:
    """A record before somebody who holds something in it wrong."""
    work.require(policy.may_read)
    facts = truth.facts(work, record_id)
    waiting = select(Revision.id).where(
        Revision.record_id == record_id, Revision.state == RevisionState.PROPOSED
    )
    return RevisionDesk(
        facts=facts,
        quoted=quoted(work, record_id),
        open_id=work.session.scalar(waiting),
        may_correct=policy.may_propose(work.actor, RevisionKind.CORRECTION, facts.state),
        may_withdraw=policy.may_propose(work.actor, RevisionKind.WITHDRAWAL, facts.state),
    )


def file_of(work: Work, revision_id: UUID) -> RevisionFile:
    """One proposed change, with what it would change word for word."""
    work.require(policy.may_read)
    row = work.session.get(Revision, revision_id)
    if row is None:
        raise NotFound("no such change")
    facts, said, out = truth.facts(work, row.record_id), quoted(work, row.record_id), set(row.set_aside)
    return RevisionFile(
        id=row.id,
        version=row.version,
        kind=row.kind,
        state=row.state,
        facts=facts,
        dropped=tuple(each.said for each in said if each.id in out and each.is_held),
        restored=tuple(each.said for each in said if each.id not in out and not each.is_held),
        kept=tuple(each.said for each in said if each.id not in out and each.is_held),
        ground=row.ground,
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        people=accounts.display_names(work, {row.proposed_by, row.signed_by, row.returned_by}),
        is_stale=row.state is RevisionState.PROPOSED and row.record_version != facts.version,
        may_answer=policy.may_answer(work.actor, row.proposed_by, row.state),
    )


def waiting_for_me(work: Work) -> list[WaitingRevision]:
    """The proposed changes this person could answer, the oldest first."""
    work.require(policy.may_read)
    rows = work.session.execute(
        select(Revision.id, Record.branch, Record.number, Revision.kind, Revision.proposed_at)
        .join(Record, Record.id == Revision.record_id)
        .where(Revision.state == RevisionState.PROPOSED, Revision.proposed_by != work.actor_id)
        .order_by(Revision.proposed_at)
    )
    return [WaitingRevision(*row) for row in rows]


def history(work: Work, record_id: UUID) -> History:
    """The versions of a record that two people signed, the newest first, each with what it changed."""
    work.require(policy.may_read)
    facts = truth.facts(work, record_id)
    words = {each.id: each.said for each in quoted(work, record_id)}
    rows = work.session.scalars(
        select(RecordVersion)
        .where(RecordVersion.record_id == record_id)
        .order_by(RecordVersion.version, RecordVersion.signed_at)
    ).all()
    hands = {person for row in rows for person in (row.proposed_by, row.signed_by)}
    return History(facts, tuple(_changes(rows, words))[::-1], accounts.display_names(work, hands))


def changed_since(work: Work, record_id: UUID, version: int) -> Version | None:
    """The signed version with this number, to be held against what the record says now."""
    return next((each for each in history(work, record_id).versions if each.number == version), None)


def facts_then(now: RecordFacts, version: Version) -> RecordFacts:
    """What a record said in a version that two people signed."""
    then = replace(now, version=version.number, state=version.state, photographed_on=version.photographed_on)
    return truth.facts_from(then, version.held)


def _changes(rows: Iterable[RecordVersion], words: dict[UUID, Statement]) -> Iterable[Version]:
    for before, row in pairwise((None, *rows)):
        held = set(row.held) if row else set()
        former = set(before.held) if before else held
        if row is not None:
            yield _version(
                row, before, _said(held, words), (_said(former - held, words), _said(held - former, words))
            )


def _version(
    row: RecordVersion,
    before: RecordVersion | None,
    held: tuple[Statement, ...],
    change: tuple[tuple[Statement, ...], tuple[Statement, ...]],
) -> Version:
    return Version(
        number=row.version,
        state=row.state,
        photographed_on=row.photographed_on,
        was_photographed_on=before.photographed_on if before else row.photographed_on,
        held=held,
        dropped=change[0],
        added=change[1],
        ground=row.ground,
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
    )


def _said(ids: set[UUID], words: dict[UUID, Statement]) -> tuple[Statement, ...]:
    order = list(Part)
    return tuple(
        sorted((words[each] for each in ids if each in words), key=lambda said: order.index(said.part))
    )
