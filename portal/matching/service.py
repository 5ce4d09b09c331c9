"""Compare an inquiry with records, propose, and judge what another proposed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.inquiries import queries as inquiry_queries
from portal.inquiries import service as inquiries
from portal.inquiries.vocab import InquiryFile, InquiryState, WaitingInquiry
from portal.kernel.dual_control import second_person
from portal.kernel.errors import Conflict, Invalid, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.matching import evidence, policy, queries, scoring
from portal.matching.models import Match, MatchReasoning, MatchReview
from portal.matching.vocab import (
    Candidate,
    Compared,
    EvidenceLevel,
    Excluded,
    MatchFile,
    MatchProposal,
    MatchState,
    Obstacle,
    RecordNotConfirmed,
    StandingMatch,
    Verdict,
    VisualOnly,
    WaitingMatch,
)
from portal.records.truth import queries as record_queries
from portal.records.truth import service as records
from portal.records.truth.vocab import RecordFacts, RecordFile
from portal.records.vocab import RecordState

MOST_CANDIDATES = 30
_SETTLING = policy.OPEN | {MatchState.CONFIRMED}


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits on the analyst's desk; `proposed` are the files that wait for verdicts."""

    files: tuple[WaitingInquiry, ...]
    proposed: frozenset[UUID]
    waiting: tuple[WaitingMatch, ...]


@dataclass(frozen=True, slots=True)
class CandidateList:
    """What an analyst finds for one inquiry."""

    inquiry: InquiryFile
    candidates: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...]
    standing: tuple[StandingMatch, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One inquiry and one record side by side, pictures closed, and what keeps them apart for now."""

    inquiry: InquiryFile
    record: RecordFile
    candidate: Candidate
    obstacle: Obstacle | None


def desk(work: Work) -> Desk:
    """The files to compare, and the proposals that wait for one's own verdict."""
    work.require(policy.may_find)
    files = inquiry_queries.waiting(work, InquiryState.ACTIVE)
    waiting = queries.waiting_for_me(work)
    return Desk(tuple(files), queries.proposed_inquiries(work), tuple(waiting))


def candidates(work: Work, inquiry_id: UUID) -> CandidateList:
    """The records that may speak of the person sought, likeliest first; the look is remembered."""
    work.require(policy.may_find)
    inquiry = inquiries.open_inquiry(work, inquiry_id)
    if not inquiry.is_search_agreed or inquiry.state not in (InquiryState.ACTIVE, InquiryState.OUTCOME_READY):
        raise Conflict("this file is not ready to be compared")
    excluded = queries.exclusions(work, inquiry_id)
    out = {each.record_id for each in excluded}
    others = (record for record in record_queries.comparable(work) if record.id not in out)
    likely = [_candidate(record, parts) for record, parts in scoring.ranked(inquiry.sought, others)]
    detail = {"candidates": len(likely)}
    audit.record(work, Event.MATCHING_CANDIDATES_READ, inquiry_id, case_id=inquiry_id, detail=detail)
    standing = queries.standing(work, inquiry_id)
    return CandidateList(inquiry, tuple(likely[:MOST_CANDIDATES]), tuple(excluded), tuple(standing))


def compare(work: Work, inquiry_id: UUID, record_id: UUID) -> Comparison:
    """Lay one inquiry and one record side by side; both readings are remembered."""
    work.require(policy.may_compare)
    inquiry = inquiries.open_inquiry(work, inquiry_id)
    record = records.open_record(work, record_id, case_id=inquiry_id)
    obstacle = _obstacle(work, inquiry, record.facts)
    return Comparison(inquiry, record, _laid_out(inquiry, record.facts), obstacle)


def propose_match(work: Work, proposal: MatchProposal) -> UUID:
    """Propose that both are one person, on grounds that carry the level; recognition alone never does."""
    work.require(policy.may_propose)
    require_evidence(proposal)
    match_id = _open(work, proposal.inquiry_id, proposal.record_id, MatchState.PROPOSED)
    reason_of(work, match_id, proposal)
    _record(work, Event.MATCHING_MATCH_PROPOSED, match_id, proposal.inquiry_id)
    return match_id


def require_evidence(proposal: MatchProposal) -> None:
    """Refuse a proposal whose grounds do not carry its level; recognition alone never carries any."""
    if evidence.is_visual_only(proposal.grounds) or proposal.level in policy.TOO_WEAK:
        raise VisualOnly("recognition by sight alone can never confirm who somebody is")
    if not evidence.carries(proposal.grounds, proposal.level):
        raise Invalid("these grounds do not carry that level of evidence")


def exclude(work: Work, inquiry_id: UUID, record_id: UUID, reason: str) -> None:
    """Say that this record is another person: it is set apart, until somebody proposes it all the same."""
    work.require(policy.may_propose)
    if any(each.record_id == record_id for each in queries.exclusions(work, inquiry_id)):
        raise Conflict("this record is set apart already")
    match_id = _open(work, inquiry_id, record_id, MatchState.EXCLUDED)
    proposal = MatchProposal(inquiry_id, record_id, EvidenceLevel.E0, frozenset(), reason)
    reason_of(work, match_id, proposal)
    _record(work, Event.MATCHING_MATCH_EXCLUDED, match_id, inquiry_id)


def open_match(work: Work, match_id: UUID) -> tuple[MatchFile, Comparison]:
    """Open a proposal in order to judge it: the comparison, but not what anybody else thought of it."""
    found = queries.match_file(work, match_id)
    inquiry = inquiries.open_inquiry(work, found.inquiry_id)
    record = records.open_record(work, found.record_id, case_id=found.inquiry_id)
    obstacle = None
    if record.facts.version != found.record_version:
        obstacle = Obstacle.RECORD_CHANGED
    elif found.renews is None and not _is_searched(inquiry):
        obstacle = Obstacle.NOT_SEARCHING
    return found, Comparison(inquiry, record, _laid_out(inquiry, record.facts), obstacle)


def review_match(work: Work, match_id: UUID, verdict: Verdict, reason: str, seen_version: int) -> None:
    """Write one's own verdict before seeing any other; what follows from it follows at once."""
    match = _locked(work, match_id)
    work.require(policy.may_review, match.proposed_by, match.state)
    if match.version != seen_version:
        raise Conflict("this has changed since it was read")
    if any(review.reviewer_id == work.actor_id for review in queries.reviews_of(work, match_id)):
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
    level = _level_that_holds(work, match)
    if policy.is_enough(level, len(queries.reviews_of(work, match.id))):
        _confirm(work, match, level)
    else:
        match.state = MatchState.PANEL


def _level_that_holds(work: Work, match: Match) -> EvidenceLevel:
    reasoning = queries.reasoning_of(work, match.id)
    if reasoning is None:
        raise NotFound("no reasoning")
    if reasoning.level in policy.TOO_WEAK:
        raise VisualOnly("weak evidence can never confirm who somebody is")
    if not evidence.carries(frozenset(reasoning.grounds), reasoning.level):
        raise Invalid("these grounds do not carry that level of evidence")
    return reasoning.level


def _confirm(work: Work, match: Match, level: EvidenceLevel) -> None:
    record = record_queries.facts(work, match.record_id)
    if record.version != match.record_version:
        raise Conflict("the record has changed since it was compared")
    if record.state is not RecordState.CONFIRMED:
        raise RecordNotConfirmed("two people must first confirm what this record says")
    if match.renews is None and not _is_searched(inquiry_queries.inquiry_file(work, match.inquiry_id)):
        raise Conflict("this person is not being searched for now")
    if match.renews is not None:
        _take_place(work, match.renews)
    second_person(match, work.actor_id, match.version)
    match.state, match.level, match.signed_at = MatchState.CONFIRMED, level, work.now
    _flush(work)
    if match.renews is None:
        inquiries.advance(work, match.inquiry_id, InquiryState.OUTCOME_READY)
    _record(work, Event.MATCHING_MATCH_CONFIRMED, match.id, match.inquiry_id)


def _take_place(work: Work, former_id: UUID) -> None:
    """The former match ends where its renewal begins; the database lets only one stand for a file."""
    former = _locked(work, former_id, frozenset({MatchState.CONFIRMED}))
    former.state = MatchState.RENEWED
    work.session.flush()  # its renewal takes the one place there is


def _open(work: Work, inquiry_id: UUID, record_id: UUID, state: MatchState) -> UUID:
    inquiry = inquiry_queries.inquiry_file(work, inquiry_id)
    record = record_queries.facts(work, record_id)
    obstacle = _obstacle(work, inquiry, record)
    if obstacle is Obstacle.RECORD_UNCONFIRMED and state is MatchState.PROPOSED:
        raise RecordNotConfirmed("two people must first confirm what this record says")
    if obstacle not in (None, Obstacle.RECORD_UNCONFIRMED):
        raise Conflict(f"these two cannot be brought together now: {obstacle}")
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
    _flush(work)
    return match.id


def _flush(work: Work) -> None:
    """Write at once: what follows rests on it, and of two people at the same moment the table lets one through."""
    try:
        work.session.flush()
    except IntegrityError as error:
        raise Conflict("somebody else answered this at the same moment") from error


def _obstacle(work: Work, inquiry: InquiryFile, record: RecordFacts) -> Obstacle | None:
    if not _is_searched(inquiry):
        return Obstacle.NOT_SEARCHING
    standing = queries.standing(work, inquiry.id)
    if any(each.record_id == record.id and each.state in _SETTLING for each in standing):
        return Obstacle.ANSWERED
    return None if record.state is RecordState.CONFIRMED else Obstacle.RECORD_UNCONFIRMED


def _is_searched(inquiry: InquiryFile) -> bool:
    return inquiry.state is InquiryState.ACTIVE and inquiry.is_search_agreed


def reason_of(work: Work, match_id: UUID, proposal: MatchProposal) -> None:
    """Keep level, grounds and reason of a proposal; they stay closed to whoever has not judged."""
    grounds = sorted(proposal.grounds)
    work.session.add(
        MatchReasoning(match_id=match_id, level=proposal.level, grounds=grounds, reason=proposal.reason)
    )


def _locked(work: Work, match_id: UUID, states: frozenset[MatchState] = policy.OPEN) -> Match:
    wanted = select(Match).where(Match.id == match_id)
    if work.session.scalar(wanted) is None:
        raise NotFound("no such match")
    locking = wanted.where(Match.state.in_(states)).with_for_update()
    match = work.session.scalar(locking.execution_options(populate_existing=True))
    if match is None:
        raise Conflict("this has its answer already")
    return match


def _laid_out(inquiry: InquiryFile, record: RecordFacts) -> Candidate:
    return _candidate(record, scoring.compared(inquiry.sought, record))


def _candidate(record: RecordFacts, parts: tuple[Compared, ...]) -> Candidate:
    return Candidate(record.id, record.version, parts, record.state is RecordState.CONFIRMED)


def _record(work: Work, event: Event, match_id: UUID, inquiry_id: UUID) -> None:
    audit.record(work, event, match_id, case_id=inquiry_id)
