"""What an envelope is: to whom, how, when; never about what."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class EnvelopeState(StrEnum):
    """Where an envelope is on its way."""

    FAILED = "failed"
    QUEUED = "queued"
    SENT = "sent"


class Urgency(StrEnum):
    """How long a message may be kept back, which never tells a family whether there is news.

    The news of a case are always calm. A notice about the receiver's own account comes on any day that suits them,
    while it can still be stopped. Only the machine writes to colleagues at once.
    """

    ANY_DAY = "any_day"
    AT_ONCE = "at_once"
    CALM = "calm"


@dataclass(frozen=True, slots=True)
class DeliveryRules:
    """When the receiver may be written to: hours of their day, weekdays (Monday is 0) and dates (month, day)."""

    hour_from: int = 10
    hour_to: int = 18
    quiet_weekdays: frozenset[int] = frozenset()
    quiet_dates: frozenset[tuple[int, int]] = frozenset()
    zone: str = "Asia/Damascus"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The calm rhythm on which all messages leave, whatever happened; immediate only where nobody waits for news."""

    weekdays: frozenset[int] = frozenset({0, 2})
    immediate: bool = False


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message to be sent by e-mail; `sender_name` is the one agreed with the receiver."""

    recipient_ref: UUID
    address: str
    language: str
    rules: DeliveryRules = field(default_factory=DeliveryRules)
    sender_name: str | None = None
    urgency: Urgency = Urgency.CALM
