"""Give a case its people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update

from portal.accounts import queries as accounts
from portal.accounts.vocab import StaffMember
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.casework import policy, queries
from portal.casework.models import Assignment
from portal.casework.vocab import TEAM_ROLES
from portal.inquiries import queries as inquiry_queries
from portal.inquiries import service as inquiries
from portal.inquiries.vocab import InquiryState
from portal.kernel.errors import Invalid
from portal.kernel.permissions import Role
from portal.kernel.work import Work


@dataclass(frozen=True, slots=True)
class CaseToAssign:
    """A case with its team so far and the people who could take each place."""

    reference: str
    inquiry_id: UUID
    team: dict[Role, UUID]
    candidates: Mapping[Role, list[StaffMember]]


def open_case(work: Work, inquiry_id: UUID) -> CaseToAssign:
    """Open a case in order to give it its people; nothing of its content is read."""
    team = {member.role: member.account_id for member in queries.team_of(work, inquiry_id)}
    return CaseToAssign(inquiry_queries.reference_of(work, inquiry_id), inquiry_id, team, candidates(work))


def candidates(work: Work) -> Mapping[Role, list[StaffMember]]:
    """Who could take each place of a team."""
    return {role: accounts.staff_with_role(work, role) for role in TEAM_ROLES}


def assign(work: Work, inquiry_id: UUID, account_id: UUID, role: Role) -> None:
    """Put one person in one place of a case; whoever held it before leaves it."""
    work.require(policy.may_assign, role)
    if account_id not in {member.id for member in accounts.staff_with_role(work, role)}:
        raise Invalid("this person does not hold that role")
    work.session.execute(
        update(Assignment)
        .where(Assignment.inquiry_id == inquiry_id, Assignment.role == role, Assignment.ended_at.is_(None))
        .values(ended_at=work.now)
    )
    work.session.add(
        Assignment(
            inquiry_id=inquiry_id,
            account_id=account_id,
            role=role,
            assigned_by=work.actor_id,
            assigned_at=work.now,
        )
    )
    work.session.flush()  # two places may be filled in one act
    audit.record(
        work, Event.CASEWORK_CASE_ASSIGNED, account_id, case_id=inquiry_id, detail={"role": role.value}
    )


def assign_team(work: Work, inquiry_id: UUID, people: Mapping[Role, UUID]) -> None:
    """Fill the places of a case; with that, checking who asks begins."""
    for role, account_id in people.items():
        assign(work, inquiry_id, account_id, role)
    if inquiry_queries.state_of(work, inquiry_id) is InquiryState.SUBMITTED:
        inquiries.take_in(work, inquiry_id)
    if inquiry_queries.state_of(work, inquiry_id) is InquiryState.TRIAGE:
        inquiries.advance(work, inquiry_id, InquiryState.VERIFYING)
