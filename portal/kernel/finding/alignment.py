"""A query and a name held against each other part by part, one to one; order and what is left over count."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from portal.kernel.finding.arrays import Floats, Ints, Longs
from portal.kernel.finding.compiled import compiled
from portal.kernel.finding.weights import Order

_NEVER = -1e9
_HARDLY = -1e8


class Asked(NamedTuple):
    """Each reading of the query's parts (one alone, or two joined): from where to where, and what it may be."""

    spans: Longs
    start: Longs
    part: Ints
    worth: Floats


class Names(NamedTuple):
    """The parts of each name, one name after the other."""

    start: Ints
    part: Ints


@compiled
def closely(chosen: Longs, names: Names, asked: Asked, order: Order) -> Floats:
    """The score of each of these names."""
    scores = np.empty(len(chosen))
    for k in range(len(chosen)):
        parts = names.part[names.start[chosen[k]] : names.start[chosen[k] + 1]]
        scores[k] = _aligned(_worth(parts, asked), asked.spans, order)
    return scores


@compiled
def _worth(parts: Ints, asked: Asked) -> Floats:
    worth = np.full((len(asked.spans), len(parts)), _NEVER)
    for i in range(len(asked.spans)):
        known = asked.part[asked.start[i] : asked.start[i + 1]]
        for j in range(len(parts)):
            at = np.searchsorted(known, parts[j])
            if at < len(known) and known[at] == parts[j]:
                worth[i, j] = asked.worth[asked.start[i] + at]
    return worth


@compiled
def _aligned(worth: Floats, spans: Longs, order: Order) -> float:
    """The best reading: from left to right each part of the query takes a free part of the name, or none."""
    count, n = spans[:, 1].max(), worth.shape[1]
    best = np.full((count + 1, 1 << n, n + 1), _NEVER)
    best[0, 0, 0] = 0.0
    for i in range(count):
        left = order.outer_asked if i in (0, count - 1) else order.inner_asked
        for taken in range(1 << n):
            for at in range(n + 1):
                now = best[i, taken, at]
                if now > _HARDLY:
                    best[i + 1, taken, at] = max(best[i + 1, taken, at], now - left)
                    _take(best, worth, spans, (i, taken, at), order)
    top = _NEVER
    for taken in range(1 << n):
        top = max(top, best[count, taken].max() - _left(taken, n, order))
    return top


@compiled
def _take(best: Floats, worth: Floats, spans: Longs, here: tuple[int, int, int], order: Order) -> None:
    i, taken, at = here
    for item in range(len(spans)):
        if spans[item, 0] != i:
            continue
        end = spans[item, 1]
        for j in range(worth.shape[1]):
            if worth[item, j] > _HARDLY and not taken & (1 << j):
                ends = (i == 0, end == len(best) - 1)
                gain = worth[item, j] + _place(ends, j, worth.shape[1], order)
                if j + 1 < at:
                    gain -= order.turned
                if end - i > 1:
                    gain -= order.joined
                to = taken | (1 << j)
                best[end, to, j + 1] = max(best[end, to, j + 1], best[i, taken, at] + gain)


@compiled
def _place(ends: tuple[bool, bool], j: int, n: int, order: Order) -> float:
    """First with first and last with last speak for each other."""
    gain = 0.0
    if ends[0] and j == 0:
        gain += order.first
    if ends[1] and j == n - 1:
        gain += order.last
    return gain


@compiled
def _left(taken: int, n: int, order: Order) -> float:
    lost = 0.0
    for j in range(n):
        if not taken & (1 << j):
            lost += order.first_left if j == 0 else order.last_left if j == n - 1 else order.inner_left
    return lost
