"""A search of the archive by name: what is asked, what is found, what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from portal.inquiries.vocab import InquiryFile
from portal.matching.vocab import Candidate


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name to look for in the archive, on behalf of one inquiry, and why."""

    inquiry_id: UUID
    name: str = field(repr=False)
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record that bears a name like the one typed, laid beside the inquiry it was looked for."""

    name: str = field(repr=False)
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The records found, the likeliest name first; `was_cut` says that there were more."""

    inquiry: InquiryFile
    found: tuple[NamedRecord, ...] = ()
    was_cut: bool = False


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """One search as an auditor reads it."""

    id: UUID
    inquiry_id: UUID
    account_id: UUID
    searcher: str | None
    name: str = field(repr=False)
    reason: str = field(repr=False)
    found: int
    searched_at: datetime
