"""Linking: all inquiries with all records, or one new one of either, with weights that were learned before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from portal.kernel.finding.arrays import Floats
from portal.matching.linkage.frame import FIELDS, LEVELS, framed
from portal.matching.linkage.ground import Ground, laid_out
from portal.matching.linkage.naming import FREE, alike
from portal.matching.linkage.scoring import Scored, best_of, probabilities, scored
from portal.matching.linkage.vocab import NAME_FIELDS, Account, Level, Linked, Reading, Reason, Role
from portal.matching.linkage.weights import EXCLUDED, Weights

MOST = 12
# A part that makes one person so much likelier agrees, one that makes it so much less likely contradicts.
AGREES, CONTRADICTS = 1.5, -1.5


def link(
    accounts: Sequence[Account], readings: Sequence[Reading], weights: Weights, most: int = MOST
) -> Iterator[Linked]:
    """The likeliest records of each inquiry, the likeliest first, each with its reasons."""
    yield from linked(laid_out(accounts, readings, weights.names), accounts, readings, weights, most)


def linked(
    ground: Ground,
    accounts: Sequence[Account],
    readings: Sequence[Reading],
    weights: Weights,
    most: int = MOST,
) -> Iterator[Linked]:
    """The same, of what is laid out already."""
    records = int((ground.read.layout != FREE).sum())
    for pairs in framed(*ground.plain, ground.keys()):
        found = scored(ground, pairs, weights)
        chances = probabilities(pairs.left, found.weight, records, weights.found)
        kept = best_of(
            Scored(pairs._replace(levels=np.c_[pairs.levels, np.arange(len(pairs.left))]), found.weight), most
        )
        chance = chances[kept.pairs.levels[:, -1]]
        said = _said(ground, kept, weights)
        for k in np.flatnonzero(kept.weight > EXCLUDED / 2):
            reasons = _names(said[k], weights) + _plain(kept.pairs.levels[k], weights)
            yield Linked(
                accounts[kept.pairs.left[k]].id,
                readings[kept.pairs.right[k]].id,
                float(kept.weight[k]),
                float(chance[k]),
                reasons,
            )


def _said(ground: Ground, kept: Scored, weights: Weights) -> Floats:
    parts = (ground.heard, ground.known)
    return alike(kept.pairs.left, kept.pairs.right, ground.told, ground.read, parts, weights.belief())


def _names(said: Floats, weights: Weights) -> tuple[Reason, ...]:
    reasons = []
    for role in Role:
        field, rate = NAME_FIELDS[role], weights.other[role]
        if np.isnan(said[role]):
            reasons.append(Reason(field, Level.NOT_KNOWN, 0.0))
        else:
            weight = float(np.log((1.0 - rate) * said[role] + rate))
            level = (
                Level.SAME
                if weight >= AGREES
                else Level.CONTRADICTS
                if weight <= CONTRADICTS
                else Level.UNCLEAR
            )
            reasons.append(Reason(field, level, weight))
    return tuple(reasons)


def _plain(levels: np.ndarray, weights: Weights) -> tuple[Reason, ...]:
    tables = weights.by_place()
    return tuple(
        Reason(field, LEVELS[field][levels[n]][0], tables[n][levels[n]]) for n, field in enumerate(FIELDS)
    )
