"""Distinct name parts as a tree in preorder, so that common beginnings are looked at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from portal.kernel.finding.compiled import compiled

Tree = tuple[npt.NDArray[np.int16], npt.NDArray[np.uint8], npt.NDArray[np.int32], npt.NDArray[np.int32]]


def tree_of(words: list[npt.NDArray[np.int16]], numbers: list[int]) -> Tree:
    """Symbol, depth, where the branch ends, and the part that ends here (-1 none), of each node in preorder."""
    order = sorted(range(len(words)), key=lambda i: words[i].tobytes() if False else words[i].astype(">i2").tobytes())
    lengths = np.array([len(words[i]) for i in order], dtype=np.int64)
    flat = np.concatenate([words[i] for i in order]) if order else np.zeros(0, dtype=np.int16)
    return _preorder(flat, lengths, np.array([numbers[i] for i in order], dtype=np.int32))


@compiled
def _preorder(flat, lengths, numbers):  # type: ignore[no-untyped-def]
    size = len(flat)
    symbol = np.zeros(size, dtype=np.int16)
    depth = np.zeros(size, dtype=np.uint8)
    skip = np.zeros(size, dtype=np.int32)
    part = np.full(size, -1, dtype=np.int32)
    open_at = np.zeros(64, dtype=np.int64)
    count = start = before = open_depth = 0
    for w in range(len(lengths)):
        length = lengths[w]
        shared = 0
        while w and shared < length and shared < lengths[w - 1] and flat[start + shared] == flat[before + shared]:
            shared += 1
        for d in range(open_depth, shared, -1):
            skip[open_at[d]] = count
        for d in range(shared + 1, length + 1):
            symbol[count] = flat[start + d - 1]
            depth[count] = d
            open_at[d] = count
            count += 1
        open_depth = length
        part[count - 1] = numbers[w]
        before = start
        start += length
    for d in range(open_depth, 0, -1):
        skip[open_at[d]] = count
    return symbol[:count].copy(), depth[:count].copy(), skip[:count].copy(), part[:count].copy()
