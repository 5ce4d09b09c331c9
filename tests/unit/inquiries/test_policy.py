"""Every role against every question about an inquiry, and every step of its life."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from portal.inquiries import policy
from portal.inquiries.vocab import InquiryState
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.permissions import Role
from tests.support.actors import an_actor

DESK = {Role.ANALYST, Role.APPROVER, Role.INTAKE, Role.LIAISON, Role.VERIFIER}
SPEAK_WITH_FAMILIES = {Role.INTAKE, Role.LIAISON, Role.VERIFIER}
MAY: dict[Callable[[Actor], bool], set[Role]] = {
    policy.may_clear_drafts: {Role.WORKER},
    policy.may_own: {Role.RELATIVE},
    policy.may_read: DESK,
    policy.may_read_contact: SPEAK_WITH_FAMILIES,
    policy.may_triage: {Role.INTAKE},
    policy.may_file: set(),
}
S = InquiryState
WAY = {
    (S.SUBMITTED, S.TRIAGE),
    (S.TRIAGE, S.VERIFYING),
    (S.VERIFYING, S.ACTIVE),
    (S.ACTIVE, S.OUTCOME_READY),
    (S.OUTCOME_READY, S.TOLD),
    (S.TOLD, S.AFTERCARE),
    (S.AFTERCARE, S.CLOSED),
}
# Searched without an answer; an answer that was withdrawn; somebody who writes again.
BESIDE = {(S.ACTIVE, S.CLOSED), (S.OUTCOME_READY, S.ACTIVE), (S.CLOSED, S.ACTIVE)}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("question", MAY, ids=lambda question: question.__name__)
def test_each_role_may_what_its_work_needs(question: Callable[[Actor], bool], role: Role) -> None:
    assert question(an_actor(role)) is (role in MAY[question])


def test_a_visitor_files_and_may_nothing_else() -> None:
    assert {question.__name__ for question in MAY if question(ANONYMOUS)} == {"may_file"}


@pytest.mark.parametrize(("now", "then"), list(product(S, S)))
def test_an_inquiry_goes_its_way_and_no_other(now: InquiryState, then: InquiryState) -> None:
    assert policy.may_follow(now, then) is ((now, then) in WAY | BESIDE)
