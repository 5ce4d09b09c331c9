"""Facts of the telling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.disclosure.vocab import Item, Manner
from portal.inquiries.vocab import Layer


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


@dataclass(frozen=True, slots=True)
class OwnDisclosure:
    """What a relative who was told finds in their pages."""

    id: UUID
    told_at: datetime
    layers: tuple[Offered, ...]

    @property
    def next_layer(self) -> Layer | None:
        """The next layer that could be asked for."""
        return next((offered.layer for offered in self.layers if not offered.is_released), None)


@dataclass(frozen=True, slots=True)
class OpeningStep:
    """How far a relative is on the way to one deliberate opening of a photograph."""

    id: UUID
    understood: bool
    ready: bool
    opened: bool
