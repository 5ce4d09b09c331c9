"""Distinct name parts as a tree, so that common beginnings are weighed once and hopeless branches are left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from portal.kernel.finding import channel
from portal.kernel.finding.arrays import Bytes, Floats, Ints, Longs, Shorts, Singles
from portal.kernel.finding.compiled import compiled
from portal.kernel.finding.symbols import BASE
from portal.kernel.finding.weights import Bounds, Noise

DEEPEST = 64
# A branch may look worse than it ends: so much is forgiven before it is left.
_SLACK = 4.0


class Tree(NamedTuple):
    """Each node in preorder: its symbol, depth, where its branch ends, and the part that ends here (-1 none)."""

    symbol: Shorts
    depth: Bytes
    skip: Ints
    part: Ints


class Found(NamedTuple):
    """Parts, and what each is worth."""

    part: Ints
    worth: Floats


def tree_of(words: Sequence[Shorts], numbers: Sequence[int]) -> Tree:
    """The tree of these words, each with the number of its part."""
    order = sorted(range(len(words)), key=lambda i: words[i].astype(">i2").tobytes())
    lengths = np.array([len(words[i]) for i in order], dtype=np.int64)
    flat = np.concatenate([words[i] for i in order]) if order else np.zeros(0, dtype=np.int16)
    parts = np.array([numbers[i] for i in order], dtype=np.int32)
    return Tree(*_preorder(flat.astype(np.int16), lengths, parts))


@compiled
def heard_in(tree: Tree, typed: channel.Spoken, bounds: Bounds, noise: Noise) -> Found:
    """The parts that may have been written so; bounds are logarithms of plain likelihoods."""
    likely = np.zeros((len(typed.table), len(typed.opening), 4), dtype=np.float32)
    spelled = np.zeros(len(typed.table), dtype=np.bool_)
    symbol, depth, skip, part = tree
    found, worth = np.empty(len(part), dtype=np.int32), np.empty(len(part))
    rows = np.zeros((DEEPEST, len(typed.opening)))
    rows[0] = typed.opening
    path = np.zeros(DEEPEST, dtype=np.int16)
    least, enough, spread = np.exp(bounds.least), np.exp(bounds.enough), np.exp(-bounds.spread)
    count = node = 0
    while node < len(symbol):
        d = depth[node]
        path[d] = symbol[node]
        if not spelled[path[d]]:
            channel.spell(likely, path[d], typed, noise)
            spelled[path[d]] = True
        if channel.heard(rows, d, likely, path, noise) < least:
            node = skip[node]
            continue
        whole = rows[d, len(typed.opening) - 1]
        if part[node] >= 0 and whole > least:
            found[count] = part[node]
            worth[count] = np.log(whole)
            count += 1
            least = max(least, min(whole, enough) * spread)
        node += 1
    return Found(found[:count].copy(), worth[:count].copy())


@compiled
def written_in(
    tree: Tree, table: Singles, columns: Shorts, trigrams: Singles, bounds: Bounds, noise: Noise
) -> Found:
    """The Latin parts as which some Arabic symbols (a row of the table each) may have been written."""
    letter, depth, skip, part = tree
    found, worth = np.empty(len(part), dtype=np.int32), np.empty(len(part))
    rows = np.zeros((DEEPEST, len(table) + 1))
    _unwritten(rows[0], table, noise)
    usual = np.zeros(DEEPEST)
    path = np.zeros(DEEPEST + 2, dtype=np.int16)  # two places before the first letter stay empty
    runs = np.zeros((len(table) + 1, 5), dtype=np.float32)
    least = bounds.least
    count = node = 0
    while node < len(letter):
        d = depth[node]
        path[d + 1] = letter[node]
        usual[d] = usual[d - 1] + np.log(trigrams[path[d - 1], path[d], path[d + 1]])
        _runs(runs, path[d - 1 : d + 2], table, columns, noise)
        if np.log(channel.written(rows, d, runs, noise) + 1e-300) - usual[d] < least - _SLACK:
            node = skip[node]
            continue
        plain = np.log(rows[d, len(table)] + 1e-300)
        score = plain - usual[d] - np.log(trigrams[path[d], path[d + 1], 0])
        if part[node] >= 0 and score > least and plain > -bounds.slips - bounds.slips_each * d:
            found[count] = part[node]
            worth[count] = score
            count += 1
            least = max(least, min(score, bounds.enough) - bounds.spread)
        node += 1
    return Found(found[:count].copy(), worth[:count].copy())


@compiled
def _unwritten(row: Floats, table: Singles, noise: Noise) -> None:
    """Before any letter is written, only symbols that are not written can have passed."""
    row[0] = 1.0
    for j in range(1, len(row)):
        row[j] = row[j - 1] * (table[j - 1, 0] + noise.dropped)


@compiled
def _runs(runs: Singles, last: Shorts, table: Singles, columns: Shorts, noise: Noise) -> None:
    """How likely each symbol is written as nothing, the last one, two, three letters, or the one before the last."""
    two = columns[last[1] * BASE + last[2]]
    three = columns[(last[0] * BASE + last[1]) * BASE + last[2]]
    for j in range(len(table)):
        runs[j + 1, 0] = table[j, 0] + noise.dropped
        runs[j + 1, 1] = table[j, columns[last[2]]] + noise.instead
        runs[j + 1, 2] = table[j, two] if two >= 0 else 0.0
        runs[j + 1, 3] = table[j, three] if three >= 0 else 0.0
        runs[j + 1, 4] = table[j, columns[last[1]]]


@compiled
def _preorder(flat: Shorts, lengths: Longs, numbers: Ints) -> tuple[Shorts, Bytes, Ints, Ints]:
    symbol, depth = np.zeros(len(flat), dtype=np.int16), np.zeros(len(flat), dtype=np.uint8)
    skip, part = np.zeros(len(flat), dtype=np.int32), np.full(len(flat), -1, dtype=np.int32)
    open_at = np.zeros(DEEPEST + 2, dtype=np.int64)
    count = start = before = deep = 0
    for w in range(len(lengths)):
        shared = _shared(flat[before:start], flat[start : start + lengths[w]])
        for d in range(deep, shared, -1):
            skip[open_at[d]] = count
        for d in range(shared + 1, lengths[w] + 1):
            symbol[count] = flat[start + d - 1]
            depth[count] = d
            open_at[d] = count
            count += 1
        deep = lengths[w]
        part[count - 1] = numbers[w]
        before = start
        start += deep
    for d in range(deep, 0, -1):
        skip[open_at[d]] = count
    return symbol[:count].copy(), depth[:count].copy(), skip[:count].copy(), part[:count].copy()


@compiled
def _shared(one: Shorts, other: Shorts) -> int:
    n = min(len(one), len(other))
    for i in range(n):
        if one[i] != other[i]:
            return i
    return n
