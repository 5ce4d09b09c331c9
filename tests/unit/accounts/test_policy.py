"""Every role against every question about accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from portal.accounts import policy
from portal.kernel.actor import ANONYMOUS
from portal.kernel.permissions import Role
from tests.support.actors import an_actor

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MACHINES = {Role.OPERATOR, Role.WORKER}


@dataclass
class Invitation:
    proposed_by: UUID


@pytest.mark.parametrize("role", Role)
def test_only_administrators_list_propose_and_sign(role: Role) -> None:
    actor, invitation = an_actor(role), Invitation(uuid4())
    is_administrator = role is Role.ADMINISTRATOR
    assert policy.may_list(actor) is is_administrator
    assert policy.may_propose(actor) is is_administrator
    assert policy.may_sign(actor, invitation) is is_administrator


@pytest.mark.promise("P6")
def test_the_proposer_cannot_sign() -> None:
    actor = an_actor(Role.ADMINISTRATOR)
    assert not policy.may_sign(actor, Invitation(actor.id or uuid4()))


@pytest.mark.parametrize("role", Role)
def test_staff_never_open_a_relatives_account(role: Role) -> None:
    assert policy.may_open_own(an_actor(role)) is (role is Role.RELATIVE)


def test_a_visitor_opens_an_account_and_nothing_else() -> None:
    assert policy.may_open_own(ANONYMOUS)
    assert not policy.may_list(ANONYMOUS)
    assert not policy.may_propose(ANONYMOUS)
    assert not policy.may_sign(ANONYMOUS, Invitation(uuid4()))
    assert not policy.may_see_own_sessions(ANONYMOUS)
    assert not policy.may_open_first(ANONYMOUS, 0)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("administrators", [0, 1, 2, 3])
def test_only_the_operator_opens_the_first_accounts_and_only_while_too_few(
    role: Role, administrators: int
) -> None:
    expected = role is Role.OPERATOR and administrators < 2
    assert policy.may_open_first(an_actor(role), administrators) is expected


@pytest.mark.parametrize("role", Role)
def test_every_person_sees_their_own_sessions(role: Role) -> None:
    assert policy.may_see_own_sessions(an_actor(role)) is (role not in MACHINES)


@pytest.mark.parametrize(("role", "minutes"), [(Role.RELATIVE, 30), (Role.ANALYST, 15)])
def test_a_session_ends_when_idle(role: Role, minutes: int) -> None:
    limit, second = timedelta(minutes=minutes), timedelta(seconds=1)
    assert not policy.is_over(an_actor(role), NOW - limit, NOW - limit, NOW)
    assert policy.is_over(an_actor(role), NOW - limit, NOW - limit - second, NOW)


@pytest.mark.parametrize(("role", "hours"), [(Role.RELATIVE, 12), (Role.ANALYST, 8)])
def test_a_session_ends_in_time_however_busy(role: Role, hours: int) -> None:
    limit = timedelta(hours=hours)
    assert not policy.is_over(an_actor(role), NOW - limit, NOW, NOW)
    assert policy.is_over(an_actor(role), NOW - limit - timedelta(seconds=1), NOW, NOW)
