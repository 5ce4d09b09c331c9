"""Which names answer best: evidence gathered over the parts, then the likeliest names looked at closely."""

from __future__ import annotations

import numpy as np

from portal.kernel.finding.compiled import compiled

FIRST, LAST = 1, 2


@compiled
def gather(scores, last, item, place, found, postings, bonus):  # type: ignore[no-untyped-def]
    """Add to each name what its best part for this part of the query is worth, the best parts first."""
    ids, value = found
    start, where = postings
    for k in range(len(ids)):
        for p in range(start[ids[k]], start[ids[k] + 1]):
            name = where[p] >> 2
            if last[name] != item:
                last[name] = item
                both = where[p] & place
                gain = value[k]
                if both & FIRST:
                    gain += bonus[0]
                if both & LAST:
                    gain += bonus[1]
                scores[name] += gain


@compiled
def best(scores, lengths, asked, longer, most):  # type: ignore[no-untyped-def]
    """The names with the highest scores, no more than so many; a name longer than the query is a little less likely."""
    top = 0.0
    for i in range(len(scores)):
        top = max(top, scores[i])
    bins = 2048
    counts = np.zeros(bins + 1, dtype=np.int64)
    scale = bins / (top + 1e-9)
    for i in range(len(scores)):
        if scores[i] > 0:
            more = lengths[i] - asked
            if more > 0:
                scores[i] -= longer * more
            if scores[i] > 0:
                counts[int(scores[i] * scale)] += 1
    total, cut = 0, bins
    while cut > 0 and total + counts[cut] <= most:
        total += counts[cut]
        cut -= 1
    chosen = np.empty(most, dtype=np.int64)
    n = 0
    for least in (cut + 1, cut):
        for i in range(len(scores)):
            if n == most:
                break
            if scores[i] > 0:
                level = int(scores[i] * scale)
                if (least == cut + 1 and level >= least) or (least == cut and level == cut):
                    chosen[n] = i
                    n += 1
    return chosen[:n]


@compiled
def closely(names, parts_of, items, weights):  # type: ignore[no-untyped-def]
    """The score of each of these names with its parts held one to one against those of the query."""
    start, parts = parts_of
    spans, starts, ids, value, asked = items
    scores = np.empty(len(names))
    for k in range(len(names)):
        mine = parts[start[names[k]] : start[names[k] + 1]]
        worth = np.full((len(spans), len(mine)), -1e9)
        for i in range(len(spans)):
            known = ids[starts[i] : starts[i + 1]]
            for j in range(len(mine)):
                at = np.searchsorted(known, mine[j])
                if at < len(known) and known[at] == mine[j]:
                    worth[i, j] = value[starts[i] + at]
        scores[k] = _aligned(worth, spans, asked, weights)
    return scores


@compiled
def _aligned(worth, spans, asked, weights):  # type: ignore[no-untyped-def]
    """The best one-to-one reading: each step matches a part of the query, or leaves it over."""
    n = worth.shape[1]
    full = 1 << n
    best = np.full((asked + 1, full, n + 1), -1e9)
    best[0, 0, 0] = 0.0
    outer_query, inner_query, outer_first, outer_last, inner, first, last, turned, joined = weights
    for i in range(asked):
        edge = i == 0 or i == asked - 1
        left = outer_query if edge else inner_query
        for mask in range(full):
            for at in range(n + 1):
                now = best[i, mask, at]
                if now < -1e8:
                    continue
                best[i + 1, mask, at] = max(best[i + 1, mask, at], now - left)
                for item in range(len(spans)):
                    if spans[item, 0] != i:
                        continue
                    end = spans[item, 1]
                    for j in range(n):
                        if mask & (1 << j) or worth[item, j] < -1e8:
                            continue
                        gain = worth[item, j]
                        if i == 0 and j == 0:
                            gain += first
                        if end == asked and j == n - 1:
                            gain += last
                        if j + 1 < at:
                            gain -= turned
                        if end - i > 1:
                            gain -= joined
                        to = mask | (1 << j)
                        best[end, to, j + 1] = max(best[end, to, j + 1], now + gain)
    top = -1e9
    for mask in range(full):
        lost = 0.0
        for j in range(n):
            if not mask & (1 << j):
                lost += outer_first if j == 0 else outer_last if j == n - 1 else inner
        for at in range(n + 1):
            top = max(top, best[asked, mask, at] - lost)
    return top
