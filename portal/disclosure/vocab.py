"""Words of disclosure: the states of a package, the manner of a conversation, what an item holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.inquiries.vocab import Layer

# From the fact to what is hardest to see; a relative may stop after any of them.
LAYERS = (
    Layer.FACT,
    Layer.DATE_PLACE,
    Layer.PAPERS,
    Layer.PHOTOGRAPHS_EXIST,
    Layer.DESCRIPTION,
    Layer.FACE,
)


class PackageState(StrEnum):
    """Where a package stands; only `told` lets anything be released."""

    APPROVED = "approved"
    CONTACTED = "contacted"
    FROZEN = "frozen"
    PREPARED = "prepared"
    SEALED = "sealed"
    TOLD = "told"


class Manner(StrEnum):
    """How a conversation was held."""

    IN_PERSON = "in_person"
    TELEPHONE = "telephone"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of a layer: a text of ours, a quotation with its source, or a picture in the vault."""

    layer: Layer
    position: int
    text: str | None = None
    source: str | None = None
    object_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """A package as staff see it; `items` in the order in which a relative would meet them."""

    id: UUID
    version: int
    inquiry_id: UUID
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
    may_prepare: bool
    may_approve: bool

    def texts(self, layer: Layer) -> tuple[Item, ...]:
        """The items of one layer."""
        return tuple(item for item in self.items if item.layer is layer)
