"""Two readings of one part of a name held against each other: whether they agree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.kernel.names.distance import closeness
from portal.kernel.names.given import are_two_names
from portal.kernel.names.normalise import MAX_QUERY, normalise
from portal.kernel.names.parts import parts

# One confusable letter, or any one letter in a part of five and more, still agrees.
_AGREE = 0.8
_UNREADABLE = frozenset(normalise(word) for word in ("مجهول", "مجهولة", "غير معروف", "unknown"))


class Agreement(StrEnum):
    """What two readings of the same part say of each other; a blank never contradicts."""

    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class PartComparison:
    """The mark, and how close the readings are (1.0 the same, 0.0 nothing alike or nothing known)."""

    agreement: Agreement
    closeness: float


def compare_part(one: str | None, other: str | None) -> PartComparison:
    """Whether two readings of one part agree, whichever script; two different common names never do."""
    first, second = _readable(one), _readable(other)
    if not first or not second:
        return PartComparison(Agreement.NOT_KNOWN, 0.0)
    near = closeness(first, second)
    agrees = near >= _AGREE and not are_two_names(first, second)
    return PartComparison(Agreement.AGREES if agrees else Agreement.CONTRADICTS, near)


def spelled_alike(one: str | None, other: str | None) -> bool:
    """Whether two readers typed the same, but for marks, hamza seats and spaces; alike is not enough."""
    first, second = one or "", other or ""
    if max(len(first), len(second)) > MAX_QUERY:
        return first == second
    return normalise(first).replace(" ", "") == normalise(second).replace(" ", "")


def _readable(text: str | None) -> str:
    return "" if not text or normalise(text) in _UNREADABLE else "".join(parts(text))
