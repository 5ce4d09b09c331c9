"""Which of all names are worth a closer look: the evidence of their parts, added up over posting lists."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from portal.kernel.finding.arrays import Bytes, Ints, Longs, Singles
from portal.kernel.finding.compiled import compiled
from portal.kernel.finding.tree import Found
from portal.kernel.finding.weights import Survey

FIRST, LAST = 1, 2
_LEVELS = 2048


class Postings(NamedTuple):
    """For each part where its names begin; each name with the places (first, last) the part has in it."""

    start: Ints
    where: Ints


class Sums(NamedTuple):
    """What was found for each name so far, and the last part of the query that found it."""

    score: Singles
    seen: Bytes


@compiled
def gather(sums: Sums, turn: int, place: int, found: Found, postings: Postings, survey: Survey) -> None:
    """Add to each name what its best part is worth for this part of the query; the best parts come first."""
    scores, seen = sums
    for k in range(len(found.part)):
        for p in range(postings.start[found.part[k]], postings.start[found.part[k] + 1]):
            name = postings.where[p] >> 2
            if seen[name] != turn:
                seen[name] = turn
                both = postings.where[p] & place
                gain = found.worth[k]
                if both & FIRST:
                    gain += survey.first
                if both & LAST:
                    gain += survey.last
                scores[name] += gain


@compiled
def likeliest(scores: Singles, lengths: Bytes, asked: int, survey: Survey) -> Longs:
    """The names with the highest scores; one longer than the query is a little less likely."""
    top = _shortened(scores, lengths, asked, survey.longer)
    counts = np.zeros(_LEVELS + 1, dtype=np.int64)
    scale = _LEVELS / (top + 1e-9)
    for score in scores:
        if score > 0:
            counts[int(score * scale)] += 1
    total, cut = 0, _LEVELS
    while cut > 0 and total + counts[cut] <= survey.looked_at:
        total += counts[cut]
        cut -= 1
    chosen = np.empty(survey.looked_at, dtype=np.int64)
    above, at_cut = 0, total
    for i in range(len(scores)):
        level = int(scores[i] * scale) if scores[i] > 0 else -1
        if level > cut:
            chosen[above] = i
            above += 1
        elif level == cut and at_cut < survey.looked_at:
            chosen[at_cut] = i
            at_cut += 1
    return chosen[:at_cut]


@compiled
def _shortened(scores: Singles, lengths: Bytes, asked: int, longer: float) -> float:
    top = 0.0
    for i in range(len(scores)):
        if scores[i] > 0:
            if lengths[i] > asked:
                scores[i] -= longer * (lengths[i] - asked)
            top = max(top, scores[i])
    return top
