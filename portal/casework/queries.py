"""Who works on a case, which cases are mine, and which places need another person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, exists, func, not_, or_, select
from sqlalchemy.orm import aliased

from portal.accounts import queries as accounts
from portal.accounts.administration import queries as administration
from portal.accounts.vocab import StaffMember
from portal.casework import policy
from portal.casework.models import Assignment, ConflictOfInterest
from portal.casework.vocab import TEAM_ROLES, OpenPlace, OwnConflict, TeamMember, WhyOpen
from portal.inquiries import queries as inquiries
from portal.kernel.permissions import Role
from portal.kernel.work import Work

Unfilled = tuple[UUID, Role, WhyOpen, datetime]


class Place(NamedTuple):
    """Somebody's place in a team, as far as this page asks."""

    inquiry_id: UUID
    role: Role
    account_id: UUID
    assigned_at: datetime


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


def own_place(work: Work, inquiry_id: UUID) -> Role | None:
    """The place this person has in a case now."""
    return work.session.scalar(
        select(Assignment.role).where(
            Assignment.inquiry_id == inquiry_id,
            Assignment.account_id == work.actor_id,
            Assignment.ended_at.is_(None),
        )
    )


def candidates(work: Work, inquiry_id: UUID) -> Mapping[Role, list[StaffMember]]:
    """Who could take each place of this team: at work, and not too close to the case."""
    closed, away = closed_to(work, inquiry_id), administration.away(work)
    return {
        role: [
            person
            for person in accounts.staff_with_role(work, role)
            if policy.may_take(person.id, closed, away)
        ]
        for role in TEAM_ROLES
    }


def closed_to(work: Work, inquiry_id: UUID) -> set[UUID]:
    """Those who said that this case is too close to them; why they said so stays with them."""
    found = select(ConflictOfInterest.account_id).where(ConflictOfInterest.inquiry_id == inquiry_id)
    return set(work.session.scalars(found))


def own_conflicts(work: Work) -> list[OwnConflict]:
    """The cases closed to oneself, the newest first."""
    work.require(policy.may_declare)
    rows = work.session.execute(
        select(ConflictOfInterest.declared_at, ConflictOfInterest.reason)
        .where(ConflictOfInterest.account_id == work.actor_id)
        .order_by(ConflictOfInterest.declared_at.desc())
    )
    return [OwnConflict(*row) for row in rows]


def file_of_number(work: Work, number: str) -> UUID | None:
    """Which file a number stands for, so that somebody can declare a conflict without reading it."""
    work.require(policy.may_declare)
    found: UUID | None = work.session.scalar(select(func.portal_file_of_number(number)))
    return found


def number_of(work: Work, inquiry_id: UUID) -> str:
    """The number of a file one may see."""
    return inquiries.reference_of(work, inquiry_id)


def open_places(work: Work) -> list[OpenPlace]:
    """Places that need another person: whoever had them left, is on leave, or changed their role."""
    work.require(policy.may_assign, Role.VERIFIER)
    found = [*_left_by_people(work), *_left_empty(work)]
    numbers = inquiries.numbers_of_open(work, {each[0] for each in found})
    places = [
        OpenPlace(inquiry_id, numbers[inquiry_id], role, why, since)
        for inquiry_id, role, why, since in found
        if inquiry_id in numbers
    ]
    return sorted(places, key=lambda place: (place.since, place.reference))


def _left_by_people(work: Work) -> Iterator[Unfilled]:
    away, gone = administration.away(work), administration.deactivated(work)
    for row in _not_at_work(work, away):
        if row.account_id in gone:
            yield row.inquiry_id, row.role, WhyOpen.LEFT, row.assigned_at
        elif row.account_id in away:
            yield row.inquiry_id, row.role, WhyOpen.ON_LEAVE, away[row.account_id]
        else:
            yield row.inquiry_id, row.role, WhyOpen.CHANGED_ROLE, row.assigned_at


def _not_at_work(work: Work, away: Collection[UUID]) -> Sequence[Place]:
    holders = {role: {p.id for p in accounts.staff_with_role(work, role)} for role in TEAM_ROLES}
    at_work = [
        and_(Assignment.role == role, Assignment.account_id.in_(people - set(away)))
        for role, people in holders.items()
    ]
    rows = work.session.execute(
        select(Assignment.inquiry_id, Assignment.role, Assignment.account_id, Assignment.assigned_at)
        .where(Assignment.ended_at.is_(None), not_(or_(*at_work)))
        .order_by(Assignment.assigned_at)
    )
    return [Place(*row) for row in rows]


def _left_empty(work: Work) -> Iterator[Unfilled]:
    later = aliased(Assignment)
    filled = exists().where(
        later.inquiry_id == Assignment.inquiry_id, later.role == Assignment.role, later.ended_at.is_(None)
    )
    rows = work.session.execute(
        select(Assignment.inquiry_id, Assignment.role, func.max(Assignment.ended_at).label("since"))
        .where(Assignment.ended_at.is_not(None), not_(filled))
        .group_by(Assignment.inquiry_id, Assignment.role)
    )
    for row in rows:
        yield row.inquiry_id, row.role, WhyOpen.EMPTY, row.since


def case_to_assign(work: Work, inquiry_id: UUID) -> CaseToAssign:
    """A case as intake gives it its people; nothing of its content is read."""
    team = {member.role: member.account_id for member in team_of(work, inquiry_id)}
    return CaseToAssign(
        inquiries.reference_of(work, inquiry_id), inquiry_id, team, candidates(work, inquiry_id)
    )
