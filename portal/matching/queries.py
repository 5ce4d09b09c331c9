"""Which match stands, and what waits for whose verdict."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, select

from portal.accounts import queries as accounts
from portal.kernel.errors import NotFound
from portal.kernel.work import Work
from portal.matching import policy
from portal.matching.models import Match, MatchReasoning, MatchReview
from portal.matching.vocab import (
    ConfirmedMatch,
    Excluded,
    Ground,
    MatchFile,
    MatchState,
    Reasoning,
    Review,
    StandingMatch,
    WaitingMatch,
)


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
    work.require(policy.may_compare)
    judged = exists().where(MatchReview.match_id == Match.id, MatchReview.reviewer_id == work.actor_id)
    rows = work.session.execute(
        select(Match.id, Match.inquiry_id, Match.record_id, Match.version, Match.proposed_at)
        .where(Match.state.in_(policy.OPEN), Match.proposed_by != work.actor_id, ~judged)
        .order_by(Match.proposed_at)
    )
    return [WaitingMatch(*row) for row in rows]


def match_file(work: Work, match_id: UUID) -> MatchFile:
    """One match; the database keeps reasons and verdicts closed to whoever has not judged."""
    work.require(policy.may_compare)
    row = work.session.get(Match, match_id)
    if row is None:
        raise NotFound("no such match")
    reviews = reviews_of(work, match_id)
    judged = any(review.reviewer_id == work.actor.id for review in reviews)
    may_review = policy.may_review(work.actor, row.proposed_by, row.state) and not judged
    hands = (row.proposed_by, row.signed_by, *(review.reviewer_id for review in reviews))
    return MatchFile(
        id=row.id,
        version=row.version,
        inquiry_id=row.inquiry_id,
        record_id=row.record_id,
        record_version=row.record_version,
        state=MatchState.PROPOSED if may_review else row.state,
        renews=row.renews,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        reasoning=reasoning_of(work, match_id),
        reviews=reviews,
        people=accounts.display_names(work, hands),
        may_review=may_review,
    )


def standing(work: Work, inquiry_id: UUID) -> list[StandingMatch]:
    """What was proposed, confirmed, given back or excluded for one inquiry; without any reason."""
    work.require(policy.may_compare)
    rows = work.session.execute(
        select(Match.id, Match.record_id, Match.state)
        .where(Match.inquiry_id == inquiry_id, Match.state.not_in(policy.GONE))
        .order_by(Match.proposed_at)
    )
    return [StandingMatch(*row) for row in rows]


def exclusions(work: Work, inquiry_id: UUID) -> list[Excluded]:
    """The records found to be other people, with the reason where this person may read it."""
    work.require(policy.may_compare)
    rows = work.session.execute(
        select(Match.record_id, MatchReasoning.reason)
        .join(MatchReasoning, MatchReasoning.match_id == Match.id, isouter=True)
        .where(Match.inquiry_id == inquiry_id, Match.state == MatchState.EXCLUDED)
    )
    return [Excluded(record_id, reason or "") for record_id, reason in rows]


def proposed_inquiries(work: Work) -> frozenset[UUID]:
    """The inquiries for which a proposal waits for verdicts."""
    work.require(policy.may_compare)
    return frozenset(work.session.scalars(select(Match.inquiry_id).where(Match.state.in_(policy.OPEN))))


def reasoning_of(work: Work, match_id: UUID) -> Reasoning | None:
    """Why a match was proposed; nothing to whoever has not judged yet."""
    row = work.session.get(MatchReasoning, match_id)
    return None if row is None else Reasoning(row.level, tuple(map(Ground, row.grounds)), row.reason)


def reviews_of(work: Work, match_id: UUID) -> tuple[Review, ...]:
    """The verdicts on a match; nothing to whoever has not judged yet."""
    rows = work.session.scalars(
        select(MatchReview).where(MatchReview.match_id == match_id).order_by(MatchReview.reviewed_at)
    )
    return tuple(Review(row.reviewer_id, row.verdict, row.reason, row.reviewed_at) for row in rows)
