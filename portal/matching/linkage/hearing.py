"""Every part of a name that was told or read, and the true names it may stand for, with how likely each is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from portal.kernel.finding import channel
from portal.kernel.finding.arrays import Floats, Ints, Longs
from portal.kernel.finding.spelling import name_parts, numbered
from portal.kernel.finding.symbols import arabic_symbols, latin_symbols, spoken_symbols
from portal.kernel.finding.tree import Found, Tree, heard_in, tree_of
from portal.kernel.finding.weights import BOUNDS, Bounds
from portal.kernel.names.normalise import is_arabic
from portal.matching.linkage.misreading import NOISE, channels

THREADS = 2
# Of one part so many readings are kept, and none so much less likely than the best.
MOST_READINGS = 16
SPREAD = 8.0
# Whatever is less likely than this (three letters misread) was not misread but is another name.
FARTHEST = 14.0


class Words(NamedTuple):
    """The distinct parts, each with its number."""

    parts: tuple[str, ...]
    number: Mapping[str, int]

    def numbers(self, text: str, most: int) -> list[int]:
        """The numbers of the parts of a text; of too many, the first ones and the last."""
        found = [self.number[part] for part in name_parts(text)]
        return found if len(found) <= most else [*found[: most - 1], found[-1]]


class Heard(NamedTuple):
    """The readings of each part, one part after the other, in the order of the names: name and likelihood."""

    start: Longs
    name: Ints
    likely: Floats


class _Trees(NamedTuple):
    names: frozenset[int]
    arabic: Tree
    spoken: Tree
    latin: Tree


def words_of(counts: Mapping[str, int]) -> Words:
    """All parts that occur."""
    parts = tuple(sorted(counts))
    return Words(parts, {part: number for number, part in enumerate(parts)})


def hear(words: Words, names: Sequence[int]) -> Heard:
    """What each part may stand for, among these names and itself."""
    trees = _planted(words, names)
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(
            pool.map(lambda number: _readings(words.parts[number], number, trees), range(len(words.parts)))
        )
    start = np.zeros(len(found) + 1, dtype=np.int64)
    np.cumsum([len(each.part) for each in found], out=start[1:])
    if not found:
        return Heard(start, np.zeros(0, dtype=np.int32), np.zeros(0))
    return Heard(
        start, np.concatenate([each.part for each in found]), np.concatenate([each.worth for each in found])
    )


def heard_as(words: Words, parts: Sequence[str]) -> set[int]:
    """The words that any of these parts, whether among them or not, may stand for."""
    trees = _planted(words, range(len(words.parts)))
    found = {int(n) for part in parts for n in _readings(part, -1, trees).part}
    return found | {words.number[part] for part in parts if part in words.number}


def _planted(words: Words, names: Sequence[int]) -> _Trees:
    arabic = [n for n in names if is_arabic(words.parts[n])]
    latin = [n for n in names if not is_arabic(words.parts[n])]
    letters = {n: numbered(words.parts[n]) for n in names}
    return _Trees(
        frozenset(names),
        tree_of([arabic_symbols(letters[n]) for n in arabic], arabic),
        tree_of([spoken_symbols(letters[n]) for n in arabic], arabic),
        tree_of([latin_symbols(letters[n]) for n in latin], latin),
    )


def _readings(part: str, itself: int, trees: _Trees) -> Found:
    """Latin letters stand for a name in Arabic letters wherever one comes near, else for themselves."""
    model = channels()
    written = numbered(part)
    if not len(written):
        return Found(np.array([itself] if itself >= 0 else [], dtype=np.int32), np.ones(int(itself >= 0)))
    if is_arabic(part):
        least = -SPREAD - 1.5 if itself in trees.names else -FARTHEST
        usual = channel.surprise(written, model.usual_arabic)
        opened = channel.opening(written, NOISE, True)
        typed = channel.Spoken(model.arabic.table, model.arabic.ending(written), opened)
        return _kept(heard_in(trees.arabic, typed, _bounds(usual, len(written), least), NOISE), itself)
    usual, opened = channel.surprise(written, model.usual_latin), channel.opening(written, NOISE, False)
    typed = channel.Spoken(model.across.table, model.across.ending(written), opened)
    across = heard_in(trees.spoken, typed, _bounds(usual, len(written)), NOISE)
    if len(across.part):
        return _kept(across, -1)
    typed = channel.Spoken(model.latin.table, model.latin.ending(written), opened)
    return _kept(heard_in(trees.latin, typed, _bounds(usual, len(written)), NOISE), itself)


def _bounds(usual: float, letters: int, at_least: float = -np.inf) -> Bounds:
    least = max(at_least, usual + BOUNDS.least, -BOUNDS.slips - BOUNDS.slips_each * letters)
    return Bounds(least, usual + BOUNDS.enough, SPREAD)


def _kept(found: Found, itself: int) -> Found:
    """The likeliest readings by name; a part is always a reading of itself."""
    part, worth = found.part, np.exp(found.worth)
    if itself >= 0 and itself not in part:
        part, worth = np.append(part, np.int32(itself)), np.append(worth, max(0.5, worth.max(initial=0.0)))
    best = np.argsort(-worth, kind="stable")[:MOST_READINGS]
    best = best[np.argsort(part[best], kind="stable")]
    return Found(part[best].astype(np.int32), worth[best])
