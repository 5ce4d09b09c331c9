"""Names held against each other: how well one answers a query, and whether two readings of a part agree."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from portal.kernel.names.distance import closeness
from portal.kernel.names.given import are_two_names
from portal.kernel.names.normalise import MAX_QUERY, normalise
from portal.kernel.names.parts import bare, parts

Parts = tuple[str, ...]
# Places of parts that belong together (in the query, in the name) and how close they are.
Aligned = list[tuple[int, int, float]]

# Chosen by trying them on search queries with known answers.
_LEAST_ALIKE = 0.4
_STEEPNESS = 1.5
_FULLY_ALIKE = 0.92
_JOINED = 0.97
_TWO_NAMES = 0.05
_OUT_OF_ORDER = 0.1
_MISSING_IN_NAME = (0.8, 0.35)  # an outer part (given or family name) that was asked for, one in between
_NOT_ASKED_FOR = (0.35, 0.07)  # an outer part of the name that nobody asked for, one in between

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


def similarity(query: str, name_ar: str | None, name_latin: str | None) -> float:
    """How well a name answers a query, 0 to 1: parts one to one; their order and what is left over count."""
    asked = parts(query)
    return max((_likeness(asked, parts(name)) for name in (name_ar, name_latin) if name), default=0.0)


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


def _likeness(asked: Parts, name: Parts) -> float:
    best = _score(asked, name)
    if best >= _FULLY_ALIKE:
        return best
    # A space too many or too few: try each two neighbours as one part.
    retold = [_score(joined, name) for joined in _with_two_joined(asked)]
    retold += [_score(asked, joined) for joined in _with_two_joined(name)]
    return max(best, _JOINED * max(retold, default=0.0))


def _with_two_joined(name: Parts) -> Iterator[Parts]:
    for i in range(len(name) - 1):
        yield (*name[:i], bare(name[i] + name[i + 1]), *name[i + 2 :])


def _score(asked: Parts, name: Parts) -> float:
    aligned = _aligned(asked, name)
    if not aligned:
        return 0.0
    found = sum(_worth(near) for *_, near in aligned)
    missing = _left_over(len(asked), {i for i, *_ in aligned}, _MISSING_IN_NAME)
    more = _left_over(len(name), {j for _, j, _ in aligned}, _NOT_ASKED_FOR)
    return found / (len(aligned) + missing + more) * (1 - _OUT_OF_ORDER * _disorder(aligned))


def _worth(near: float) -> float:
    return math.pow((near - _LEAST_ALIKE) / (1 - _LEAST_ALIKE), _STEEPNESS)


def _nearness(one: str, other: str) -> float:
    return closeness(one, other) - (_TWO_NAMES if are_two_names(one, other) else 0.0)


def _aligned(asked: Parts, name: Parts) -> Aligned:
    """Each part finds its closest partner, the closest pairs first."""
    near = [(-_nearness(a, b), abs(i - j), i, j) for i, a in enumerate(asked) for j, b in enumerate(name)]
    free_asked, free_name = set(range(len(asked))), set(range(len(name)))
    aligned: Aligned = []
    for far, _, i, j in sorted(near):
        if -far > _LEAST_ALIKE and i in free_asked and j in free_name:
            free_asked.remove(i)
            free_name.remove(j)
            aligned.append((i, j, -far))
    return sorted(aligned)


def _left_over(count: int, used: set[int], weights: tuple[float, float]) -> float:
    outer, inner = weights
    return sum(outer if i in {0, count - 1} else inner for i in range(count) if i not in used)


def _disorder(aligned: Aligned) -> float:
    places = [j for _, j, _ in aligned]
    pairs = len(places) * (len(places) - 1) // 2
    turned = sum(a > b for i, a in enumerate(places) for b in places[i + 1 :])
    return turned / pairs if pairs else 0.0
