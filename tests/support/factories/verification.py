"""Files verified the way two people verify them."""

from __future__ import annotations

from uuid import UUID

from portal.inquiries.vocab import InquiryState
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.verification import queries, service
from portal.verification.vocab import Basis, DecisionFacts, DecisionKind, Finding, Proposal
from tests.support.actors import an_actor
from tests.support.factories.inquiries import a_filed_inquiry, advance


def an_inquiry_to_verify(place: Workplace, **changes: object) -> UUID:
    """An inquiry of which nobody has asked yet who is asking."""
    inquiry_id = a_filed_inquiry(place, **changes).inquiry_id
    advance(place, inquiry_id, InquiryState.TRIAGE, InquiryState.VERIFYING)
    return inquiry_id


def a_verified_inquiry(place: Workplace, **changes: object) -> UUID:
    """An inquiry with both questions answered by two people: the search for this person has begun."""
    inquiry_id = an_inquiry_to_verify(place, **changes)
    for kind in DecisionKind:
        sign(place, inquiry_id, propose(place, inquiry_id, kind))
    return inquiry_id


def a_proposal(
    inquiry_id: UUID, kind: DecisionKind = DecisionKind.IDENTITY, finding: Finding = Finding.ACCEPTED
) -> Proposal:
    """What a verifier may say."""
    basis = frozenset({Basis.FAMILY_BOOKLET, Basis.INTERVIEW})
    return Proposal(inquiry_id, kind, finding, basis, "the booklet names both parents")


def propose(
    place: Workplace,
    inquiry_id: UUID,
    kind: DecisionKind = DecisionKind.IDENTITY,
    finding: Finding = Finding.ACCEPTED,
    by: Actor | None = None,
) -> UUID:
    """A verifier answers one question."""
    with place.open(by or an_actor(Role.VERIFIER), DbRole.CASEWORK) as work:
        return service.propose_decision(work, a_proposal(inquiry_id, kind, finding))


def sign(place: Workplace, inquiry_id: UUID, decision_id: UUID, by: Actor | None = None) -> None:
    """Somebody else signs it."""
    version = decision(place, inquiry_id, decision_id).version
    with place.open(by or an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        service.sign_decision(work, decision_id, version)


def decision(place: Workplace, inquiry_id: UUID, decision_id: UUID) -> DecisionFacts:
    """One decision as an approver reads it."""
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        return next(one for one in queries.decisions_of(work, inquiry_id) if one.id == decision_id)
