"""A hold as staff see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StandingHold:
    """A relative may be under pressure: since when, and what was proposed so far; never how we know."""

    id: UUID
    version: int
    inquiry_id: UUID
    reference: str
    raised_at: datetime
    proposed_by: UUID | None
    proposed_at: datetime | None
    reason: str | None = field(repr=False)
    may_propose: bool
    may_sign: bool
    proposer: str | None = None
