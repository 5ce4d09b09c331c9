"""Custody's words: legal holds and their states, findings, and what a report on the whole store says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from portal.vault.vocab import Damage, Occasion


class HoldScope(StrEnum):
    """What a hold was asked for: everything an import brought, or everything of one record."""

    BATCH = "batch"
    RECORD = "record"


class HoldState(StrEnum):
    """The life of a legal hold; it protects from the moment it is asked for until two people have lifted it."""

    ASKED = "asked"
    DECLINED = "declined"
    LIFTED = "lifted"
    LIFTING = "lifting"
    STANDING = "standing"


PROTECTING = frozenset({HoldState.ASKED, HoldState.STANDING, HoldState.LIFTING})


@dataclass(frozen=True, slots=True)
class Hold:
    """One legal hold, and what the person who reads this may do about it."""

    id: UUID
    version: int
    scope: HoldScope
    about: UUID
    state: HoldState
    objects: int
    reason: str
    proposed_by: UUID
    proposed_at: datetime
    signed_by: UUID | None
    signed_at: datetime | None
    lift_asked_by: UUID | None
    lift_asked_at: datetime | None
    lift_reason: str | None
    lifted_by: UUID | None
    lifted_at: datetime | None
    may_sign: bool
    may_ask_to_lift: bool
    may_lift: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """A stored object that was found not to be what it was on arrival."""

    id: UUID
    object_id: UUID
    damage: Damage
    occasion: Occasion
    found_at: datetime
    settled_by: UUID | None
    settled_at: datetime | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the checks have come round: the whole store is gone through once in each period."""

    period: timedelta
    objects: int
    size: int
    oldest: datetime | None
    overdue: int
    damaged: int
    days: tuple[tuple[date, int], ...]

    @property
    def is_whole(self) -> bool:
        """True when every object was checked within the period and none is damaged."""
        return self.overdue == 0 and self.damaged == 0


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """What the vault knows of one object but its content."""

    id: UUID
    purpose: str
    media_type: str
    size: int
    sha256: str
    stored_at: datetime
    checked_at: datetime
    is_erased: bool
    parent_id: UUID | None
    recipe: str | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry of the log about an object."""

    at: datetime
    actor_id: UUID | None
    roles: str
    event: str
    detail: str
