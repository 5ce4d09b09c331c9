"""Names laid out to be found: trees of their distinct parts, posting lists, and the parts of each name."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from portal.kernel.finding.alignment import Names
from portal.kernel.finding.arrays import Bytes, Longs
from portal.kernel.finding.spelling import name_parts, numbered
from portal.kernel.finding.survey import FIRST, LAST, Postings
from portal.kernel.finding.symbols import arabic_symbols, latin_symbols, spoken_symbols
from portal.kernel.finding.tree import Tree, tree_of
from portal.kernel.names.normalise import is_arabic

KEY = 16


class Index(NamedTuple):
    """The key of each name (a name in two scripts stands twice) and all that leads to it; read only."""

    key: Bytes
    length: Bytes
    names: Names
    postings: Postings
    spoken: Tree
    arabic: Tree
    latin: Tree
    latin_letters: Tree


def build(names: Iterable[tuple[bytes, str]]) -> Index:
    """The index of these names, each with its key of sixteen bytes."""
    keys, parts, start = bytearray(), array("i"), array("i", [0])
    known: dict[str, int] = {}
    for key, name in names:
        found = name_parts(name)
        if found:
            keys += key
            parts.extend(known.setdefault(part, len(known)) for part in found)
            start.append(len(parts))
    ordered = Names(np.array(start, dtype=np.int32), np.array(parts, dtype=np.int32))
    arabic = {part: number for part, number in known.items() if is_arabic(part)}
    latin = {part: number for part, number in known.items() if part not in arabic}
    return Index(
        np.frombuffer(bytes(keys), dtype=np.uint8).reshape(-1, KEY),
        np.diff(ordered.start).astype(np.uint8),
        ordered,
        _postings(ordered, len(known)),
        tree_of([spoken_symbols(numbered(part)) for part in arabic], list(arabic.values())),
        tree_of([arabic_symbols(numbered(part)) for part in arabic], list(arabic.values())),
        tree_of([latin_symbols(numbered(part)) for part in latin], list(latin.values())),
        tree_of([numbered(part).astype(np.int16) for part in latin], list(latin.values())),
    )


def save(index: Index, folder: Path) -> None:
    """Lay the index down, one file for each array, so that processes may share it."""
    folder.mkdir(parents=True)
    for name, values in _flat(index).items():
        np.save(folder / f"{name}.npy", values, allow_pickle=False)


def load(folder: Path) -> Index:
    """The index of a folder; only what is looked at is read, and all processes share what was read."""
    # Seen as plain arrays: compiled code takes the mapped kind far more slowly.
    kept = {path.stem: np.asarray(np.load(path, mmap_mode="r")) for path in folder.glob("*.npy")}
    trees = {name: Tree(*(kept[f"{name}.{field}"] for field in Tree._fields)) for name in _TREES}
    names = Names(*(kept[f"names.{field}"] for field in Names._fields))
    postings = Postings(*(kept[f"postings.{field}"] for field in Postings._fields))
    return Index(kept["key"], kept["length"], names, postings, **trees)


_TREES = ("spoken", "arabic", "latin", "latin_letters")


def _flat(index: Index) -> dict[str, npt.NDArray[np.generic]]:
    flat: dict[str, npt.NDArray[np.generic]] = {"key": index.key, "length": index.length}
    for group in ("names", "postings", *_TREES):
        values = getattr(index, group)
        flat |= {f"{group}.{field}": getattr(values, field) for field in values._fields}
    return flat


def _postings(names: Names, parts: int) -> Postings:
    """Each part's names in order; a part that stands first and last in a name has both marks on one entry."""
    count = len(names.start) - 1
    owner = np.repeat(np.arange(count, dtype=np.int64), np.diff(names.start))
    position = np.arange(len(names.part))
    place = FIRST * (position == names.start[owner]) + LAST * (position == names.start[owner + 1] - 1)
    entry: Longs = names.part.astype(np.int64) * max(count, 1) + owner
    order = np.argsort(entry, kind="stable")
    entry, place = entry[order], place[order]
    first = np.flatnonzero(np.diff(entry, prepend=-1))
    marks = np.bitwise_or.reduceat(place, first) if len(first) else place
    part, owner = np.divmod(entry[first], max(count, 1))
    starts = np.searchsorted(part, np.arange(parts + 1))
    return Postings(starts.astype(np.int32), (owner << 2 | marks).astype(np.int32))
