"""A case somebody declared too close to them: no row of it is left to read, whatever role they hold."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, text
from sqlalchemy.exc import DBAPIError

from portal.accounts.administration import service as administration
from portal.accounts.administration.vocab import Days
from portal.casework import queries, service
from portal.casework.models import Assignment
from portal.casework.vocab import WhyOpen
from portal.inquiries import queries as inquiries
from portal.kernel.actor import Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from portal.kernel.ids import new_file_number, new_id
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault.service import Vault
from portal.web.audience import ZONES, Audience
from tests.support.actors import an_actor
from tests.support.factories.administration import active_administrators
from tests.support.factories.casework import a_colleague, a_team
from tests.support.factories.disclosure import a_told_relative
from tests.support.factories.inquiries import a_filed_inquiry

DESKS = sorted(ZONES[Audience.CASEWORK].roles)
REASON = "we grew up in one street"
INTAKE = an_actor(Role.INTAKE)

# Every table that hangs on an inquiry, however far down, and that the desks may read; envelopes carry its id.
HANGING = """
with recursive hanging(oid) as (
    select 'inquiry'::regclass::oid
    union select c.conrelid from pg_constraint c join hanging h on c.confrelid = h.oid
        where c.contype = 'f' and c.conrelid not in ('record'::regclass, 'conflict_of_interest'::regclass))
select oid::regclass::text from hanging where has_any_column_privilege('portal_casework', oid, 'select')
union select 'envelope' union select 'publication'
"""


@pytest.fixture
def tables(addresses: Addresses) -> list[str]:
    engine = create_engine(addresses.owner)
    with engine.connect() as connection:
        found = sorted(connection.scalars(text(HANGING)))
    engine.dispose()
    return found


def test_every_table_of_a_case_has_the_wall(addresses: Addresses, tables: list[str]) -> None:
    engine = create_engine(addresses.owner)
    with engine.connect() as connection:
        walls = connection.scalars(
            text(
                "select tablename from pg_policies where policyname = 'closed_by_conflict'"
                " and permissive = 'RESTRICTIVE' and 'portal_casework' = any(roles) and cmd = 'ALL'"
            )
        )
        assert set(tables) <= set(walls)
    engine.dispose()


@pytest.mark.promise("P2")
def test_whoever_declared_a_conflict_reads_nothing_of_that_case(
    place: Workplace, vault: Vault, tables: list[str]
) -> None:
    case = a_told_relative(place, vault)
    person = a_colleague(place, Role.EDITOR)
    everything = Actor(person.id, frozenset(DESKS))
    before = {table: _rows(place, everything, table) for table in tables}
    assert before["inquiry"] == 1
    assert before["disclosure_item"] > 0
    _declare(place, person, case.inquiry_id)

    @examples(max_examples=120, deadline=None)
    @given(roles=st.sets(st.sampled_from(DESKS), min_size=1), table=st.sampled_from(tables))
    def sees_nothing(roles: set[Role], table: str) -> None:
        assert _rows(place, Actor(person.id, frozenset(roles)), table) == 0

    sees_nothing()
    other = a_filed_inquiry(place).inquiry_id
    assert _rows(place, everything, "inquiry") == 1
    with place.open(everything, DbRole.CASEWORK) as work:
        assert inquiries.reference_of(work, other)
        with pytest.raises(NotFound):
            inquiries.reference_of(work, case.inquiry_id)
        assert work.session.execute(text("select * from portal_eligible_names()")).all() == []


def test_declaring_takes_somebody_off_the_case_and_keeps_them_off(place: Workplace) -> None:
    case = a_filed_inquiry(place).inquiry_id
    team = a_team(place, case)
    _declare(place, team.analyst, case)
    _declare(place, team.analyst, case)
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        assert {m.role for m in queries.team_of(work, case)} == {Role.VERIFIER, Role.LIAISON}
        assert queries.candidates(work, case)[Role.ANALYST] == []
        assert [(p.role, p.why) for p in queries.open_places(work)] == [(Role.ANALYST, WhyOpen.EMPTY)]
    with pytest.raises(Invalid), place.open(INTAKE, DbRole.CASEWORK) as work:
        service.assign(work, case, _id(team.analyst), Role.ANALYST)
    row = {"id": new_id(), "inquiry_id": case, "account_id": team.analyst.id, "role": Role.ANALYST}
    with (
        pytest.raises(DBAPIError, match="closed to that person"),
        place.open(INTAKE, DbRole.CASEWORK) as work,
    ):
        work.session.execute(insert(Assignment).values(**row, assigned_by=INTAKE.id, assigned_at=work.now))
    with place.open(team.analyst, DbRole.CASEWORK) as work:
        assert [each.reason for each in queries.own_conflicts(work)] == [REASON]


def test_a_number_no_file_has_is_not_found_and_a_relative_declares_nothing(place: Workplace) -> None:
    with pytest.raises(NotFound), place.open(INTAKE, DbRole.CASEWORK) as work:
        service.declare_conflict(work, new_file_number(), REASON)
    for role in (Role.RELATIVE, Role.AUDITOR, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed), place.open(an_actor(role), DbRole.CASEWORK) as work:
            service.declare_conflict(work, new_file_number(), REASON)


def test_who_left_or_is_away_is_handed_over_and_gets_nothing_new(place: Workplace) -> None:
    case = a_filed_inquiry(place).inquiry_id
    team = a_team(place, case)
    administrator = active_administrators(place, 1)[0]
    today = place.clock().date()
    with place.open(administrator, DbRole.ADMIN) as work:
        administration.mark_leave(work, _id(team.liaison), Days(today, today + timedelta(days=9)))
    with place.open(administrator, DbRole.ADMIN) as work:
        administration.deactivate(work, _id(team.verifier))
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        found = {place.role: place.why for place in queries.open_places(work)}
        assert found == {Role.LIAISON: WhyOpen.ON_LEAVE, Role.VERIFIER: WhyOpen.LEFT}
        assert queries.candidates(work, case)[Role.LIAISON] == []
    another = a_colleague(place, Role.LIAISON)
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        service.assign(work, case, _id(another), Role.LIAISON)
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        assert [p.role for p in queries.open_places(work)] == [Role.VERIFIER]


def _declare(place: Workplace, who: Actor, case: UUID) -> None:
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        number = inquiries.reference_of(work, case)
    with place.open(who, DbRole.CASEWORK) as work:
        service.declare_conflict(work, number, REASON)


def _rows(place: Workplace, actor: Actor, table: str) -> int:
    with place.open(actor, DbRole.CASEWORK) as work:
        return work.session.scalar(text(f"select count(*) from {table}")) or 0


def _id(actor: Actor) -> UUID:
    assert actor.id is not None
    return actor.id
