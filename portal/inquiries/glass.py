"""Opening a case outside one's assignment: for an hour, with a reason that an auditor reads afterwards."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.inquiries import policy, queries
from portal.inquiries.models import BreakGlass
from portal.inquiries.vocab import OutsideOpening
from portal.kernel.errors import Conflict, NotFound, ReasonNeeded
from portal.kernel.ids import new_id
from portal.kernel.paging import PAGE_SIZE, Page, page_of
from portal.kernel.work import Work

LASTS = timedelta(hours=1)


def ask_for_reason(work: Work, inquiry_id: UUID) -> None:
    """Go on when the case is one of the actor's own, waits for their word, or was opened by them with a reason."""
    queries.reference_of(work, inquiry_id)  # a case nobody may see asks for no reason either
    if not work.session.scalar(select(func.portal_opens_without_reason(inquiry_id, work.now))):
        raise ReasonNeeded(inquiry_id)


def break_glass(work: Work, inquiry_id: UUID, reason: str) -> None:
    """Open a case outside one's assignment for an hour; its family sees at once that this happened."""
    work.require(policy.may_read)
    queries.reference_of(work, inquiry_id)
    if work.session.scalar(select(func.portal_opens_without_reason(inquiry_id, work.now))):
        return  # asked twice, or assigned meanwhile: it is open already
    work.session.add(
        BreakGlass(
            id=new_id(),
            inquiry_id=inquiry_id,
            account_id=work.actor_id,
            reason=reason,
            opened_at=work.now,
            until=work.now + LASTS,
        )
    )
    audit.record(work, Event.INQUIRIES_INQUIRY_OPENED_OUTSIDE, inquiry_id, case_id=inquiry_id)


def outside_openings(work: Work, number: int) -> Page[OutsideOpening]:
    """Cases that were opened outside an assignment, newest first, with the reasons that were given."""
    work.require(policy.may_review_openings)
    query = select(BreakGlass).order_by(BreakGlass.opened_at.desc(), BreakGlass.id)
    rows = work.session.scalars(query.limit(PAGE_SIZE + 1).offset((number - 1) * PAGE_SIZE)).all()
    return page_of([_facts(row) for row in rows], number)


def outside_opening(work: Work, opening_id: UUID) -> OutsideOpening:
    """One of them."""
    work.require(policy.may_review_openings)
    row = work.session.get(BreakGlass, opening_id)
    if row is None:
        raise NotFound("no such opening")
    return _facts(row)


def review_opening(work: Work, opening_id: UUID, review: str) -> None:
    """Say what one thinks of a reason; once, and never of one's own."""
    opening = outside_opening(work, opening_id)
    work.require(policy.may_review_opening, opening.account_id)
    row = work.session.scalar(
        select(BreakGlass)
        .where(BreakGlass.id == opening_id, BreakGlass.reviewed_by.is_(None))
        .with_for_update()
    )
    if row is None:
        raise Conflict("somebody else has reviewed this opening")
    row.reviewed_by, row.reviewed_at, row.review = work.actor_id, work.now, review
    audit.record(work, Event.INQUIRIES_OPENING_REVIEWED, opening_id, case_id=opening.inquiry_id)


def _facts(row: BreakGlass) -> OutsideOpening:
    return OutsideOpening(
        id=row.id,
        inquiry_id=row.inquiry_id,
        account_id=row.account_id,
        reason=row.reason,
        opened_at=row.opened_at,
        reviewed_by=row.reviewed_by,
        reviewed_at=row.reviewed_at,
        review=row.review,
    )
