"""Linking: all inquiries with all records, or one new one of either, with weights that were learned before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from portal.kernel.finding.arrays import Floats, Longs
from portal.matching.linkage.frame import FIELDS, LEVELS, framed
from portal.matching.linkage.ground import Ground, laid_out
from portal.matching.linkage.naming import FREE, alike
from portal.matching.linkage.nearby import nearby
from portal.matching.linkage.scoring import Scored, best_of, probabilities, scored
from portal.matching.linkage.vocab import NAME_FIELDS, Account, Field, Level, Linked, Reading, Reason, Role
from portal.matching.linkage.weights import EXCLUDED, Weights

MOST = 12
# A part that makes one person so much likelier agrees, one that makes it so much less likely contradicts.
AGREES, CONTRADICTS = 1.5, -1.5


def link(
    accounts: Sequence[Account], readings: Sequence[Reading], weights: Weights, most: int = MOST
) -> Iterator[Linked]:
    """The likeliest records of each inquiry, the likeliest first, each with its reasons."""
    ground = laid_out(accounts, readings, weights.names)
    yield from linked(ground, accounts, readings, weights, most)


def link_inquiry(account: Account, readings: Sequence[Reading], weights: Weights) -> list[Linked]:
    """The same for one new inquiry, at once."""
    return _among([account], nearby(account, readings), weights, _named(readings))


def link_record(
    reading: Reading, accounts: Sequence[Account], weights: Weights, records: int
) -> list[Linked]:
    """The inquiries that one new record may answer, among so many records; others may answer them better."""
    found = _among(nearby(reading, accounts), [reading], weights, records)
    return sorted(found, key=lambda pair: (-pair.weight, pair.inquiry))


def _among(
    accounts: Sequence[Account], readings: Sequence[Reading], weights: Weights, records: int
) -> list[Linked]:
    if not accounts or not readings:
        return []
    ground = laid_out(accounts, readings, weights.names)
    return list(linked(ground, accounts, readings, weights, records=records))


def _named(readings: Sequence[Reading]) -> int:
    return sum(any((each.name, each.given, each.father, each.grandfather, each.family)) for each in readings)


def linked(
    ground: Ground,
    accounts: Sequence[Account],
    readings: Sequence[Reading],
    weights: Weights,
    most: int = MOST,
    *,
    records: int | None = None,
) -> Iterator[Linked]:
    """The same, of what is laid out already; `records` is how many there are when only some are laid out."""
    among = int((ground.read.layout != FREE).sum()) if records is None else records
    for pairs in framed(*ground.plain, ground.keys()):
        found = scored(ground, pairs, weights)
        chances = probabilities(pairs.left, found.weight, among, weights.found)
        kept = best_of(
            Scored(pairs._replace(levels=np.c_[pairs.levels, np.arange(len(pairs.left))]), found.weight), most
        )
        chance = chances[kept.pairs.levels[:, -1]]
        said = _said(ground, kept, weights)
        for k in np.flatnonzero(kept.weight > EXCLUDED / 2):
            reasons = _reasons(said[k], kept.pairs.levels[k], float(kept.weight[k]), weights)
            yield Linked(
                accounts[kept.pairs.left[k]].id,
                readings[kept.pairs.right[k]].id,
                float(kept.weight[k]),
                float(chance[k]),
                reasons,
            )


def _reasons(said: Floats, levels: Longs, weight: float, weights: Weights) -> tuple[Reason, ...]:
    """What each field says; what namesakes and siblings leave of it makes the sum whole."""
    single = _names(said, weights) + _plain(levels, weights)
    left = weight - sum(reason.weight for reason in single)
    return (*single, Reason(Field.NAMESAKES, Level.SHARED, left))


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
            reasons.append(Reason(field, _level(weight), weight))
    return tuple(reasons)


def _level(weight: float) -> Level:
    if weight >= AGREES:
        return Level.SAME
    return Level.CONTRADICTS if weight <= CONTRADICTS else Level.UNCLEAR


def _plain(levels: Longs, weights: Weights) -> tuple[Reason, ...]:
    tables = weights.by_place()
    return tuple(
        Reason(field, LEVELS[field][levels[n]][0], tables[n][levels[n]]) for n, field in enumerate(FIELDS)
    )
