"""Words about passkeys: what we ask a browser, what it answers, and what its owner sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.kernel.errors import Conflict


class Purpose(StrEnum):
    """What a challenge was made for; it is good for nothing else."""

    ADD = "add"
    ENTER = "enter"
    PROVE = "prove"


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks: the host name of our own pages and their origin. A passkey of one name is none at another."""

    id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the browser is asked, as JSON, and the sealed challenge that its cookie carries meanwhile."""

    options: str
    asked: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser says, as JSON, beside the sealed challenge that it was asked with."""

    party: Party
    text: str = field(repr=False)
    asked: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Made:
    """A passkey that has just been made: how to find it, and how to check what it signs."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A passkey that has signed: whose it says it is, and how often it has signed by now."""

    owner: UUID | None
    sign_count: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A factor shown for one act in one session: the six digits, or the answer of another passkey."""

    token: str = field(repr=False)
    code: str = field(default="", repr=False)
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class OwnPasskey:
    """One of a person's own passkeys, by the name they gave it."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


class CountedBackwards(Conflict):
    """A passkey says that it has signed less often than before: there may be a copy of it."""


def has_gone_on(before: int, now: int) -> bool:
    """True when a count has risen, or the passkey keeps none, as those in several devices do."""
    return now > before or now == before == 0
