"""How close two name parts are, letter by letter, whichever script each is written in."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from portal.kernel.names import letters
from portal.kernel.names.latin import sounds
from portal.kernel.names.normalise import is_arabic

Costs = dict[tuple[str, str], float]

# Added to the weight of a name, so that in a short one a single vowel is not everything.
_EXTRA_WEIGHT = 0.3
_UNLIKE = 1.0
_LONGEST = 40
# Beginnings so common that only what follows tells two names apart.
_SHARED = (("عبد", "abd"), ("ابو", "abu"))


@lru_cache(maxsize=262144)
def closeness(one: str, other: str) -> float:
    """1.0 for the same part, down to 0.0 for parts with nothing in common; the same both ways round."""
    if one == other:
        return 1.0
    if one > other:
        return closeness(other, one)
    one, other = _distinctive(one, other)
    alone = _alone(one, other)
    first, second = _letters(one), _letters(other)
    weight = max(_weight(first, alone), _weight(second, alone)) + _EXTRA_WEIGHT
    return max(0.0, 1.0 - _distance(first, second, alone) / weight)


def _distinctive(one: str, other: str) -> tuple[str, str]:
    for beginnings in _SHARED:
        if one.startswith(beginnings) and other.startswith(beginnings) and min(len(one), len(other)) > 4:
            return one[3:], other[3:]
    return one, other


def _letters(part: str) -> tuple[str, ...]:
    return tuple(part[:_LONGEST]) if is_arabic(part) else sounds(part[:_LONGEST])


def _alone(one: str, other: str) -> dict[str, float]:
    if is_arabic(one) != is_arabic(other):
        return letters.ALONE_ACROSS
    return letters.ALONE_SEEN if is_arabic(one) else letters.ALONE_HEARD


def _weight(word: tuple[str, ...], alone: dict[str, float]) -> float:
    return sum(alone.get(letter, 1.0) for letter in word)


def _distance(one: tuple[str, ...], other: tuple[str, ...], alone: dict[str, float]) -> float:
    """Edit distance with letter costs, where two neighbouring letters may also have changed places."""
    gaps = _gaps(other, alone)
    before: list[float] = []
    above = [0.0]
    for gap in gaps:
        above.append(above[-1] + gap)
    for i, down in enumerate(_gaps(one, alone)):
        row = [above[0] + down]
        for j, across in enumerate(gaps):
            instead = above[j] + _cost(one[i], other[j])
            best = min(instead, above[j + 1] + down, row[j] + across)
            if i and j and one[i] == other[j - 1] and one[i - 1] == other[j]:
                best = min(best, before[j - 1] + _swap(one[i], other[j]))
            row.append(best)
        before, above = above, row
    return above[-1]


def _gaps(word: tuple[str, ...], alone: dict[str, float]) -> list[float]:
    """What each letter costs when it has no partner; the second of a double hardly counts."""
    return [
        letters.DOUBLED if i and word[i - 1] == letter else alone.get(letter, 1.0)
        for i, letter in enumerate(word)
    ]


def _cost(letter: str, against: str) -> float:
    return 0.0 if letter == against else _COSTS.get((letter, against), _UNLIKE)


def _swap(letter: str, against: str) -> float:
    return letters.SWAPPED_LAM_ALEF if {letter, against} == {"ل", "ا"} else letters.SWAPPED


def _pair_costs() -> Costs:
    """Latin consonants are as far apart as the nearest Arabic letter that both may stand for."""
    costs: Costs = {}
    for heard in letters.HEARD.values():
        for one, other in product(heard.keys() - letters.VOWEL_SOUNDS, repeat=2):
            costs[one, other] = min(heard[one] + heard[other], costs.get((one, other), _UNLIKE))
    given = {(arabic, sound): c for arabic, heard in letters.HEARD.items() for sound, c in heard.items()}
    for table in (letters.VOWELS, letters.SEEN):
        given |= {(pair[0], pair[1]): cost for pair, cost in table.items()}
    return costs | given | {(other, one): cost for (one, other), cost in given.items()}


_COSTS = _pair_costs()
