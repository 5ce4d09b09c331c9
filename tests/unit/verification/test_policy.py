"""Every role against every question about a decision."""

from __future__ import annotations

import pytest

from portal.kernel.actor import ANONYMOUS
from portal.kernel.permissions import Role
from portal.verification import policy
from portal.verification.vocab import DecisionState
from tests.support.actors import an_actor

READERS = {Role.VERIFIER, Role.APPROVER}


@pytest.mark.parametrize("role", Role)
def test_only_a_verifier_answers_a_question(role: Role) -> None:
    assert policy.may_propose(an_actor(role)) is (role is Role.VERIFIER)


@pytest.mark.parametrize("role", Role)
def test_only_those_who_decide_read_decisions(role: Role) -> None:
    assert policy.may_read(an_actor(role)) is (role in READERS)


@pytest.mark.promise("P6")
@pytest.mark.parametrize("state", DecisionState)
@pytest.mark.parametrize("is_proposer", [True, False])
@pytest.mark.parametrize("role", Role)
def test_only_another_person_signs_and_only_what_is_open(
    role: Role, is_proposer: bool, state: DecisionState
) -> None:
    actor, colleague = an_actor(role), an_actor(Role.VERIFIER)
    proposed_by = actor.id if is_proposer else colleague.id
    assert proposed_by is not None
    expected = role in READERS and not is_proposer and state is DecisionState.PROPOSED
    assert policy.may_sign(actor, proposed_by, state) is expected


def test_a_visitor_may_nothing() -> None:
    somebody = an_actor(Role.VERIFIER).id
    assert somebody is not None
    assert not policy.may_propose(ANONYMOUS)
    assert not policy.may_read(ANONYMOUS)
    assert not policy.may_sign(ANONYMOUS, somebody, DecisionState.PROPOSED)
