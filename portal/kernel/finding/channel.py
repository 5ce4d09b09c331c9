"""How likely a part of a name is written so: letter by letter, by every way of reading it, slips included."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from portal.kernel.finding.arrays import Bytes, Floats, Ints, Shorts, Singles
from portal.kernel.finding.compiled import compiled
from portal.kernel.finding.weights import Noise

_A, _E, _L, _U = 1, 5, 12, 21
_ARABIC_LAM = 23
_SHORTEST_WITH_ARTICLE = 4


class Spoken(NamedTuple):
    """What was typed, as runs of letters ending after each letter (columns of the table), and how it is opened."""

    table: Singles
    ending: Ints
    opening: Floats


@compiled
def spell(likely: Singles, symbol: int, typed: Spoken, noise: Noise) -> None:
    """How likely this symbol is written as the run of no to three letters that ends after each letter."""
    row = typed.table[symbol]
    for i in range(len(typed.ending)):
        likely[symbol, i, 0] = row[typed.ending[i, 0]] + noise.dropped
        if i >= 1:
            likely[symbol, i, 1] = row[typed.ending[i, 1]] + noise.instead
        for length in range(2, min(i, 3) + 1):
            if typed.ending[i, length] >= 0:
                likely[symbol, i, length] = row[typed.ending[i, length]]


@compiled
def surprise(written: Bytes, trigrams: Singles) -> float:
    """The logarithm of how likely these letters are as any word of their script."""
    total, a, b = 0.0, 0, 0
    for c in written:
        total += np.log(trigrams[a, b, c])
        a, b = b, c
    return float(total + np.log(trigrams[a, b, 0]))


@compiled
def opening(written: Bytes, noise: Noise, arabic: bool) -> Floats:
    """Before any symbol of the name, what is written can only have been added; an article often is."""
    row = np.zeros(len(written) + 1)
    row[0] = 1.0
    for i in range(1, len(row)):
        row[i] = row[i - 1] * noise.added
    if len(written) >= _SHORTEST_WITH_ARTICLE:
        lam = written[1] == (_ARABIC_LAM if arabic else _L)
        vowel = written[0] == _A or (not arabic and (written[0] == _E or written[0] == _U))
        if lam and vowel:
            row[2] = noise.article
    return row


@compiled
def heard(rows: Floats, depth: int, likely: Singles, path: Shorts, noise: Noise) -> float:
    """One more symbol of the name: the likelihood of every beginning of what is written; returns their sum."""
    total = 0.0
    mine = likely[path[depth]]
    before = likely[path[depth - 1]]
    for i in range(likely.shape[1]):
        here = rows[depth - 1, i] * mine[i, 0]
        if i >= 1:
            here += rows[depth - 1, i - 1] * mine[i, 1] + rows[depth, i - 1] * noise.added
        if i >= 2:
            here += rows[depth - 1, i - 2] * mine[i, 2]
            if depth >= 2:
                here += rows[depth - 2, i - 2] * noise.turned * mine[i - 1, 1] * before[i, 1]
        if i >= 3:
            here += rows[depth - 1, i - 3] * mine[i, 3]
        rows[depth, i] = here
        total += here
    return total


@compiled
def written(rows: Floats, depth: int, runs: Singles, noise: Noise) -> float:
    """One more letter of a Latin part: the likelihood of every beginning of what it may stand for; their sum."""
    rows[depth, 0] = rows[depth - 1, 0] * noise.added
    total = rows[depth, 0]
    for j in range(1, runs.shape[0]):
        mine = runs[j]
        here = rows[depth, j - 1] * mine[0] + rows[depth - 1, j] * noise.added
        here += rows[depth - 1, j - 1] * mine[1]
        if depth >= 2:
            here += rows[depth - 2, j - 1] * mine[2]
            if j >= 2:
                here += rows[depth - 2, j - 2] * noise.turned * mine[4] * runs[j - 1, 1]
        if depth >= 3:
            here += rows[depth - 3, j - 1] * mine[3]
        rows[depth, j] = here
        total += here
    return float(total + rows[depth - 1].sum())
