"""Every role against every question about inquiries."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.inquiries import policy
from portal.inquiries.vocab import InquiryState
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.permissions import Role
from tests.support.actors import an_actor

DESK = {Role.ANALYST, Role.APPROVER, Role.INTAKE, Role.LIAISON, Role.VERIFIER}
ALLOWED: dict[Callable[[Actor], bool], set[Role]] = {
    policy.may_read: DESK,
    policy.may_read_contact: {Role.INTAKE, Role.LIAISON, Role.VERIFIER},
    policy.may_triage: {Role.INTAKE},
    policy.may_own: {Role.RELATIVE},
    policy.may_clear_drafts: {Role.WORKER},
    policy.may_file: set(),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("question", ALLOWED, ids=lambda q: q.__name__)
def test_each_role_gets_its_answer(question: Callable[[Actor], bool], role: Role) -> None:
    assert question(an_actor(role)) is (role in ALLOWED[question])


def test_only_a_visitor_files() -> None:
    assert policy.may_file(ANONYMOUS)
    assert not any(question(ANONYMOUS) for question in ALLOWED if question is not policy.may_file)


def test_no_state_is_reached_by_a_shortcut() -> None:
    ways = {(now, then) for now in InquiryState for then in InquiryState if policy.may_follow(now, then)}
    assert (InquiryState.SUBMITTED, InquiryState.TRIAGE) in ways
    assert len(ways) == 10
    told = {now for now, then in ways if then is InquiryState.TOLD}
    assert told == {InquiryState.OUTCOME_READY}
    assert not any(then is InquiryState.SUBMITTED for _now, then in ways)
