"""Renew a match on its record as it is now, or reverse it; each by two people."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts import queries as accounts
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.inquiries import queries as inquiry_queries
from portal.inquiries import service as inquiries
from portal.inquiries.vocab import InquiryState
from portal.kernel.dual_control import second_person
from portal.kernel.errors import Conflict, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.matching import service as matching
from portal.matching.models import Match
from portal.matching.renewal import policy, queries
from portal.matching.renewal.models import MatchReversal
from portal.matching.renewal.vocab import RenewalDesk, ReversalFile
from portal.matching.vocab import MatchProposal, MatchState, RecordNotConfirmed
from portal.records.revision import queries as revisions
from portal.records.truth import queries as records
from portal.records.vocab import RecordState


def open_desk(work: Work, match_id: UUID) -> RenewalDesk:
    """Open a confirmed match with what changed in its record since it was compared; remembered."""
    work.require(policy.may_read)
    match = _match(work, match_id)
    comparison = matching.compare(work, match.inquiry_id, match.record_id)
    now = comparison.record.facts
    former = revisions.changed_since(work, match.record_id, match.record_version)
    then = revisions.facts_then(now, former) if former else None
    held = former.held if former else comparison.record.statements
    why = queries.standing(match.record_version, now.version, now.state)
    renewal_id, reversal = queries.renewal_of(work, match_id), queries.reversal_of(work, match_id)
    is_open = renewal_id is None and reversal is None
    return RenewalDesk(
        match_id=match_id,
        comparison=comparison,
        why=why if match.state is MatchState.CONFIRMED else None,
        then=then,
        fields=queries.side_by_side(then, now),
        dropped=tuple(said for said in held if said not in comparison.record.statements),
        added=tuple(said for said in comparison.record.statements if said not in held),
        renewal_id=renewal_id,
        reversal=reversal,
        people=accounts.display_names(work, _hands(reversal)),
        may_renew=is_open
        and why is not None
        and now.state is RecordState.CONFIRMED
        and policy.may_renew(work.actor, match.state),
        may_reverse=is_open and policy.may_reverse(work.actor, match.state),
    )


def pair_of(work: Work, match_id: UUID) -> tuple[UUID, UUID]:
    """Which file and which record a match brings together."""
    work.require(policy.may_read)
    match = _match(work, match_id)
    return match.inquiry_id, match.record_id


def propose_renewal(work: Work, match_id: UUID, proposal: MatchProposal) -> UUID:
    """Propose anew that both are one person, on the record as it is now; a colleague judges it blind.

    The former match stays until then, and whatever rests on it stays stopped.
    """
    match = _locked(work, match_id)
    work.require(policy.may_renew, match.state)
    matching.require_evidence(proposal)
    record = records.facts(work, match.record_id)
    if record.state is not RecordState.CONFIRMED:
        raise RecordNotConfirmed("two people must first confirm what this record says")
    if record.version == match.record_version:
        raise Conflict("this match stands: its record has not changed")
    if queries.reversal_of(work, match_id) is not None:
        raise Conflict("somebody has proposed that this match must not stand")
    renewal = Match(
        id=new_id(),
        inquiry_id=match.inquiry_id,
        record_id=match.record_id,
        record_version=record.version,
        state=MatchState.PROPOSED,
        renews=match.id,
        proposed_by=work.actor_id,
        proposed_at=work.now,
    )
    _added(work, renewal)
    matching.reason_of(work, renewal.id, proposal)
    _record(work, Event.MATCHING_RENEWAL_PROPOSED, match)
    return renewal.id


def propose_reversal(work: Work, match_id: UUID, reason: str) -> None:
    """Say as the first person that a confirmed match must not stand."""
    match = _locked(work, match_id)
    work.require(policy.may_reverse, match.state)
    if queries.renewal_of(work, match_id) is not None:
        raise Conflict("a renewal of this match waits for its verdict")
    _added(
        work,
        MatchReversal(match_id=match_id, reason=reason, proposed_by=work.actor_id, proposed_at=work.now),
    )
    _record(work, Event.MATCHING_REVERSAL_PROPOSED, match)


def sign_reversal(work: Work, match_id: UUID, seen_version: int) -> None:
    """Reverse a match as the second person: nothing rests on it from this moment.

    A file that was not told is searched for again, and looks to its family as before. What a family was told
    is shown no more, and its file stays as it is until a person has spoken with them.
    """
    match = _locked(work, match_id)
    row = work.session.scalar(
        select(MatchReversal).where(MatchReversal.match_id == match_id).with_for_update()
    )
    if row is None:
        raise NotFound("nobody has proposed this")
    work.require(policy.may_sign, row.proposed_by, row.signed_by)
    if match.state is not MatchState.CONFIRMED:
        raise Conflict("this match does not stand any more")
    second_person(row, work.actor_id, seen_version)
    row.signed_at = work.now
    work.session.flush()  # the database reverses a match only on two signatures
    match.state = MatchState.REVERSED
    _record(work, Event.MATCHING_MATCH_REVERSED, match)
    if inquiry_queries.state_of(work, match.inquiry_id) is InquiryState.OUTCOME_READY:
        inquiries.advance(work, match.inquiry_id, InquiryState.ACTIVE)


def _added(work: Work, row: Match | MatchReversal) -> None:
    """Write at once: of two people at the same moment the table lets one through."""
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError as error:
        raise Conflict("somebody else answered this at the same moment") from error


def _hands(reversal: ReversalFile | None) -> set[UUID | None]:
    return {reversal.proposed_by, reversal.signed_by} if reversal else set()


def _match(work: Work, match_id: UUID) -> Match:
    row = work.session.get(Match, match_id)
    if row is None:
        raise NotFound("no such match")
    return row


def _locked(work: Work, match_id: UUID) -> Match:
    work.require(policy.may_read)
    _match(work, match_id)
    locking = select(Match).where(Match.id == match_id).with_for_update()
    row = work.session.scalar(locking.execution_options(populate_existing=True))
    if row is None:
        raise Conflict("this match does not stand any more")
    return row


def _record(work: Work, event: Event, match: Match) -> None:
    audit.record(work, event, match.id, case_id=match.inquiry_id)
