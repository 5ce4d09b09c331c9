"""What changing, closing, reopening and resting an account does, refuses, and leaves in the log."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts import service as accounts_service
from portal.accounts.administration import queries, service
from portal.accounts.administration.vocab import ChangeWaits, Days, NewRoles, TooFewAdministrators
from portal.accounts.opening import service as opening
from portal.accounts.vocab import AccountState, ListedAccount, NewStaff
from portal.audit.models import AuditEntry
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, SamePerson
from portal.kernel.permissions import Role
from portal.kernel.work import Work, Workplace
from tests.support.actors import an_actor
from tests.support.factories.accounts import a_relative_account, a_staff_account, set_up
from tests.support.factories.administration import REASON, a_proposed_change, active_administrators


@pytest.fixture
def administrators(place: Workplace) -> list[Actor]:
    return active_administrators(place, 3)


@pytest.fixture
def colleague(place: Workplace) -> Actor:
    person = a_staff_account(place, Role.INTAKE)
    return Actor(person.account_id, frozenset({Role.INTAKE}))


def test_two_administrators_change_roles_and_every_session_ends(
    place: Workplace, administrators: list[Actor], colleague: Actor
) -> None:
    one, other, _third = administrators
    assert _open_sessions(place, colleague) == 1
    change = a_proposed_change(place, one, _id(colleague), Role.VERIFIER, Role.LIAISON)
    assert _account(place, colleague).roles == (Role.INTAKE,)
    assert _open_sessions(place, colleague) == 1
    _sign(place, other, change)
    assert _account(place, colleague).roles == (Role.LIAISON, Role.VERIFIER)
    assert _open_sessions(place, colleague) == 0
    assert {"accounts:roles:proposed", "accounts:roles:changed", "accounts:session:ended"} <= _events(place)
    assert REASON not in _log(place)


@pytest.mark.promise("P6")
def test_the_proposer_cannot_sign(place: Workplace, administrators: list[Actor], colleague: Actor) -> None:
    change = a_proposed_change(place, administrators[0], _id(colleague), Role.ANALYST)
    with pytest.raises(NotAllowed):
        _sign(place, administrators[0], change)
    assert _account(place, colleague).roles == (Role.INTAKE,)


@pytest.mark.promise("P6")
def test_nobody_proposes_signs_or_withdraws_a_change_of_their_own_roles(
    place: Workplace, administrators: list[Actor]
) -> None:
    one, other, _third = administrators
    with pytest.raises(NotAllowed):
        a_proposed_change(place, one, _id(one), Role.AUDITOR)
    change = a_proposed_change(place, one, _id(other), Role.AUDITOR)
    for act in (service.sign_roles, service.withdraw_roles):
        with pytest.raises(NotAllowed), place.open(other, DbRole.ADMIN) as work:
            act(work, change, 1)
    assert _account(place, other).roles == (Role.ADMINISTRATOR,)


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ADMINISTRATOR])
def test_only_administrators_change_close_or_reopen_accounts(
    place: Workplace, administrators: list[Actor], colleague: Actor, role: Role
) -> None:
    change = a_proposed_change(place, administrators[0], _id(colleague), Role.ANALYST)
    acts: list[Callable[[Work], object]] = [
        lambda work: service.propose_roles(work, NewRoles(_id(colleague), frozenset({role}), REASON)),
        lambda work: service.deactivate(work, _id(colleague)),
        lambda work: service.ask_for_link(work, _id(colleague)),
        lambda work: service.mark_leave(work, _id(colleague), Days(date(2026, 4, 1), date(2026, 4, 2))),
        lambda work: queries.account_page(work, _id(colleague)),
    ]
    for act in acts:
        with pytest.raises(NotAllowed), place.open(an_actor(role), DbRole.ADMIN) as work:
            act(work)
    with pytest.raises(NotFound), place.open(an_actor(role), DbRole.ADMIN) as work:
        service.sign_roles(work, change, 1)


@pytest.mark.promise("P6")
def test_roles_that_break_separation_are_refused(
    place: Workplace, administrators: list[Actor], colleague: Actor
) -> None:
    for roles in ({Role.ANALYST, Role.APPROVER}, {Role.RELATIVE}, {Role.INTAKE}, set()):
        with pytest.raises(Invalid):
            a_proposed_change(place, administrators[0], _id(colleague), *roles)


def test_one_change_waits_at_a_time_and_can_be_taken_back(
    place: Workplace, administrators: list[Actor], colleague: Actor
) -> None:
    one, other, third = administrators
    change = a_proposed_change(place, one, _id(colleague), Role.ANALYST)
    with pytest.raises(ChangeWaits):
        a_proposed_change(place, other, _id(colleague), Role.AUDITOR)
    with place.open(third, DbRole.ADMIN) as work:
        service.withdraw_roles(work, change, 1)
    with pytest.raises(NotFound):
        _sign(place, other, change)
    a_proposed_change(place, other, _id(colleague), Role.AUDITOR)


@pytest.mark.promise("P7")
def test_a_signature_is_never_put_under_a_stale_page_or_given_twice(
    place: Workplace, administrators: list[Actor], colleague: Actor
) -> None:
    one, other, third = administrators
    change = a_proposed_change(place, one, _id(colleague), Role.ANALYST)
    with pytest.raises(Conflict):
        _sign(place, other, change, version=7)
    _sign(place, other, change)
    with pytest.raises((Conflict, SamePerson)):
        _sign(place, third, change, version=2)


def test_closing_an_account_takes_effect_at_once(
    place: Workplace, administrators: list[Actor], colleague: Actor
) -> None:
    waiting = a_proposed_change(place, administrators[0], _id(colleague), Role.ANALYST)
    _deactivate(place, administrators[0], colleague)
    assert _account(place, colleague).state is AccountState.DEACTIVATED
    assert _open_sessions(place, colleague) == 0
    with pytest.raises(NotFound):
        _sign(place, administrators[1], waiting)
    with pytest.raises(Conflict):
        _deactivate(place, administrators[0], colleague)


def test_closing_an_account_voids_what_its_owner_proposed_alone(
    place: Workplace, administrators: list[Actor], colleague: Actor
) -> None:
    one, other, third, fourth = [*administrators, *active_administrators(place, 1)]
    new = NewStaff("late@office.example", "Late Test", frozenset({Role.ANALYST}))
    with place.open(one, DbRole.ADMIN) as work:
        invitation = accounts_service.propose_invitation(work, new)
    change = a_proposed_change(place, one, _id(colleague), Role.ANALYST)
    _deactivate(place, other, one)
    with pytest.raises(NotFound):
        _sign(place, third, change)
    with pytest.raises(NotFound), place.open(fourth, DbRole.ADMIN) as work:
        accounts_service.sign_invitation(work, invitation, 1)


def test_a_relative_is_nobodys_to_close(place: Workplace, administrators: list[Actor]) -> None:
    relative = a_relative_account(place)
    with pytest.raises(NotFound), place.open(administrators[0], DbRole.ADMIN) as work:
        service.deactivate(work, relative.account_id)


@pytest.mark.promise("P6")
def test_two_active_administrators_always_remain(place: Workplace) -> None:
    one, other = active_administrators(place, 2)
    with pytest.raises(TooFewAdministrators):
        _deactivate(place, one, other)
    third = active_administrators(place, 1)[0]
    change = a_proposed_change(place, one, _id(other), Role.AUDITOR)
    _deactivate(place, one, third)
    with pytest.raises(NotAllowed):
        _sign(place, one, change)
    fourth = active_administrators(place, 1)[0]
    _sign(place, fourth, change)
    with pytest.raises(TooFewAdministrators):
        _deactivate(place, one, fourth)


@pytest.mark.promise("P6")
def test_two_who_close_each_other_at_the_same_time_leave_two(place: Workplace) -> None:
    one, other, _third = active_administrators(place, 3)
    together = Barrier(2)

    def close(by: Actor, whom: Actor) -> bool:
        together.wait()
        try:
            _deactivate(place, by, whom)
        except TooFewAdministrators:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(close, (one, other), (other, one)))
    assert sorted(done) == [False, True]
    with place.open(one, DbRole.ADMIN) as work:
        assert queries.active_administrators(work) == 2


@pytest.mark.promise("P6")
def test_a_closed_account_opens_again_only_by_two_signatures_and_a_link(
    place: Workplace, administrators: list[Actor], colleague: Actor
) -> None:
    one, other, _third = administrators
    _deactivate(place, one, colleague)
    with place.open(one, DbRole.ADMIN) as work:
        invitation = service.ask_for_link(work, _id(colleague))
    with pytest.raises(NotAllowed), place.open(one, DbRole.ADMIN) as work:
        accounts_service.sign_invitation(work, invitation, 1)
    assert _account(place, colleague).state is AccountState.DEACTIVATED
    with place.open(other, DbRole.ADMIN) as work:
        token = accounts_service.sign_invitation(work, invitation, 1)
    account = _account(place, colleague)
    assert account.state is AccountState.INVITED
    set_up(place, account.id, account.login, token)
    assert _account(place, colleague).state is AccountState.ACTIVE


def test_a_new_link_makes_the_old_one_void(place: Workplace, administrators: list[Actor]) -> None:
    one, other, _third = administrators
    new = NewStaff("lost@office.example", "Lost Test", frozenset({Role.ANALYST}))
    with place.open(one, DbRole.ADMIN) as work:
        first = accounts_service.propose_invitation(work, new)
    with place.open(other, DbRole.ADMIN) as work:
        old = accounts_service.sign_invitation(work, first, 1)
        account = next(each for each in accounts.accounts(work) if each.login == new.login)
    with place.open(other, DbRole.ADMIN) as work:
        second = service.ask_for_link(work, account.id)
    with pytest.raises(NotFound), place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        opening.look_up(work, old)
    with pytest.raises(NotAllowed), place.open(other, DbRole.ADMIN) as work:
        accounts_service.sign_invitation(work, second, 1)
    with place.open(one, DbRole.ADMIN) as work:
        token = accounts_service.sign_invitation(work, second, 1)
    set_up(place, account.id, account.login, token)


def test_an_account_in_use_needs_no_link(
    place: Workplace, administrators: list[Actor], colleague: Actor
) -> None:
    with pytest.raises(Conflict), place.open(administrators[0], DbRole.ADMIN) as work:
        service.ask_for_link(work, _id(colleague))
    with pytest.raises(NotAllowed), place.open(administrators[0], DbRole.ADMIN) as work:
        service.ask_for_link(work, _id(administrators[0]))


def test_somebody_on_leave_is_away_from_the_first_day_to_the_last(
    place: Workplace, administrators: list[Actor], colleague: Actor
) -> None:
    today = place.clock().date()
    days = Days(today + timedelta(days=1), today + timedelta(days=3))
    with place.open(colleague, DbRole.ACCOUNT) as work:
        leave = service.mark_leave(work, _id(colleague), days)
        assert [each.id for each in queries.own_leaves(work)] == [leave]
    found = []
    for _day in range(5):
        with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
            found.append(colleague.id in queries.away(work))
        place.clock.advance(days=1)  # type: ignore[attr-defined]  # the clock of a test
    assert found == [False, True, True, True, False]


def test_a_leave_is_ended_by_oneself_or_an_administrator_and_by_nobody_else(
    place: Workplace, administrators: list[Actor], colleague: Actor
) -> None:
    today = place.clock().date()
    with place.open(administrators[0], DbRole.ADMIN) as work:
        leave = service.mark_leave(work, _id(colleague), Days(today, today))
    with pytest.raises(NotFound), place.open(an_actor(Role.INTAKE), DbRole.ACCOUNT) as work:
        service.end_leave(work, leave)
    with place.open(colleague, DbRole.ACCOUNT) as work:
        assert service.end_leave(work, leave) == colleague.id
    with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
        assert colleague.id not in queries.away(work)


@pytest.mark.parametrize("days", [(2, 1), (-3, -1)])
def test_a_leave_has_an_order_and_is_not_over_yet(
    place: Workplace, colleague: Actor, days: tuple[int, int]
) -> None:
    first, last = (place.clock().date() + timedelta(days=number) for number in days)
    with pytest.raises(Invalid), place.open(colleague, DbRole.ACCOUNT) as work:
        service.mark_leave(work, _id(colleague), Days(first, last))


def test_a_relative_or_a_stranger_has_no_leave(place: Workplace, colleague: Actor) -> None:
    today = place.clock().date()
    relative = Actor(a_relative_account(place).account_id, frozenset({Role.RELATIVE}))
    for actor, whose in ((relative, _id(relative)), (colleague, uuid4())):
        with pytest.raises(NotAllowed), place.open(actor, DbRole.ACCOUNT) as work:
            service.mark_leave(work, whose, Days(today, today))


def _sign(place: Workplace, by: Actor, change: UUID, version: int = 1) -> None:
    with place.open(by, DbRole.ADMIN) as work:
        service.sign_roles(work, change, version)


def _deactivate(place: Workplace, by: Actor, whom: Actor) -> None:
    with place.open(by, DbRole.ADMIN) as work:
        service.deactivate(work, _id(whom))


def _account(place: Workplace, actor: Actor) -> ListedAccount:
    with place.open(an_actor(Role.ADMINISTRATOR), DbRole.ADMIN) as work:
        return queries.listed(work, _id(actor))


def _open_sessions(place: Workplace, actor: Actor) -> int:
    with place.open(actor, DbRole.ACCOUNT) as work:
        return len(accounts.own_sessions(work))


def _events(place: Workplace) -> set[str]:
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        return set(work.session.scalars(select(AuditEntry.event)))


def _log(place: Workplace) -> str:
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        return "\n".join(work.session.scalars(select(AuditEntry.detail)))


def _id(actor: Actor) -> UUID:
    assert actor.id is not None
    return actor.id
