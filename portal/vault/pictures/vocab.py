"""The words of an opening: why a picture is looked at, how large, and what a mark leads to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from portal.kernel.errors import TooMany

# Small first; larger only after the small one, by an act of its own. Never coloured.
SMALL, LARGER = 480, 960
OPENS_WITHIN = timedelta(minutes=1)
COVERED_AFTER = timedelta(seconds=60)
PAUSE_EVERY = 5


class Why(StrEnum):
    """For what somebody looks."""

    FACE_CROP = "face_crop"
    FACE_READ = "face_read"
    LIKENESS = "likeness"
    TOLD = "told"


class PicturesEnough(TooMany):
    """This person has opened as many pictures today as anybody should; tomorrow is another day."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which picture somebody wishes to open, for what, and whether larger."""

    object_id: UUID
    why: Why
    case_id: UUID | None = None
    larger: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """Where somebody sits: the session the picture belongs to, and how many pictures a day may be opened."""

    session: str
    per_day: int


@dataclass(frozen=True, slots=True)
class Traced:
    """The opening to which a mark leads."""

    opening_id: UUID
    number: int
    account_id: UUID
    object_id: UUID
    case_id: UUID | None
    why: Why
    opened_at: datetime | None
