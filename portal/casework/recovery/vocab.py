"""What the desk sees of recoveries: the pages of a file, and the conversation that begins one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from portal.accounts.recovery.vocab import CaseRecovery, Lost, Mark


@dataclass(frozen=True, slots=True)
class MayDo:
    """What the reader may do with one recovery now."""

    sign: bool
    decline: bool
    hand: bool
    see_stop: bool


@dataclass(frozen=True, slots=True)
class RecoveryFile:
    """The recoveries of one file, with the names of those who acted and what the reader may do."""

    inquiry_id: UUID
    reference: str
    recoveries: tuple[CaseRecovery, ...]
    may: Mapping[UUID, MayDo]
    people: Mapping[UUID, str]
    may_ask: bool


@dataclass(frozen=True, slots=True)
class OpenedConversation:
    """What a caseworker needs while speaking with the relative: the agreed word, never the address."""

    inquiry_id: UUID
    reference: str
    code_word: str | None = field(repr=False)
    is_written_to: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What came out of the conversation, as the caseworker wrote it down."""

    lost: Lost
    marks: frozenset[Mark]
    notes: str = field(repr=False)
