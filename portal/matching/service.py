"""Compare an inquiry with records, propose, and judge what another proposed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.inquiries import queries as inquiry_queries
from portal.inquiries import service as inquiries
from portal.inquiries.vocab import InquiryFile, InquiryState
from portal.kernel.dual_control import second_person
from portal.kernel.errors import Conflict, Invalid, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.matching import evidence, policy, queries, scoring
from portal.matching.models import Match, MatchReasoning, MatchReview
from portal.matching.vocab import (
    Candidate,
    EvidenceLevel,
    Excluded,
    MatchFile,
    MatchProposal,
    MatchState,
    RecordNotConfirmed,
    StandingMatch,
    Verdict,
    VisualOnly,
)
from portal.records.truth import queries as record_queries
from portal.records.truth import service as records
from portal.records.truth.vocab import RecordFacts, RecordFile
from portal.records.vocab import RecordState

MOST_CANDIDATES = 30
PANEL = 2  # judges beside the proposer when the evidence is E2


@dataclass(frozen=True, slots=True)
class CandidateList:
    """What an analyst finds for one inquiry."""

    inquiry: InquiryFile
    candidates: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...]
    standing: tuple[StandingMatch, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One inquiry and one record side by side, pictures closed."""

    inquiry: InquiryFile
    record: RecordFile
    candidate: Candidate


def candidates(work: Work, inquiry_id: UUID) -> CandidateList:
    """The records that may speak of the person sought, likeliest first; the look is remembered."""
    work.require(policy.may_compare)
    if inquiry_queries.state_of(work, inquiry_id) not in (InquiryState.ACTIVE, InquiryState.OUTCOME_READY):
        raise Conflict("this file is not ready to be compared")
    inquiry = inquiries.open_inquiry(work, inquiry_id)
    excluded = queries.exclusions(work, inquiry_id)
    out = {each.record_id for each in excluded}
    found = [
        _candidate(inquiry, record) for record in record_queries.comparable(work) if record.id not in out
    ]
    likely = sorted(
        (each for each in found if scoring.is_candidate(each.parts)),
        key=lambda each: (-scoring.weight(each.parts), str(each.record_id)),
    )
    detail = {"candidates": len(likely)}
    audit.record(work, Event.MATCHING_CANDIDATES_READ, inquiry_id, case_id=inquiry_id, detail=detail)
    standing = queries.standing(work, inquiry_id)
    return CandidateList(inquiry, tuple(likely[:MOST_CANDIDATES]), tuple(excluded), tuple(standing))


def compare(work: Work, inquiry_id: UUID, record_id: UUID) -> Comparison:
    """Lay one inquiry and one record side by side; both readings are remembered."""
    work.require(policy.may_read)
    inquiry = inquiries.open_inquiry(work, inquiry_id)
    record = records.open_record(work, record_id, case_id=inquiry_id)
    return Comparison(inquiry, record, _candidate(inquiry, record.facts))


def propose_match(work: Work, proposal: MatchProposal) -> UUID:
    """Propose that both are one person, on grounds that carry the level; recognition alone never does."""
    work.require(policy.may_propose)
    if evidence.is_visual_only(proposal.grounds) or proposal.level in policy.TOO_WEAK:
        raise VisualOnly("recognition by sight alone can never confirm who somebody is")
    if not evidence.carries(proposal.grounds, proposal.level):
        raise Invalid("these grounds do not carry that level of evidence")
    if inquiry_queries.state_of(work, proposal.inquiry_id) is not InquiryState.ACTIVE:
        raise Conflict("this file is not being compared")
    match_id = _open(work, proposal.inquiry_id, proposal.record_id, MatchState.PROPOSED)
    _reason(work, match_id, proposal)
    _record(work, Event.MATCHING_MATCH_PROPOSED, match_id, proposal.inquiry_id)
    return match_id


def exclude(work: Work, inquiry_id: UUID, record_id: UUID, reason: str) -> None:
    """Say that this record is another person; it is not offered again for this inquiry."""
    work.require(policy.may_propose)
    match_id = _open(work, inquiry_id, record_id, MatchState.EXCLUDED)
    proposal = MatchProposal(inquiry_id, record_id, EvidenceLevel.E0, frozenset(), reason)
    _reason(work, match_id, proposal)
    _record(work, Event.MATCHING_MATCH_EXCLUDED, match_id, inquiry_id)


def open_match(work: Work, match_id: UUID) -> tuple[MatchFile, Comparison]:
    """Open a proposal in order to judge it: the comparison, but not what anybody else thought of it."""
    found = queries.match_file(work, match_id)
    return found, compare(work, found.inquiry_id, found.record_id)


def review_match(work: Work, match_id: UUID, verdict: Verdict, reason: str, seen_version: int) -> None:
    """Write one's own verdict before seeing any other; what follows from it follows at once."""
    match = _locked(work, match_id)
    work.require(policy.may_review, match.proposed_by, match.state)
    if match.version != seen_version:
        raise Conflict("this has changed since it was read")
    if any(review.reviewer_id == work.actor_id for review in queries.match_file(work, match_id).reviews):
        raise Conflict("a verdict is written once")
    work.session.add(
        MatchReview(
            match_id=match_id,
            reviewer_id=work.actor_id,
            verdict=verdict,
            reason=reason,
            reviewed_at=work.now,
        )
    )
    work.session.flush()  # from now on the database shows this person the reasons
    _record(work, Event.MATCHING_MATCH_REVIEWED, match_id, match.inquiry_id)
    _follow(work, match, verdict)


def _follow(work: Work, match: Match, verdict: Verdict) -> None:
    if verdict is not Verdict.SAME:
        match.state = MatchState.RETURNED
        _record(work, Event.MATCHING_MATCH_RETURNED, match.id, match.inquiry_id)
        return
    level = _judged_level(work, match)
    same = work.session.scalar(select(func.count()).where(MatchReview.match_id == match.id)) or 0
    if level not in policy.CONFIRMABLE and same < PANEL:
        match.state = MatchState.PANEL
        return
    _confirm(work, match, level)


def _judged_level(work: Work, match: Match) -> EvidenceLevel:
    reasoning = queries.match_file(work, match.id).reasoning
    if reasoning is None:
        raise NotFound("no reasoning")
    if not evidence.carries(frozenset(reasoning.grounds), reasoning.level):
        raise Invalid("these grounds do not carry that level of evidence")
    if reasoning.level in policy.TOO_WEAK:
        raise VisualOnly("weak evidence can never confirm who somebody is")
    return reasoning.level


def _confirm(work: Work, match: Match, level: EvidenceLevel) -> None:
    record = record_queries.facts(work, match.record_id)
    if record.version != match.record_version:
        raise Conflict("the record has changed since it was compared")
    if record.state is not RecordState.CONFIRMED:
        raise RecordNotConfirmed("two people must first confirm what this record says")
    second_person(match, work.actor_id, match.version)
    match.state, match.level, match.signed_at = MatchState.CONFIRMED, level, work.now
    inquiries.advance(work, match.inquiry_id, InquiryState.OUTCOME_READY)
    _record(work, Event.MATCHING_MATCH_CONFIRMED, match.id, match.inquiry_id)


def _open(work: Work, inquiry_id: UUID, record_id: UUID, state: MatchState) -> UUID:
    if any(each.record_id == record_id for each in queries.standing(work, inquiry_id)):
        raise Conflict("this record already has its answer for this file")
    record = record_queries.facts(work, record_id)
    match = Match(
        id=new_id(),
        inquiry_id=inquiry_id,
        record_id=record_id,
        record_version=record.version,
        state=state,
        proposed_by=work.actor_id,
        proposed_at=work.now,
    )
    work.session.add(match)
    work.session.flush()  # the reasons are accepted only beside one's own proposal
    return match.id


def _reason(work: Work, match_id: UUID, proposal: MatchProposal) -> None:
    grounds = sorted(proposal.grounds)
    work.session.add(
        MatchReasoning(match_id=match_id, level=proposal.level, grounds=grounds, reason=proposal.reason)
    )


def _locked(work: Work, match_id: UUID) -> Match:
    match = work.session.scalar(select(Match).where(Match.id == match_id).with_for_update())
    if match is None:
        raise NotFound("no such match")
    return match


def _candidate(inquiry: InquiryFile, record: RecordFacts) -> Candidate:
    parts = scoring.compared(inquiry.sought, record)
    return Candidate(record.id, record.version, parts, record.state is RecordState.CONFIRMED)


def _record(work: Work, event: Event, match_id: UUID, inquiry_id: UUID) -> None:
    audit.record(work, event, match_id, case_id=inquiry_id)
