"""How common each true name is in each role, once misreadings are counted for the name they misread."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from portal.kernel.finding.arrays import Floats, Longs
from portal.matching.linkage.hearing import Heard

ROLES = 6
ROUNDS = 6
# So many bearers of any name at all stand behind the frequencies of one role.
SHARED = 300.0
LEAST = 0.05


class Frequencies(NamedTuple):
    """For each role, how common each name is, and how likely each part is to be told or read at all."""

    name: Floats
    part: Floats


def frequencies(heard: Heard, counts: Floats) -> Frequencies:
    """From how often each part occurs in each role (rows), shared out among the names it may stand for."""
    part_of = np.repeat(np.arange(len(heard.start) - 1), np.diff(heard.start))
    everywhere = _shared_out(heard, part_of, counts.sum(axis=0), None)
    names = np.stack([_shared_out(heard, part_of, role, everywhere) for role in counts])
    likely = names[:, heard.name] * heard.likely
    parts = np.stack([np.bincount(part_of, row, len(heard.start) - 1) for row in likely])
    return Frequencies(names, np.maximum(parts, 1e-300))


def _shared_out(heard: Heard, part_of: Longs, counts: Floats, everywhere: Floats | None) -> Floats:
    behind = np.full(len(counts), LEAST) if everywhere is None else everywhere * SHARED
    share: Floats = (counts + behind) / (counts.sum() + behind.sum())
    for _ in range(ROUNDS):
        likely = share[heard.name] * heard.likely
        whole = np.bincount(part_of, likely, len(counts))
        borne = likely * (counts / np.maximum(whole, 1e-300))[part_of]
        found = np.bincount(heard.name, borne, len(counts)) + behind
        share = found / found.sum()
    return share
