"""Every role against every question about a match."""

from __future__ import annotations

import pytest

from portal.kernel.actor import ANONYMOUS
from portal.kernel.permissions import Role
from portal.matching import policy
from portal.matching.vocab import EvidenceLevel, MatchState
from tests.support.actors import an_actor

JUDGES = {Role.ANALYST, Role.APPROVER}


@pytest.mark.parametrize("role", Role)
def test_analysts_find_and_propose_and_approvers_judge_beside_them(role: Role) -> None:
    actor = an_actor(role)
    assert policy.may_find(actor) is (role is Role.ANALYST)
    assert policy.may_propose(actor) is (role is Role.ANALYST)
    assert policy.may_compare(actor) is (role in JUDGES)
    assert policy.may_read(actor) is (role in JUDGES | {Role.LIAISON})


@pytest.mark.promise("P6")
@pytest.mark.parametrize("state", MatchState)
@pytest.mark.parametrize("is_proposer", [True, False])
@pytest.mark.parametrize("role", Role)
def test_only_another_person_judges_and_only_what_is_open(
    role: Role, is_proposer: bool, state: MatchState
) -> None:
    actor, colleague = an_actor(role), an_actor(Role.ANALYST)
    proposed_by = actor.id if is_proposer else colleague.id
    assert proposed_by is not None
    is_open = state in {MatchState.PROPOSED, MatchState.PANEL}
    assert policy.may_review(actor, proposed_by, state) is (role in JUDGES and not is_proposer and is_open)


def test_a_visitor_may_nothing() -> None:
    somebody = an_actor(Role.ANALYST).id
    assert somebody is not None
    questions = (policy.may_find, policy.may_propose, policy.may_compare, policy.may_read)
    assert not any(may(ANONYMOUS) for may in questions)
    assert not policy.may_review(ANONYMOUS, somebody, MatchState.PROPOSED)


@pytest.mark.promise("P8")
@pytest.mark.parametrize(("level", "needed"), [("E0", None), ("E1", None), ("E2", 2), ("E3", 1), ("E4", 1)])
def test_weak_evidence_is_never_enough_and_supported_evidence_needs_a_panel(
    level: str, needed: int | None
) -> None:
    enough = [count for count in range(10) if policy.is_enough(EvidenceLevel(level), count)]
    assert enough == ([] if needed is None else list(range(needed, 10)))
