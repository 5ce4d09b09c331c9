"""Who works on a case, and which cases are mine."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, select

from portal.casework import policy
from portal.casework.models import Assignment
from portal.casework.vocab import TeamMember
from portal.kernel.work import Work


def team_of(work: Work, inquiry_id: UUID) -> list[TeamMember]:
    """The people who work on a case now."""
    work.require(policy.may_read_team)
    rows = work.session.execute(
        select(Assignment.account_id, Assignment.role)
        .where(Assignment.inquiry_id == inquiry_id, Assignment.ended_at.is_(None))
        .order_by(Assignment.role)
    )
    return [TeamMember(*row) for row in rows]


def is_assigned(work: Work, inquiry_id: UUID, account_id: UUID) -> bool:
    """True when this person works on this case now."""
    found = exists().where(
        Assignment.inquiry_id == inquiry_id,
        Assignment.account_id == account_id,
        Assignment.ended_at.is_(None),
    )
    return bool(work.session.scalar(select(found)))


def mine(work: Work) -> list[UUID]:
    """The cases of this person, the oldest assignment first."""
    return list(
        work.session.scalars(
            select(Assignment.inquiry_id)
            .where(Assignment.account_id == work.actor_id, Assignment.ended_at.is_(None))
            .order_by(Assignment.assigned_at)
        )
    )
