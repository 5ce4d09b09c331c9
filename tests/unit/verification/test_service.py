"""Two questions, two people each; the search begins only when both answers are yes."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from portal.inquiries import queries as inquiries
from portal.inquiries.vocab import InquiryState
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, NotAllowed, NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.verification import queries, service
from portal.verification.vocab import DecisionKind, DecisionState, Finding
from tests.support.actors import an_actor
from tests.support.factories.casework import a_colleague
from tests.support.factories.inquiries import a_filed_inquiry, with_a_reason
from tests.support.factories.verification import (
    a_proposal,
    a_verified_inquiry,
    an_inquiry_to_verify,
    decision,
    propose,
    sign,
)

DESK = DbRole.CASEWORK


@pytest.fixture
def case(place: Workplace) -> UUID:
    return an_inquiry_to_verify(place)


def test_two_signed_answers_begin_the_search(place: Workplace, case: UUID) -> None:
    sign(place, case, propose(place, case, DecisionKind.IDENTITY))
    assert _state(place, case) is InquiryState.VERIFYING
    assert not _is_verified(place, case)
    sign(place, case, propose(place, case, DecisionKind.KINSHIP))
    assert _state(place, case) is InquiryState.ACTIVE
    assert _is_verified(place, case)


def test_a_proposal_alone_begins_nothing(place: Workplace, case: UUID) -> None:
    for kind in DecisionKind:
        propose(place, case, kind)
    assert not _is_verified(place, case)
    assert _state(place, case) is InquiryState.VERIFYING


def test_a_signed_refusal_begins_nothing_and_the_question_may_be_asked_again(
    place: Workplace, case: UUID
) -> None:
    sign(place, case, propose(place, case, DecisionKind.IDENTITY))
    sign(place, case, propose(place, case, DecisionKind.KINSHIP, Finding.REFUSED))
    assert _state(place, case) is InquiryState.VERIFYING
    sign(place, case, propose(place, case, DecisionKind.KINSHIP))
    assert _state(place, case) is InquiryState.ACTIVE


@pytest.mark.asvs("2.3.5")
@pytest.mark.promise("P6")
def test_the_proposer_cannot_sign_nor_give_back(place: Workplace, case: UUID) -> None:
    verifier = an_actor(Role.VERIFIER)
    decision_id = propose(place, case, by=verifier)
    before = _entries(place)
    with pytest.raises(NotAllowed), place.open(verifier, DESK) as work:
        service.sign_decision(work, decision_id, 1)
    with pytest.raises(NotAllowed), place.open(verifier, DESK) as work:
        service.return_decision(work, decision_id, 1, "nothing is missing")
    found = decision(place, case, decision_id)
    assert (found.state, found.signed_by, found.version) == (DecisionState.PROPOSED, None, 1)
    assert _entries(place) - before == {("audit:access:refused", 2)}


@pytest.mark.asvs("8.3.1")
@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.VERIFIER, Role.APPROVER}])
def test_to_everybody_else_there_is_no_decision(place: Workplace, case: UUID, role: Role) -> None:
    decision_id = propose(place, case)
    with pytest.raises(NotFound), place.open(an_actor(role), DESK) as work:
        service.sign_decision(work, decision_id, 1)
    with pytest.raises(NotAllowed), place.open(an_actor(role), DESK) as work:
        service.propose_decision(work, a_proposal(case, DecisionKind.KINSHIP))
    assert [one.kind for one in _decisions(place, case)] == [DecisionKind.IDENTITY]


def test_a_stale_page_signs_nothing(place: Workplace, case: UUID) -> None:
    decision_id = propose(place, case)
    approver = an_actor(Role.APPROVER)
    with pytest.raises(Conflict), place.open(approver, DESK) as work:
        service.sign_decision(work, decision_id, 7)
    with pytest.raises(Conflict), place.open(approver, DESK) as work:
        service.return_decision(work, decision_id, 7, "the booklet is cut off")
    sign(place, case, decision_id)
    with pytest.raises(Conflict), place.open(approver, DESK) as work:
        service.sign_decision(work, decision_id, 2)


def test_what_is_missing_goes_back_and_the_question_is_open_again(place: Workplace, case: UUID) -> None:
    decision_id = propose(place, case)
    second = a_colleague(place, Role.APPROVER)
    with place.open(second, DESK) as work:
        service.return_decision(work, decision_id, 1, "the booklet is cut off")
    verifier = an_actor(Role.VERIFIER)
    with_a_reason(place, verifier, case)
    with place.open(verifier, DESK) as work:
        opened = service.open_file(work, case)
    assert opened.decisions[0].return_reason == "the booklet is cut off"
    assert opened.people == {second.id: "Approver Test"}
    assert opened.unanswered == tuple(DecisionKind)
    sign(place, case, propose(place, case))


def test_a_question_is_answered_once_at_a_time(place: Workplace, case: UUID) -> None:
    decision_id = propose(place, case)
    with pytest.raises(Conflict):
        propose(place, case)
    sign(place, case, decision_id)
    with pytest.raises(Conflict):
        propose(place, case)


def test_nothing_is_decided_before_intake_or_after_the_search_has_begun(place: Workplace) -> None:
    for inquiry_id in (a_filed_inquiry(place).inquiry_id, a_verified_inquiry(place)):
        with pytest.raises(Conflict):
            propose(place, inquiry_id)


def test_a_file_that_does_not_exist_is_not_found(place: Workplace) -> None:
    with pytest.raises(NotFound), place.open(an_actor(Role.VERIFIER), DESK) as work:
        service.open_file(work, uuid4())
    with pytest.raises(NotFound):
        propose(place, uuid4())


@pytest.mark.asvs("16.3.2")
@pytest.mark.asvs("16.2.5")
@pytest.mark.promise("P15")
def test_each_reading_and_each_act_is_remembered_without_any_words(place: Workplace, case: UUID) -> None:
    verifier = an_actor(Role.VERIFIER)
    with_a_reason(place, verifier, case)
    with place.open(verifier, DESK) as work:
        service.open_file(work, case)
    sign(place, case, propose(place, case))
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        rows = work.session.execute(
            text("select event, detail::text from audit_entry where case_id = :case"), {"case": case}
        ).all()
    events = [row.event for row in rows]
    assert events.count("inquiries:inquiry:read") == 1
    assert {"verification:decision:proposed", "verification:decision:signed"} <= set(events)
    assert "booklet names" not in str(rows)


def test_what_waits_is_shown_to_whoever_could_sign_it(place: Workplace, case: UUID) -> None:
    verifier = an_actor(Role.VERIFIER)
    decision_id = propose(place, case, by=verifier)
    with place.open(verifier, DESK) as work:
        assert queries.waiting_for_me(work) == []
    with place.open(an_actor(Role.VERIFIER), DESK) as work:
        assert [one.id for one in queries.waiting_for_me(work)] == [decision_id]


def _decisions(place: Workplace, case: UUID) -> list[object]:
    with place.open(an_actor(Role.APPROVER), DESK) as work:
        return list(queries.decisions_of(work, case))


def _state(place: Workplace, case: UUID) -> InquiryState:
    with place.open(an_actor(Role.INTAKE), DESK) as work:
        return inquiries.state_of(work, case)


def _is_verified(place: Workplace, case: UUID) -> bool:
    with place.open(an_actor(Role.APPROVER), DESK) as work:
        return queries.is_verified(work, case)


def _entries(place: Workplace) -> set[tuple[str, int]]:
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        rows = work.session.execute(text("select event, count(*) from audit_entry group by event"))
        return {(row[0], row[1]) for row in rows}
