"""Look through the archive for a name that the candidates did not bring."""

from __future__ import annotations

from uuid import UUID

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.inquiries import service as inquiries
from portal.inquiries.vocab import InquiryFile, InquiryState
from portal.kernel.errors import Conflict
from portal.kernel.finding.finder import search as find
from portal.kernel.finding.index import build
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.matching import scoring
from portal.matching.lookup import policy
from portal.matching.lookup.models import NameSearch
from portal.matching.lookup.vocab import NamedRecord, SearchResult, Wanted
from portal.matching.vocab import Candidate
from portal.records.truth import queries as records
from portal.records.truth.vocab import RecordFacts
from portal.records.vocab import RecordState

MOST_FOUND = 20
_SEARCHED = frozenset({InquiryState.ACTIVE, InquiryState.OUTCOME_READY})


def open_case(work: Work, inquiry_id: UUID) -> InquiryFile:
    """The inquiry a search is for: its search must be agreed to and under way."""
    work.require(policy.may_search)
    inquiry = inquiries.open_inquiry(work, inquiry_id)
    if not inquiry.is_search_agreed or inquiry.state not in _SEARCHED:
        raise Conflict("this file is not ready to be compared")
    return inquiry


def search_archive(work: Work, wanted: Wanted) -> SearchResult:
    """The records whose name is like the one typed, likeliest first; that somebody looked, and why, is kept.

    Only names that two people have read on a paper are looked through. They are laid out for each search anew and
    in memory alone: no list of the archive's names lies about unsealed.
    """
    inquiry = open_case(work, wanted.inquiry_id)
    known = {record.id: record for record in records.comparable(work)}
    index = build((record.id.bytes, record.full_name) for record in known.values() if record.full_name)
    answers = find(index, wanted.name, MOST_FOUND + 1)
    found = [_beside(inquiry, known[UUID(bytes=answer.key)]) for answer in answers]
    _remember(work, wanted, len(found))
    return SearchResult(inquiry, tuple(found[:MOST_FOUND]), len(found) > MOST_FOUND)


def _beside(inquiry: InquiryFile, record: RecordFacts) -> NamedRecord:
    parts = scoring.compared(inquiry.sought, record)
    is_confirmed = record.state is RecordState.CONFIRMED
    return NamedRecord(record.full_name, Candidate(record.id, record.version, parts, is_confirmed))


def _remember(work: Work, wanted: Wanted, found: int) -> None:
    search = NameSearch(
        id=new_id(),
        inquiry_id=wanted.inquiry_id,
        account_id=work.actor_id,
        name=wanted.name,
        reason=wanted.reason,
        found=found,
        searched_at=work.now,
    )
    work.session.add(search)
    audit.record(work, Event.MATCHING_ARCHIVE_SEARCHED, search.id, case_id=wanted.inquiry_id)
