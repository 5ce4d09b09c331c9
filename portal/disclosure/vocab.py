"""Words of disclosure: the states of a package, the manner of a conversation, what an item holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.inquiries.vocab import Layer
from portal.kernel.errors import Invalid
from portal.records.vocab import Part

# From the fact to what is hardest to see; a relative may stop after any of them.
LAYERS = (
    Layer.FACT,
    Layer.DATE_PLACE,
    Layer.PAPERS,
    Layer.PHOTOGRAPHS_EXIST,
    Layer.DESCRIPTION,
    Layer.FACE,
)
# What is said in words before anybody could ask for a face.
BEFORE_A_FACE = frozenset({Layer.FACT, Layer.PHOTOGRAPHS_EXIST, Layer.DESCRIPTION})


class CauseInOwnWords(Invalid):
    """A certificate's cause of death stands in our own words; it may only be quoted as the paper's."""


class PackageState(StrEnum):
    """Where a package stands; only `told` lets anything be released."""

    APPROVED = "approved"
    CONTACTED = "contacted"
    FROZEN = "frozen"
    PREPARED = "prepared"
    SEALED = "sealed"
    SUPERSEDED = "superseded"
    TOLD = "told"


class Manner(StrEnum):
    """How a conversation was held."""

    IN_PERSON = "in_person"
    TELEPHONE = "telephone"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of a layer: a text of ours, a quotation with its source, or a picture in the vault.

    A quotation says which `part` of the paper it is, so that a cause is never read as ours.
    """

    layer: Layer
    position: int
    text: str | None = None
    source: str | None = None
    object_id: UUID | None = None
    part: Part | None = None

    @property
    def is_quotation(self) -> bool:
        """True when these are somebody else's words."""
        return self.source is not None


@dataclass(frozen=True, slots=True)
class FaceCrop:
    """Which photograph, and which part of it in hundredths of its width and height: left, top, right, bottom."""

    item_id: UUID
    left: int
    top: int
    right: int
    bottom: int

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """The part in pixels of the upright photograph."""
        return (
            width * self.left // 100,
            height * self.top // 100,
            width * self.right // 100,
            height * self.bottom // 100,
        )


@dataclass(frozen=True, slots=True)
class Package:
    """A package as staff see it; `items` in the order in which a relative would meet them."""

    id: UUID
    version: int
    inquiry_id: UUID
    match_id: UUID
    record_id: UUID
    record_version: int
    state: PackageState
    fingerprint: str | None
    items: tuple[Item, ...]
    proposed_by: UUID
    proposed_at: datetime
    signed_by: UUID | None
    signed_at: datetime | None
    contacted_at: datetime | None
    told_at: datetime | None
    stands: bool
    may_prepare: bool
    may_approve: bool

    def texts(self, layer: Layer) -> tuple[Item, ...]:
        """The items of one layer."""
        return tuple(item for item in self.items if item.layer is layer)

    def own_words(self, layer: Layer) -> str:
        """What we say ourselves in one layer."""
        return next((item.text for item in self.texts(layer) if item.text and not item.is_quotation), "")

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers a relative could ask for: those that hold something."""
        return tuple(layer for layer in LAYERS if self.texts(layer))

    @property
    def has_face(self) -> bool:
        """True when a face was chosen."""
        return bool(self.texts(Layer.FACE))
