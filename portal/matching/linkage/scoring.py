"""The weight of each pair, and how probable it is among all records, none of them included."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from portal.kernel.finding.arrays import Floats, Longs
from portal.matching.linkage.frame import Pairs
from portal.matching.linkage.ground import Ground
from portal.matching.linkage.naming import ratios
from portal.matching.linkage.weights import Weights


class Scored(NamedTuple):
    """Pairs with their weight; ordered by inquiry."""

    pairs: Pairs
    weight: Floats


def scored(ground: Ground, pairs: Pairs, weights: Weights) -> Scored:
    """The sum of all logarithms: names, mothers, plain fields."""
    logs = ratios(
        pairs.left, pairs.right, ground.told, ground.read, (ground.heard, ground.known), weights.belief()
    )
    return Scored(pairs, logs + plain_weight(pairs.levels, weights))


def plain_weight(levels: Longs, weights: Weights) -> Floats:
    """What the plain fields say together."""
    tables = weights.by_place()
    return sum((np.array(table)[levels[:, n]] for n, table in enumerate(tables)), np.zeros(len(levels)))


def probabilities(left: Longs, weight: Floats, records: int, found: float) -> Floats:
    """Of each pair, given all others of the same inquiry, and that the person may be in no record at all."""
    if not len(left):
        return np.zeros(0)
    first = np.flatnonzero(np.r_[True, left[1:] != left[:-1]])
    counts = np.diff(np.r_[first, len(left)])
    odds = weight + np.log(found / max(records, 1))
    top = np.maximum(np.maximum.reduceat(odds, first), np.log1p(-found))
    share: Floats = np.exp(odds - np.repeat(top, counts))
    whole = np.add.reduceat(share, first) + np.exp(np.log1p(-found) - top)
    chances: Floats = share / np.repeat(whole, counts)
    return chances


def best_of(found: Scored, most: int) -> Scored:
    """The weightiest few records of each inquiry, the weightiest first."""
    left, right, levels = found.pairs
    order = np.lexsort((right, -found.weight, left))
    ranked = left[order]
    first = (
        np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]]) if len(ranked) else np.zeros(0, dtype=np.int64)
    )
    rank = np.arange(len(ranked)) - np.repeat(first, np.diff(np.r_[first, len(ranked)]))
    kept = order[rank < most]
    return Scored(Pairs(left[kept], right[kept], levels[kept]), found.weight[kept])
