"""Matches that no longer stand on their record, and what waits for a second person."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from portal.kernel.work import Work
from portal.matching.models import Match
from portal.matching.policy import OPEN
from portal.matching.renewal import policy
from portal.matching.renewal.models import MatchReversal
from portal.matching.renewal.vocab import FIELDS, Field, ReversalFile, StaleMatch, Standing
from portal.matching.vocab import MatchState
from portal.records.truth import queries as records
from portal.records.truth.vocab import RecordFacts
from portal.records.vocab import RecordState


def stale(work: Work) -> list[StaleMatch]:
    """The confirmed matches whose record has changed since, the oldest first."""
    work.require(policy.may_read)
    rows = work.session.execute(
        select(Match.id, Match.inquiry_id, Match.record_id, Match.record_version, Match.signed_at)
        .where(Match.state == MatchState.CONFIRMED)
        .order_by(Match.signed_at)
    ).all()
    now = records.standing_versions(work, {row.record_id for row in rows})
    return [
        StaleMatch(row.id, row.inquiry_id, row.record_id, why, row.signed_at)
        for row in rows
        if row.record_id in now and (why := standing(row.record_version, *now[row.record_id]))
    ]


def standing(compared: int, version: int, state: RecordState) -> Standing | None:
    """Why a match of this version no longer stands; nothing when it does."""
    if state is RecordState.WITHDRAWN:
        return Standing.WITHDRAWN
    if state is not RecordState.CONFIRMED:
        return Standing.UNSETTLED
    return None if version == compared else Standing.CHANGED


def renewal_of(work: Work, match_id: UUID) -> UUID | None:
    """The renewal of a match that waits for verdicts."""
    return work.session.scalar(select(Match.id).where(Match.renews == match_id, Match.state.in_(OPEN)))


def reversal_of(work: Work, match_id: UUID) -> ReversalFile | None:
    """The reversal that somebody has proposed of a match."""
    row = work.session.scalar(select(MatchReversal).where(MatchReversal.match_id == match_id))
    if row is None:
        return None
    return ReversalFile(
        id=row.id,
        version=row.version,
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        may_sign=policy.may_sign(work.actor, row.proposed_by, row.signed_by),
    )


def reversals_for_me(work: Work) -> list[StaleMatch]:
    """The reversals this person could sign."""
    work.require(policy.may_read)
    rows = work.session.execute(
        select(Match.id, Match.inquiry_id, Match.record_id, MatchReversal.proposed_at)
        .join(MatchReversal, MatchReversal.match_id == Match.id)
        .where(MatchReversal.signed_by.is_(None), MatchReversal.proposed_by != work.actor_id)
        .order_by(MatchReversal.proposed_at)
    )
    return [
        StaleMatch(row.id, row.inquiry_id, row.record_id, Standing.CHANGED, row.proposed_at) for row in rows
    ]


def side_by_side(then: RecordFacts | None, now: RecordFacts) -> tuple[Field, ...]:
    """The fields of a record as they were compared and as they are."""
    if then is None:
        return ()
    return tuple(Field(name, getattr(then, name), getattr(now, name)) for name in FIELDS)
