"""A proposed change of a record, and the versions two people have signed, as a desk reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portal.records.truth.vocab import RecordFacts, Statement
from portal.records.vocab import RecordState, RevisionKind, RevisionState, WithdrawalGround


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quotation of a record with its paper, and whether it is held true."""

    id: UUID
    said: Statement
    is_held: bool


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why a record is withdrawn: a word of the list, and a text."""

    ground: WithdrawalGround
    reason: str


@dataclass(frozen=True, slots=True)
class RevisionFile:
    """A proposed change: what would no longer be held true, and what would be again."""

    id: UUID
    version: int
    kind: RevisionKind
    state: RevisionState
    facts: RecordFacts
    dropped: tuple[Statement, ...]
    restored: tuple[Statement, ...]
    kept: tuple[Statement, ...]
    ground: WithdrawalGround | None
    reason: str
    proposed_by: UUID
    proposed_at: datetime
    signed_by: UUID | None
    signed_at: datetime | None
    people: Mapping[UUID, str]
    is_stale: bool
    may_answer: bool


@dataclass(frozen=True, slots=True)
class Version:
    """One version that two people signed, and what it changed of the one before."""

    number: int
    state: RecordState
    photographed_on: date | None
    was_photographed_on: date | None
    held: tuple[Statement, ...]
    dropped: tuple[Statement, ...]
    added: tuple[Statement, ...]
    ground: WithdrawalGround | None
    reason: str | None
    proposed_by: UUID
    proposed_at: datetime
    signed_by: UUID
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """The versions of one record, the newest first."""

    facts: RecordFacts
    versions: tuple[Version, ...]
    people: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class WaitingRevision:
    """A proposed change that waits for a second person."""

    id: UUID
    branch: str | None
    number: str
    kind: RevisionKind
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class RevisionDesk:
    """A record before somebody who holds it wrong: all its quotations, and what may be done."""

    facts: RecordFacts
    quoted: tuple[Quoted, ...]
    open_id: UUID | None
    may_correct: bool
    may_withdraw: bool
