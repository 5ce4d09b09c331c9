"""Which pairs are worth a look: they share two things told and read, and three where two are shared by too many."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from portal.kernel.finding.arrays import Floats, Ints, Longs
from portal.kernel.finding.compiled import compiled
from portal.matching.linkage.hearing import Heard
from portal.matching.linkage.naming import Read, Told

# Slots: four parts of the name, two of the mother's, the year of birth.
SLOTS, READINGS = 7, 3
YEAR = 6
LIKELY = 0.05
# A pair of things that more records share than this needs a third.
MOST_RECORDS = 150
NAME, MOTHER, BORN = 1, 2, 3


class Keys(NamedTuple):
    """Keys with the row of the account they belong to, ordered by row."""

    row: Ints
    key: Longs


def likeliest(heard: Heard, share: Floats) -> Ints:
    """The few likeliest names behind each part; -1 where there are fewer."""
    found = np.full((len(heard.start) - 1, READINGS), -1, dtype=np.int32)
    _likeliest(heard, share, found)
    return found


@compiled
def _likeliest(heard: Heard, share: Floats, found: Ints) -> None:
    for part in range(len(found)):
        names = heard.name[heard.start[part] : heard.start[part + 1]]
        worth = heard.likely[heard.start[part] : heard.start[part + 1]] * share[names]
        order = np.argsort(-worth)
        for place in range(min(len(order), found.shape[1])):
            if worth[order[place]] >= LIKELY * worth.sum():
                found[part, place] = names[order[place]]


def things(parts: Told | Read, years: Longs, names: Ints, around: int) -> Longs:
    """What each account says, slot by slot, as numbers; a year told by a family may be one off."""
    found = np.zeros((len(years), SLOTS, READINGS), dtype=np.int64)
    for slots, kind, column in ((slice(0, 4), NAME, parts.name), (slice(4, 6), MOTHER, parts.mother)):
        read = np.where(column[:, :, None] >= 0, names[column], -1)
        found[:, slots] = np.where(read >= 0, (read.astype(np.int64) + 1) * 4 + kind, 0)
    for step, by in enumerate((0, -1, 1)[: 2 * around + 1]):
        found[:, YEAR, step] = np.where(years > 0, (years + by) * 4 + BORN, 0)
    return found


def shared_keys(told: Longs, read: Longs) -> tuple[Keys, Keys]:
    """The keys of both sides that occur on both."""
    nothing = np.zeros(0, dtype=np.int64)
    pairs = _emitted(read, nothing)
    found, often = np.unique(pairs.key, return_counts=True)
    common = found[often > MOST_RECORDS]
    ours, theirs = _emitted(told, common), _emitted(read, common)
    return _kept(ours, theirs), _kept(theirs, ours)


def _emitted(said: Longs, common: Longs) -> Keys:
    count = len(_emit(said, common, False, np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64))[0])
    return Keys(*_emit(said, common, True, np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int64)))


def _kept(mine: Keys, other: Keys) -> Keys:
    known = np.isin(mine.key, other.key)
    return Keys(mine.row[known], mine.key[known])


@compiled
def _mixed(value: int) -> int:
    """Numbers scattered so that sums of different things hardly ever agree."""
    x = np.uint64(value) * np.uint64(0x9E3779B97F4A7C15)
    x ^= x >> np.uint64(29)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(32)
    return int(np.int64(x >> np.uint64(2)))


@compiled
def _emit(said: Longs, common: Longs, write: bool, rows: Ints, keys: Longs) -> tuple[Ints, Longs]:
    """Count first, then write: every two things, and of two common ones every third with them."""
    count = 0
    for row in range(len(said)):
        flat = said[row].reshape(SLOTS * READINGS)
        begun = count
        for a in range(len(flat)):
            for b in range((a // READINGS + 1) * READINGS, len(flat)):
                if flat[a] and flat[b]:
                    count = _pair(flat, (a, b), common, keys[count:] if write else keys, count, write)
        if write:
            rows[begun:count] = row
    return (rows, keys) if write else (np.empty(count, dtype=np.int32), keys)


@compiled
def _pair(flat: Longs, two: tuple[int, int], common: Longs, into: Longs, count: int, write: bool) -> int:
    """The key of two things, or those of both with each third."""
    key = _mixed(flat[two[0]]) + _mixed(flat[two[1]])
    at = np.searchsorted(common, key)
    if at == len(common) or common[at] != key:
        if write:
            into[0] = key
        return count + 1
    found = 0
    for c in range(len(flat)):
        if flat[c] and c // READINGS != two[0] // READINGS and c // READINGS != two[1] // READINGS:
            if write:
                into[found] = key + _mixed(flat[c])
            found += 1
    return count + found
