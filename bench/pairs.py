"""Pairs of spellings to learn from: read, weighed by whether they are names of the Arabic world, and put together."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from portal.kernel.finding.channel import surprise
from portal.kernel.finding.spelling import name_parts, numbered
from portal.kernel.finding.symbols import BASE

Weighted = dict[tuple[str, str], float]
Table = npt.NDArray[np.float64]


def pairs_across(paths: Sequence[Path]) -> Weighted:
    """Arabic and Latin spellings of one part, with their weights (the square root of how often)."""
    seen: Weighted = defaultdict(float)
    for path in paths:
        for arabic, latin, weight in _rows(path):
            one, other = name_parts(arabic), name_parts(latin)
            if len(one) == len(other) == 1 and 1 < len(one[0]) < 16 and 1 < len(other[0]) < 16:
                seen[one[0], other[0]] += weight**0.5
    return seen


def _rows(path: Path) -> Iterator[tuple[str, str, float]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if len(row) == 3:
                yield row[1].replace(" ", ""), row[0], float(row[2])
            elif len(row) == 2:
                yield row[0], row[1], 1.0


def arabic_share(pairs: Weighted) -> Weighted:
    """How likely each pair is a name of the Arabic world and no other name spelled out in Arabic letters."""
    share = {pair: 0.9 if set(pair[0]) & set("عحصضظذقطثخغ") else 0.35 for pair in pairs}
    for _ in range(5):
        models = []
        for side in (0, 1):
            ours: dict[bytes, float] = defaultdict(float)
            others: dict[bytes, float] = defaultdict(float)
            for pair, weight in pairs.items():
                ours[as_bytes(pair[side])] += weight * share[pair]
                others[as_bytes(pair[side])] += weight * (1 - share[pair])
            models.append((background(ours), background(others)))
        for pair in pairs:
            odds = 0.0
            for side, (mine, theirs) in enumerate(models):
                word = numbered(pair[side])
                odds += surprise(word, mine) - surprise(word, theirs)
            share[pair] = 1 / (1 + np.exp(-0.7 * odds))
    return share


def alike(pairs: Weighted, side: int) -> Weighted:
    """Two spellings in one script that were seen for the same word of the other."""
    by: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for pair, weight in pairs.items():
        by[pair[1 - side]].append((pair[side], weight))
    found: Weighted = defaultdict(float)
    for spellings in by.values():
        total = sum(weight for _, weight in spellings)
        for one, w in spellings:
            for other, v in spellings:
                found[one, other] += w * v / total
    return found


def background(words: dict[bytes, float]) -> Table:
    """How likely a letter is after the two before it, in any word of the script."""
    counts = np.zeros((BASE, BASE, BASE))
    for word, weight in words.items():
        padded = bytes((0, 0)) + word + bytes((0,))
        for a, b, c in zip(padded, padded[1:], padded[2:], strict=False):
            counts[a, b, c] += weight
    one = (counts.sum((0, 1)) + 1) / (counts.sum() + BASE)
    two = leaning(counts.sum(0), one, 20.0)
    return leaning(counts, two[None], 20.0)


def as_bytes(part: str) -> bytes:
    """The letters of a part as numbers, in a form that a dictionary can hold."""
    return numbered(part).tobytes()


def leaning(counts: Table, on: Table, weight: float) -> Table:
    """What was counted, leaning on what is believed where little was."""
    return (counts + weight * on) / (counts.sum(-1, keepdims=True) + weight)
