"""Which roles a passkey is asked for, and who may let somebody do without."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.fallbacks import policy
from portal.kernel.actor import Actor
from portal.kernel.permissions import GRANTS, Permission, Role

ASKED = {Role.ADMINISTRATOR, Role.ANALYST, Role.APPROVER, Role.CUSTODIAN, Role.VERIFIER}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A fallback as far as the policy asks."""

    account_id: UUID
    proposed_by: UUID


@pytest.mark.parametrize("role", Role)
def test_a_passkey_is_asked_of_whoever_signs_accepts_or_administers(role: Role) -> None:
    assert policy.needs_passkey({role}) is (role in ASKED)


@given(roles=st.sets(st.sampled_from(Role), max_size=4))
def test_one_such_role_is_enough_and_only_its_power_waits(roles: set[Role]) -> None:
    waits = policy.powerful(roles)
    assert policy.needs_passkey(roles) is bool(roles & ASKED)
    assert waits <= frozenset().union(*(GRANTS[role] for role in roles))
    assert not waits & policy.HARMLESS
    actor = Actor(uuid4(), frozenset(roles), waits)
    assert not any(actor.holds(each) for each in waits)
    for each in Permission:
        assert actor.holds(each) is (each not in waits and any(each in GRANTS[role] for role in roles))


@pytest.mark.parametrize("role", Role)
def test_only_administrators_grant_it_and_never_for_themselves(role: Role) -> None:
    actor, other, third = Actor(uuid4(), frozenset({role})), uuid4(), uuid4()
    assert actor.id is not None
    grants = role is Role.ADMINISTRATOR
    assert policy.may_see(actor) is grants
    assert policy.may_propose(actor, other) is grants
    assert not policy.may_propose(actor, actor.id)
    assert policy.may_sign(actor, Proposed(other, third)) is grants
    assert not policy.may_sign(actor, Proposed(actor.id, third))
    assert not policy.may_sign(actor, Proposed(other, actor.id))
