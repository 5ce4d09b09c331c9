"""What is asked about two photographs that look alike, and what a person says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class SameVerdict(StrEnum):
    """What a person says of two photographs that look alike."""

    SAME = "same"
    DIFFERENT = "different"
    CANNOT_SAY = "cannot_say"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two photographs: where it is filed."""

    item_id: UUID
    record_id: UUID | None
    branch: str | None
    number: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two photographs that look alike and are filed apart."""

    id: UUID
    first: Side
    second: Side
    found_at: datetime
    verdict: SameVerdict | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """What a round of comparing did."""

    looked_at: int
    found: int
