"""Weights learned from the data themselves, by expectation and maximisation; nobody's verdict is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from portal.kernel.finding.arrays import Floats, Ints
from portal.matching.linkage.frame import LEVELS, Pairs, framed
from portal.matching.linkage.ground import Ground, counted, laid_out
from portal.matching.linkage.keys import Keys, likeliest
from portal.matching.linkage.naming import FREE, alike
from portal.matching.linkage.scoring import Scored, best_of, probabilities, scored
from portal.matching.linkage.vocab import Account, Field, Level, Reading
from portal.matching.linkage.weights import EXCLUDED, FIRST, Weights

ROUNDS = 10
# So many records of each inquiry are learned from, and so many pairs at random.
CLOSEST, AT_RANDOM = 12, 400_000
# Of more inquiries than these, so many are drawn to learn from.
MOST_LEARNED_FROM = 10_000
# So many pairs stand behind what was believed before.
BEHIND = 20.0
OTHER = 0.03
LAYOUTS = ((1.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.4, 0.6, 0.0), (0.88, 0.1, 0.02), (1.0, 0.0, 0.0))
MOTHER_ALONE = (0.85, 0.15)
FOUND = 0.3
MOST_FOUND = 0.98
# Between two people some pairs agree by chance in a level that nobody has seen yet.
UNSEEN = 0.5


def learn(accounts: Sequence[Account], readings: Sequence[Reading], today: date) -> Weights:
    """Learn all weights from these inquiries and records."""
    return learned(laid_out(accounts, readings), today)


def learned(ground: Ground, today: date) -> Weights:
    """Learn from what is laid out already."""
    chance = _by_chance(ground)
    weights = _first(ground, chance, today)
    close = _close(ground, weights)
    for _ in range(ROUNDS if len(close.weight) else 0):
        weights = _better(ground, close, weights, chance)
        close = scored(ground, close.pairs, weights)
    return replace(weights, names=counted(ground))


def _first(ground: Ground, chance: Sequence[Floats], today: date) -> Weights:
    fields = {
        name: _logs(name, np.array([FIRST[name].get(level, 0.0) for level, _ in levels]), chance[n])
        for n, (name, levels) in enumerate(LEVELS.items())
    }
    return Weights(
        today, FOUND, fields, [OTHER] * 6, LAYOUTS, _shared(ground, 0), _shared(ground, 1), MOTHER_ALONE
    )


def _logs(name: Field, same: Floats, chance: Floats) -> Mapping[Level, float]:
    logs: dict[Level, float] = {}
    for place, (level, _) in enumerate(LEVELS[name]):
        if level is Level.BEFORE_ARREST:
            logs[level] = EXCLUDED
        elif level is not Level.NOT_KNOWN:
            logs[level] = float(np.log(max(same[place], 1e-4) / chance[place]))
    return logs


def _by_chance(ground: Ground) -> list[Floats]:
    """How often each level is found between an inquiry and a record that were put together blindly."""
    rows = [len(side["year"]) for side in ground.plain]
    draw = np.random.default_rng(1)
    buckets = max(1, rows[0] * rows[1] // AT_RANDOM)
    keys = tuple(Keys(np.arange(n, dtype=np.int32), draw.integers(0, buckets, n)) for n in rows)
    counts = [np.full(len(levels), UNSEEN) for levels in LEVELS.values()]
    for pairs in framed(*ground.plain, (keys[0], keys[1])):
        for n, count in enumerate(counts):
            count[:] += np.bincount(pairs.levels[:, n], minlength=len(count))
    for count in counts:
        count[0] = 0.0
    return [count / count.sum() for count in counts]


def _close(ground: Ground, weights: Weights) -> Scored:
    chunks = [
        best_of(scored(ground, pairs, weights), CLOSEST) for pairs in framed(*ground.plain, ground.keys())
    ]
    if not chunks:
        nobody = np.zeros(0, dtype=np.int64)
        return Scored(Pairs(nobody, nobody, np.zeros((0, len(LEVELS)), dtype=np.int64)), np.zeros(0))
    pairs = Pairs(
        *(np.concatenate(columns) for columns in zip(*(chunk.pairs for chunk in chunks), strict=True))
    )
    together = Scored(pairs, np.concatenate([chunk.weight for chunk in chunks]))
    order = np.argsort(pairs.left, kind="stable")
    return Scored(Pairs(*(column[order] for column in pairs)), together.weight[order])


def _drawn(ground: Ground) -> tuple[Keys, Keys]:
    """The keys by which pairs are found, but those of the inquiries that are not learned from."""
    told, read = ground.keys()
    rows = len(ground.told.name)
    drawn = np.zeros(rows, dtype=np.bool_)
    drawn[np.random.default_rng(2).permutation(rows)[:MOST_LEARNED_FROM]] = True
    mine = drawn[told.row]
    return Keys(told.row[mine], told.key[mine]), read


def _better(ground: Ground, close: Scored, weights: Weights, chance: Sequence[Floats]) -> Weights:
    """One round: how probable each pair is under these weights, and what weights follow from that."""
    records = int((ground.read.layout != FREE).sum())
    same = probabilities(close.pairs.left, close.weight, records, weights.found)
    fields = {}
    for n, (name, levels) in enumerate(LEVELS.items()):
        before = np.array([FIRST[name].get(level, 0.0) for level, _ in levels])
        seen = np.bincount(close.pairs.levels[:, n], same, len(levels))
        seen[0] = 0.0
        fields[name] = _logs(name, (seen + BEHIND * before) / (seen.sum() + BEHIND), chance[n])
    found = min(MOST_FOUND, same.sum() / max(min(len(ground.told.name), MOST_LEARNED_FROM), 1))
    return replace(weights, fields=fields, found=float(found), other=_other(ground, close, same, weights))


def _other(ground: Ground, close: Scored, same: Floats, weights: Weights) -> list[float]:
    """How often a part of the same person's name is another name all the same, by role."""
    left, right, _ = close.pairs
    said = alike(left, right, ground.told, ground.read, (ground.heard, ground.known), weights.belief())
    rates = []
    for role, rate in enumerate(weights.other):
        known = ~np.isnan(said[:, role])
        ratio = said[known, role]
        missed = same[known] * rate / (rate + (1.0 - rate) * ratio)
        rates.append(float((missed.sum() + BEHIND * OTHER) / (same[known].sum() + BEHIND)))
    return rates


def _shared(ground: Ground, but: int) -> list[float]:
    """How often two records share a name of so many parts (`but` of them left out) beyond what chance explains.

    Parts count as the likeliest name behind them, and a pair nobody has seen yet is believed to be possible. Of two
    parts nobody can tell siblings by one of them: they are as many as among names of three.
    Whoever shares more parts shares fewer of them too.
    """
    rates = [1.0, 0.05]
    named = likeliest(ground.heard, ground.known.name[:4].sum(axis=0))[:, 0]
    for count in (2, 3, 4):
        rows = named[ground.read.name[ground.read.layout == FREE + count][:, :count]]
        pairs = len(rows) * (len(rows) - 1) / 2
        found = _alike(rows[:, but:]) - (_alike(rows) if but else 0.0)
        by_chance = pairs * float(
            np.prod([_alike(rows[:, [n]]) / max(pairs, 1.0) for n in range(but, count)])
        )
        rates.append((max(found - by_chance, 0.0) + 1.0) / (pairs + 1.0))
    if but:
        rates[2] = rates[3]
    return [max(rates[n:]) for n in range(len(rates))]


def _alike(rows: Ints) -> float:
    _, often = np.unique(rows, axis=0, return_counts=True)
    return float((often * (often - 1) / 2).sum())
