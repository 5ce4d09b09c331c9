"""Holds that stand, as approvers and the liaison of a case see them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, select

from portal.accounts import queries as accounts
from portal.disclosure.protection import policy
from portal.disclosure.protection.models import ProtectiveHold
from portal.disclosure.protection.vocab import StandingHold
from portal.inquiries import queries as inquiries
from portal.kernel.work import Work


def is_held(work: Work, inquiry_id: UUID) -> bool:
    """True while a relative may be under pressure: nobody reaches them, and nothing goes on."""
    return bool(work.session.scalar(select(func.portal_is_held(inquiry_id))))


def standing(work: Work) -> list[StandingHold]:
    """Every hold this person may see, the newest first."""
    work.require(policy.may_read)
    rows = work.session.scalars(
        select(ProtectiveHold)
        .where(ProtectiveHold.signed_by.is_(None))
        .order_by(ProtectiveHold.raised_at.desc())
    )
    return [_facts(work, row) for row in rows]


def hold_of(work: Work, inquiry_id: UUID) -> StandingHold | None:
    """The hold that stands for one file."""
    found = next((hold for hold in standing(work) if hold.inquiry_id == inquiry_id), None)
    if found is None:
        return None
    names = accounts.display_names(work, {found.proposed_by})
    return replace(found, proposer=names.get(found.proposed_by) if found.proposed_by else None)


def _facts(work: Work, row: ProtectiveHold) -> StandingHold:
    return StandingHold(
        id=row.id,
        version=row.version,
        inquiry_id=row.inquiry_id,
        reference=inquiries.reference_of(work, row.inquiry_id),
        raised_at=row.raised_at,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        reason=row.reason,
        may_propose=policy.may_propose(work.actor, row.proposed_by),
        may_sign=policy.may_sign(work.actor, row.proposed_by),
    )
