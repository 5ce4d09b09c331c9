"""Who works on a case, and which cases are mine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select

from portal.accounts import queries as accounts
from portal.accounts.vocab import StaffMember
from portal.casework import policy
from portal.casework.models import Assignment
from portal.casework.vocab import TEAM_ROLES, TeamMember
from portal.inquiries import queries as inquiries
from portal.kernel.permissions import Role
from portal.kernel.work import Work


@dataclass(frozen=True, slots=True)
class CaseToAssign:
    """A case with its team so far and the people who could take each place."""

    reference: str
    inquiry_id: UUID
    team: Mapping[Role, UUID]
    candidates: Mapping[Role, Sequence[StaffMember]]


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
            .order_by(Assignment.assigned_at, Assignment.inquiry_id)
        )
    )


def candidates(work: Work) -> Mapping[Role, list[StaffMember]]:
    """Who could take each place of a team."""
    return {role: accounts.staff_with_role(work, role) for role in TEAM_ROLES}


def case_to_assign(work: Work, inquiry_id: UUID) -> CaseToAssign:
    """A case as intake gives it its people; nothing of its content is read."""
    team = {member.role: member.account_id for member in team_of(work, inquiry_id)}
    return CaseToAssign(inquiries.reference_of(work, inquiry_id), inquiry_id, team, candidates(work))
