"""Which match stands, and what waits for whose verdict."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, select

from portal.kernel.work import Work
from portal.matching import policy
from portal.matching.models import Match, MatchReview
from portal.matching.vocab import ConfirmedMatch, MatchState, WaitingMatch

_OPEN = (MatchState.PROPOSED, MatchState.PANEL)


def confirmed_match(work: Work, inquiry_id: UUID) -> ConfirmedMatch | None:
    """The match that stands for one inquiry, if this person may know of it."""
    work.require(policy.may_read)
    row = work.session.execute(
        select(
            Match.id,
            Match.inquiry_id,
            Match.record_id,
            Match.record_version,
            Match.level,
            Match.proposed_by,
            Match.signed_by,
        ).where(Match.inquiry_id == inquiry_id, Match.state == MatchState.CONFIRMED)
    ).one_or_none()
    if row is None or row.level is None or row.signed_by is None:
        return None
    return ConfirmedMatch(
        row.id,
        row.inquiry_id,
        row.record_id,
        row.record_version,
        row.level,
        row.proposed_by,
        row.signed_by,
    )


def inquiries_matched_to(work: Work, record_id: UUID) -> list[UUID]:
    """The inquiries whose person this record is confirmed to be; families file more than once."""
    work.require(policy.may_read)
    return list(
        work.session.scalars(
            select(Match.inquiry_id).where(Match.record_id == record_id, Match.state == MatchState.CONFIRMED)
        )
    )


def waiting_for_me(work: Work) -> list[WaitingMatch]:
    """The proposals this person could judge and has not judged yet."""
    work.require(policy.may_read)
    judged = exists().where(MatchReview.match_id == Match.id, MatchReview.reviewer_id == work.actor_id)
    rows = work.session.execute(
        select(Match.id, Match.inquiry_id, Match.record_id, Match.version, Match.proposed_at)
        .where(Match.state.in_(_OPEN), Match.proposed_by != work.actor_id, ~judged)
        .order_by(Match.proposed_at)
    )
    return [WaitingMatch(*row) for row in rows]
