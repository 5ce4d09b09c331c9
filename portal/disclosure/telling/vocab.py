"""Facts of the telling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal.disclosure.vocab import Item, Manner, Package
from portal.inquiries.vocab import InquiryFile, Layer

# A deliberate act is over after this, opened or not.
OPENING_LASTS = timedelta(minutes=15)
# After which time somebody asks again how the relative is; then as they wish.
AFTERCARE = (timedelta(hours=48), timedelta(weeks=2), timedelta(weeks=13))


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a liaison writes down after speaking with a relative.

    `was_told` is True only when the relative was told in it; `wished` are the layers they asked for then.
    """

    manner: Manner
    was_told: bool
    beside: str
    notes: str
    wished: frozenset[Layer]


@dataclass(frozen=True, slots=True)
class LoggedConversation:
    """A conversation as the liaison reads it later."""

    id: UUID
    held_by: UUID
    held_at: datetime
    manner: Manner
    was_told: bool
    beside: str
    notes: str


@dataclass(frozen=True, slots=True)
class Offered:
    """One layer as the relative sees it: what it holds once released, nothing before."""

    layer: Layer
    is_released: bool
    items: tuple[Item, ...]
    may_ask: bool = False


@dataclass(frozen=True, slots=True)
class OwnDisclosure:
    """What a relative who was told finds in their pages."""

    id: UUID
    told_at: datetime
    layers: tuple[Offered, ...]
    is_held: bool = False

    @property
    def next_layer(self) -> Layer | None:
        """The next layer that could be asked for."""
        return next((offered.layer for offered in self.layers if offered.may_ask), None)

    @property
    def other_layers(self) -> tuple[Layer, ...]:
        """What could be asked for instead of the next layer; nobody has to pass through one to reach another."""
        return tuple(offered.layer for offered in self.layers if offered.may_ask)[1:]


@dataclass(frozen=True, slots=True)
class ToldPage:
    """The page of a relative who was told; without a disclosure when we can no longer stand by it."""

    name: str
    disclosure: OwnDisclosure | None


@dataclass(frozen=True, slots=True)
class OpeningStep:
    """How far a relative is on the way to one deliberate opening of a photograph."""

    id: UUID
    understood: bool
    ready: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class TellingDesk:
    """What a liaison has before them when they speak with a relative."""

    inquiry: InquiryFile
    package: Package
    held: tuple[LoggedConversation, ...]
    people: Mapping[UUID, str]
    may_log: bool
    is_held: bool
    may_begin_aftercare: bool
    may_close: bool

    @property
    def aftercare(self) -> tuple[datetime, ...]:
        """The days proposed for asking again, once somebody was told."""
        told_at = self.package.told_at
        return () if told_at is None else tuple(told_at + pause for pause in AFTERCARE)
