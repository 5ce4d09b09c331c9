"""How likely a spelling is for a name part, by the learned model, beside the same letters in any word at all."""

from __future__ import annotations

import numpy as np

from portal.kernel.finding.compiled import compiled
from portal.kernel.finding.symbols import BASE

# A branch may look worse than it ends: so much is forgiven before it is left.
SLACK = 4.0


@compiled
def emission(table, written, ending, noise):  # type: ignore[no-untyped-def]
    """For each symbol: how likely it is written as the run of 0..3 letters that ends after each letter."""
    n = len(written)
    dropped, instead, _, _ = noise
    likely = np.zeros((table.shape[0], n + 1, 4), dtype=np.float32)
    for s in range(table.shape[0]):
        for i in range(n + 1):
            likely[s, i, 0] = table[s, ending[i, 0]] + dropped
            if i >= 1:
                likely[s, i, 1] = table[s, ending[i, 1]] + instead
            for length in range(2, min(i, 3) + 1):
                if ending[i, length] >= 0:
                    likely[s, i, length] = table[s, ending[i, length]]
    return likely


@compiled
def surprise(written, trigrams):  # type: ignore[no-untyped-def]
    """The logarithm of how likely these letters are in any word of their script."""
    total, a, b = 0.0, 0, 0
    for c in written:
        total += np.log(trigrams[a, b, c])
        a, b = b, c
    return total + np.log(trigrams[a, b, 0])


@compiled
def step(rows, depth, likely, before, symbol, noise):  # type: ignore[no-untyped-def]
    """One more symbol of the name: the likelihood of every beginning of what is written; their sum."""
    n = likely.shape[1]
    _, _, added, turned = noise
    total = 0.0
    mine = likely[symbol]
    last = likely[before] if depth > 1 else mine
    for i in range(n):
        here = rows[depth - 1, i] * mine[i, 0]
        if i >= 1:
            here += rows[depth - 1, i - 1] * mine[i, 1] + rows[depth, i - 1] * added
        if i >= 2:
            here += rows[depth - 1, i - 2] * mine[i, 2]
            if depth >= 2:
                here += rows[depth - 2, i - 2] * turned * mine[i - 1, 1] * last[i, 1]
        if i >= 3:
            here += rows[depth - 1, i - 3] * mine[i, 3]
        rows[depth, i] = here
        total += here
    return total


@compiled
def heard_in(tree, likely, opening, least, noise, found):  # type: ignore[no-untyped-def]
    """The parts in a tree of names that may have been written so, and how likely; branches that cannot are left."""
    symbol, depth, skip, part = tree
    ids, value = found
    n = likely.shape[1]
    rows = np.zeros((32, n))
    rows[0] = opening
    path = np.zeros(32, dtype=np.int64)
    count = node = 0
    while node < len(symbol):
        d = depth[node]
        path[d] = symbol[node]
        if step(rows, d, likely, path[d - 1], symbol[node], noise) < least:
            node = skip[node]
            continue
        if part[node] >= 0 and rows[d, n - 1] > least and count < len(ids):
            ids[count] = part[node]
            value[count] = np.log(rows[d, n - 1])
            count += 1
        node += 1
    return count


@compiled
def written_in(tree, of, table, columns, trigrams, least, noise, found):  # type: ignore[no-untyped-def]
    """The Latin parts in a tree of names as which an Arabic part may have been written, beside any word at all."""
    letter, depth, skip, part = tree
    ids, value = found
    n = len(of) + 1
    rows = np.zeros((32, n))
    usual = np.zeros(32)
    path = np.zeros(34, dtype=np.int64)  # two places before the first letter stay empty
    opening(rows[0], of, table, columns, noise)
    count = node = 0
    while node < len(letter):
        d = depth[node]
        path[d + 1] = letter[node]
        usual[d] = usual[d - 1] + np.log(trigrams[path[d - 1], path[d], path[d + 1]])
        total = _written(rows, d, of, table, columns, path, noise)
        if np.log(total + 1e-300) - usual[d] < least - SLACK:
            node = skip[node]
            continue
        if part[node] >= 0 and count < len(ids):
            score = np.log(rows[d, n - 1] + 1e-300) - usual[d] - np.log(trigrams[path[d], path[d + 1], 0])
            if score > least:
                ids[count] = part[node]
                value[count] = score
                count += 1
        node += 1
    return count


@compiled
def _written(rows, d, of, table, columns, path, noise):  # type: ignore[no-untyped-def]
    dropped, instead, added, turned = noise
    one = columns[path[d + 1]]
    two = columns[path[d] * BASE + path[d + 1]] if d > 1 else -1
    three = columns[(path[d - 1] * BASE + path[d]) * BASE + path[d + 1]] if d > 2 else -1
    other = columns[path[d]]
    none = columns[0]
    rows[d, 0] = rows[d - 1, 0] * added
    total = rows[d, 0]
    for j in range(1, len(of) + 1):
        mine = table[of[j - 1]]
        here = rows[d, j - 1] * (mine[none] + dropped) + rows[d - 1, j] * added
        here += rows[d - 1, j - 1] * (mine[one] + instead)
        if two >= 0:
            here += rows[d - 2, j - 1] * mine[two]
        if three >= 0:
            here += rows[d - 3, j - 1] * mine[three]
        if d > 1 and j > 1:
            here += rows[d - 2, j - 2] * turned * mine[other] * table[of[j - 2], one]
        rows[d, j] = here
        total += here
    return total + rows[d - 1].sum()


@compiled
def opening(row, of, table, columns, noise):  # type: ignore[no-untyped-def]
    """Before any letter is written, only symbols that are not written can have passed."""
    row[0] = 1.0
    for j in range(1, len(of) + 1):
        row[j] = row[j - 1] * (table[of[j - 1], columns[0]] + noise[0])


@compiled
def likelihood(of, likely, opening, noise):  # type: ignore[no-untyped-def]
    """The logarithm of how likely one name part is written so."""
    n = likely.shape[1]
    rows = np.zeros((len(of) + 1, n))
    rows[0] = opening
    for d in range(1, len(of) + 1):
        step(rows, d, likely, of[d - 2] if d > 1 else 0, of[d - 1], noise)
    return np.log(rows[len(of), n - 1] + 1e-300)
