"""Words about fallbacks: who may do without a passkey for some days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal.kernel.errors import Conflict

LONGEST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NewFallback:
    """Whom to let do without, and for how many days from the second signature on."""

    account_id: UUID
    days: int


@dataclass(frozen=True, slots=True)
class Fallback:
    """A fallback that waits for its second signature, or is in force."""

    id: UUID
    version: int
    colleague: str
    days: int
    proposed_by: str
    proposed_at: datetime
    until: datetime | None
    may_sign: bool


@dataclass(frozen=True, slots=True)
class FallbackDesk:
    """What an administrator sees: what waits, what is in force, and for whom one can be proposed."""

    waiting: tuple[Fallback, ...]
    in_force: tuple[Fallback, ...]
    candidates: dict[UUID, str]


class FallbackWaits(Conflict):
    """For this person a fallback waits already, or is in force."""
