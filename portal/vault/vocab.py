"""The vault's words: kinds of file, reasons to refuse one, and the recipe of a re-drawn copy."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum

from portal.kernel.errors import Alarm, Invalid, PortalError, Unavailable

Box = tuple[int, int, int, int]
SIGNS = 256  # by which a picture is recognised, see portal/vault/likeness.py
MOST_BYTES = 200 * 1024 * 1024

_LARGEST_SIDE = 10_000
# The built-in face draws these letters only; anything else would come out as empty boxes.
_WATERMARK = re.compile(r"[A-Za-z0-9 .,:/#()+-]{1,80}")


class FileKind(StrEnum):
    """What a file is by its content; nothing else is taken in."""

    JPEG = "jpeg"
    PDF = "pdf"
    PNG = "png"
    TIFF = "tiff"

    @property
    def media_type(self) -> str:
        """The type to name when the file is handed out."""
        return "application/pdf" if self is FileKind.PDF else f"image/{self.value}"


class RefusalReason(StrEnum):
    """Why a file was not taken in; each has its own sentence for the person who sent it."""

    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    TOO_HEAVY = "too_heavy"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SLOW = "too_slow"
    TRUNCATED = "truncated"
    UNREADABLE = "unreadable"
    WRONG_TYPE = "wrong_type"


class Refused(PortalError):
    """A file cannot be taken in or re-drawn, for one reason that can be told."""

    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Damage(StrEnum):
    """In which way a stored object is not what was put there."""

    ALTERED = "altered"
    GONE = "gone"
    KEY = "key"


class Occasion(StrEnum):
    """When a damage came to light."""

    COMMAND = "command"
    READING = "reading"
    SCHEDULE = "schedule"


class VaultDamaged(Alarm):
    """What is stored is not what was put there: altered, cut, exchanged, or gone."""

    def __init__(self, what: str, damage: Damage = Damage.ALTERED) -> None:
        super().__init__(what)
        self.damage = damage


class VaultElsewhere(Unavailable):
    """This database is a restored copy: nothing is handed out before the ledger of erasures was followed."""


class VaultKeysUnfit(Unavailable):
    """The keys are missing, unsafe, out of reach, or do not hold the one that is asked for."""


class StoreUnavailable(Unavailable):
    """The place for objects is full, closed to writing or silent; what was there is untouched."""


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file turned out to be; a PDF has pages but no measure in pixels."""

    kind: FileKind
    width: int | None
    height: int | None
    pages: int
    taken_on: date | None
    has_location: bool = False
    has_script: bool = False

    @property
    def media_type(self) -> str:
        """The media type its content deserves, whatever its name says."""
        return self.kind.media_type


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a copy is drawn from its original; kept with the copy, so that its making can be repeated.

    `crop` is left, top, right, bottom in pixels of the upright original.
    """

    longest_side: int = 1600
    greyscale: bool = False
    crop: Box | None = None
    watermark: str | None = None
    quality: int = 85

    def __post_init__(self) -> None:
        """Refuse a recipe that could not be followed."""
        if not 16 <= self.longest_side <= _LARGEST_SIDE:
            raise Invalid(f"the longest side must lie between 16 and {_LARGEST_SIDE} pixels")
        if not 1 <= self.quality <= 95:
            raise Invalid("the quality must lie between 1 and 95")
        if self.crop is not None and not _is_box(self.crop):
            raise Invalid("a crop needs left < right and top < bottom, none below zero")
        if self.watermark is not None and not _WATERMARK.fullmatch(self.watermark):
            raise Invalid("a watermark has 1 to 80 Latin letters, digits or plain signs")

    def canonical(self) -> str:
        """The recipe in its one written form, for custody and fingerprints."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_canonical(cls, text: str) -> Recipe:
        """Read a recipe back from custody."""
        parts = json.loads(text)
        crop = parts.pop("crop")
        return cls(**parts, crop=None if crop is None else tuple(crop))


@dataclass(frozen=True, slots=True)
class Mark:
    """The number that a picture carries unseen, and the secret its patterns come from."""

    number: int
    key: bytes = field(repr=False)


def _is_box(box: Box) -> bool:
    left, top, right, bottom = box
    return 0 <= left < right and 0 <= top < bottom
