"""Decide who is asking and how they are related; each decision needs a second person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts import queries as accounts
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.inquiries import queries as inquiry_queries
from portal.inquiries import service as inquiries
from portal.inquiries.vocab import InquiryFile, InquiryState
from portal.kernel.dual_control import second_person
from portal.kernel.errors import Conflict, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.verification import policy, queries
from portal.verification.models import Decision
from portal.verification.vocab import DecisionFacts, DecisionKind, DecisionState, Finding, Proposal


@dataclass(frozen=True, slots=True)
class VerificationFile:
    """What a verifier sees: the inquiry, what was decided so far and by whom, and what is still open to them."""

    inquiry: InquiryFile
    decisions: list[DecisionFacts]
    people: Mapping[UUID, str]
    unanswered: tuple[DecisionKind, ...]
    may_propose: bool


def open_file(work: Work, inquiry_id: UUID) -> VerificationFile:
    """Open a file in order to verify; the reading is remembered."""
    inquiry, decisions = inquiries.open_inquiry(work, inquiry_id), queries.decisions_of(work, inquiry_id)
    hands = [hand for one in decisions for hand in (one.proposed_by, one.signed_by, one.returned_by)]
    unanswered = tuple(
        kind for kind in DecisionKind if not any(_answers(decision, kind) for decision in decisions)
    )
    return VerificationFile(
        inquiry=inquiry,
        decisions=decisions,
        people=accounts.display_names(work, hands),
        unanswered=unanswered,
        may_propose=policy.may_propose(work.actor) and inquiry.state is InquiryState.VERIFYING,
    )


def propose_decision(work: Work, proposal: Proposal) -> UUID:
    """Answer one of the two questions, with a reason; nothing holds until a second person signs."""
    work.require(policy.may_propose)
    if inquiry_queries.state_of(work, proposal.inquiry_id) is not InquiryState.VERIFYING:
        raise Conflict("this file is not waiting for verification")
    if any(_answers(one, proposal.kind) for one in queries.decisions_of(work, proposal.inquiry_id)):
        raise Conflict("this question is already answered")
    decision_id = new_id()
    work.session.add(
        Decision(
            id=decision_id,
            inquiry_id=proposal.inquiry_id,
            kind=proposal.kind,
            finding=proposal.finding,
            basis=sorted(proposal.basis),
            reason=proposal.reason,
            proposed_by=work.actor_id,
            proposed_at=work.now,
        )
    )
    try:
        work.session.flush()  # two verifiers may answer at the same moment; the table lets one of them through
    except IntegrityError as error:
        raise Conflict("this question is already answered") from error
    _record(work, Event.VERIFICATION_DECISION_PROPOSED, decision_id, proposal)
    return decision_id


def sign_decision(work: Work, decision_id: UUID, seen_version: int) -> None:
    """Give the second signature; when both questions are answered with yes, the search begins."""
    decision = _locked(work, decision_id)
    work.require(policy.may_sign, decision.proposed_by, decision.state)
    if inquiry_queries.state_of(work, decision.inquiry_id) is not InquiryState.VERIFYING:
        raise Conflict("this file is not waiting for verification")
    second_person(decision, work.actor_id, seen_version)
    decision.state, decision.signed_at = DecisionState.SIGNED, work.now
    _record(work, Event.VERIFICATION_DECISION_SIGNED, decision.id, decision)
    work.session.flush()  # the question below reads what was just signed
    if queries.is_verified(work, decision.inquiry_id):
        inquiries.advance(work, decision.inquiry_id, InquiryState.ACTIVE)


def return_decision(work: Work, decision_id: UUID, seen_version: int, reason: str) -> None:
    """Give a decision back to its proposer, saying what is missing."""
    decision = _locked(work, decision_id)
    work.require(policy.may_sign, decision.proposed_by, decision.state)
    if decision.version != seen_version:
        raise Conflict("this has changed since it was read")
    decision.state, decision.returned_by = DecisionState.RETURNED, work.actor_id
    decision.return_reason = reason
    _record(work, Event.VERIFICATION_DECISION_RETURNED, decision.id, decision)


def _locked(work: Work, decision_id: UUID) -> Decision:
    decision = work.session.scalar(select(Decision).where(Decision.id == decision_id).with_for_update())
    if decision is None:
        raise NotFound("no such decision")
    if decision.state is not DecisionState.PROPOSED:
        raise Conflict("this has its second answer already")
    return decision


def _answers(decision: DecisionFacts, kind: DecisionKind) -> bool:
    if decision.kind is not kind:
        return False
    accepted = decision.state is DecisionState.SIGNED and decision.finding is Finding.ACCEPTED
    return accepted or decision.state is DecisionState.PROPOSED


def _record(work: Work, event: Event, decision_id: UUID, about: Proposal | Decision) -> None:
    detail = {"kind": about.kind.value, "finding": about.finding.value}
    audit.record(work, event, decision_id, case_id=about.inquiry_id, detail=detail)
