"""Give a case its people, and close it to those who are too close to it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from portal.accounts import queries as accounts
from portal.accounts.administration import queries as administration
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.casework import policy, queries
from portal.casework.models import Assignment, ConflictOfInterest
from portal.inquiries import queries as inquiry_queries
from portal.inquiries import service as inquiries
from portal.inquiries.vocab import InquiryState
from portal.kernel.errors import Conflict, Invalid, NotFound
from portal.kernel.ids import new_id
from portal.kernel.permissions import Role
from portal.kernel.work import Work


def assign(work: Work, inquiry_id: UUID, account_id: UUID, role: Role) -> None:
    """Put one person in one place of a case; whoever held it before leaves it."""
    _fill(work, inquiry_id, {role: account_id})


def assign_team(work: Work, inquiry_id: UUID, people: Mapping[Role, UUID]) -> None:
    """Fill the places of a case; with that, checking who asks begins."""
    _fill(work, inquiry_id, people)
    if inquiry_queries.state_of(work, inquiry_id) is InquiryState.SUBMITTED:
        inquiries.take_in(work, inquiry_id)
    if inquiry_queries.state_of(work, inquiry_id) is InquiryState.TRIAGE:
        inquiries.advance(work, inquiry_id, InquiryState.VERIFYING)


def end_assignment(work: Work, inquiry_id: UUID, role: Role) -> None:
    """Empty one place of a case: from this moment that person sees of it only what their role sees anyway."""
    work.require(policy.may_assign, role)
    left = work.session.scalar(
        update(Assignment)
        .where(Assignment.inquiry_id == inquiry_id, Assignment.role == role, Assignment.ended_at.is_(None))
        .values(ended_at=work.now)
        .returning(Assignment.account_id)
    )
    if left is not None:
        _remember(work, Event.CASEWORK_CASE_LEFT, inquiry_id, left, role)


def declare_conflict(work: Work, number: str, reason: str) -> None:
    """Say that a case is too close to oneself: it closes at once, and nobody can open it to that person again."""
    work.require(policy.may_declare)
    inquiry_id = queries.file_of_number(work, number)
    if inquiry_id is None:
        raise NotFound("no file has this number")
    place = queries.own_place(work, inquiry_id)
    declared = work.session.scalar(
        insert(ConflictOfInterest)
        .values(
            id=new_id(),
            inquiry_id=inquiry_id,
            account_id=work.actor_id,
            declared_at=work.now,
            reason=reason,
        )
        .on_conflict_do_nothing()
        .returning(ConflictOfInterest.id)
    )
    if declared is None:
        return  # said before: the case is closed already
    audit.record(work, Event.CASEWORK_CONFLICT_DECLARED, declared, case_id=inquiry_id)
    if place is not None:
        _remember(work, Event.CASEWORK_CASE_LEFT, inquiry_id, work.actor_id, place)


def _fill(work: Work, inquiry_id: UUID, people: Mapping[Role, UUID]) -> None:
    for role in people:
        work.require(policy.may_assign, role)
    inquiry_queries.reference_of(work, inquiry_id)  # a case nobody may see has no places
    team = {member.role: member.account_id for member in queries.team_of(work, inquiry_id)}
    if not policy.are_different({**team, **people}):
        raise Invalid("one person cannot take two places of one case")
    moving = {role: person for role, person in people.items() if team.get(role) != person}
    for role in moving:
        end_assignment(work, inquiry_id, role)
    for role, person in moving.items():
        _take_place(work, inquiry_id, person, role)


def _take_place(work: Work, inquiry_id: UUID, account_id: UUID, role: Role) -> None:
    if account_id not in {member.id for member in accounts.staff_with_role(work, role)}:
        raise Invalid("this person does not hold that role")
    if not policy.may_take(account_id, queries.closed_to(work, inquiry_id), administration.away(work)):
        raise Invalid("this person cannot take a place in this case")
    place = {"id": new_id(), "inquiry_id": inquiry_id, "account_id": account_id, "role": role}
    taken = work.session.scalar(
        insert(Assignment)
        .values(**place, assigned_by=work.actor_id, assigned_at=work.now)
        .on_conflict_do_nothing()
        .returning(Assignment.id)
    )
    if taken is None:
        raise Conflict("somebody else filled this place at the same time")
    _remember(work, Event.CASEWORK_CASE_ASSIGNED, inquiry_id, account_id, role)


def _remember(work: Work, event: Event, inquiry_id: UUID, account_id: UUID, role: Role) -> None:
    audit.record(work, event, account_id, case_id=inquiry_id, detail={"role": role.value})
