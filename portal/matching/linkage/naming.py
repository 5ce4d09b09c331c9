"""How much likelier two names are when one person bears both: a true name behind each part, heard twice."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from portal.kernel.finding.arrays import Floats, Ints, Longs
from portal.kernel.finding.compiled import compiled
from portal.matching.linkage.frequencies import Frequencies
from portal.matching.linkage.hearing import Heard

# The roles of the parts that a record may show, as bits: given 1, father 2, grandfather 4, family 8.
FREE = 16
LAYOUTS = np.array([[0, 0, 0], [1, 0, 0], [3, 9, 5], [11, 7, 13], [15, 0, 0]], dtype=np.int64)
WIDTH = 4
_MOTHER, _MOTHER_FAMILY = 4, 5


class Told(NamedTuple):
    """The parts of each inquiry by role; -1 is not known."""

    name: Ints
    mother: Ints


class Read(NamedTuple):
    """The parts of each record in their order, and which roles they stand in (`FREE` and their number: any)."""

    name: Ints
    layout: Ints
    mother: Ints


class Belief(NamedTuple):
    """What was learned: how often a part is another name all the same, how often names stand so, the ceilings.

    `shared` is how often two people share a full name of so many parts, however rare each part is; `siblings` how
    often they share all parts but the given name (and the mother).
    """

    other: Floats
    layouts: Floats
    shared: Floats
    siblings: Floats
    mother_alone: Floats


@compiled
def likeness(one: int, other: int, role: int, heard: Heard, known: Frequencies) -> float:
    """Likelihood that both parts stand for one bearer's name, over that of two people's."""
    i, j, total = heard.start[one], heard.start[other], 0.0
    end, last = heard.start[one + 1], heard.start[other + 1]
    while i < end and j < last:
        if heard.name[i] < heard.name[j]:
            i += 1
        elif heard.name[i] > heard.name[j]:
            j += 1
        else:
            total += known.name[role, heard.name[i]] * heard.likely[i] * heard.likely[j]
            i += 1
            j += 1
    return float(total / (known.part[role, one] * known.part[role, other]))


@compiled
def name_ratio(
    said: tuple[Ints, Ints, int], mother: float, parts: tuple[Heard, Frequencies], belief: Belief, out: Floats
) -> float:
    """The likelihood ratio of two names and their mothers', over every way in which the record's parts may stand.

    Whoever is not the same person is a stranger, a namesake, or a sibling, who shares all but the given name.

    `out` receives what each role says by itself in the likeliest way; nan where either is not known.
    """
    told, read, layout = said
    out[:4] = np.nan
    free = layout >= FREE
    count = layout - FREE if free else 0
    above = below = best = 0.0
    for way in range(3 if free else 1):
        mask = LAYOUTS[count, way] if free else layout
        if mask == 0:
            continue
        worth = belief.layouts[count, way] if free else 1.0
        chance, both, agreed, family, compared = _stands(told, read, mask, parts, belief, out[4:8])
        below += worth * chance
        others = 1.0 + agreed * belief.shared[compared]
        others += family * max(mother, 1.0) * belief.siblings[compared]
        above += worth * chance * both * mother / others
        if worth * chance * both > best:
            best = worth * chance * both
            out[:4] = out[4:8]
    return float(above / below) if below > 0 else mother


@compiled
def _stands(
    told: Ints, read: Ints, mask: int, parts: tuple[Heard, Frequencies], belief: Belief, out: Floats
) -> tuple[float, float, float, float, int]:
    """How likely such parts are in these roles, what all say, what those that agree say, and how many they are.

    Only agreement is worth less among namesakes and (without the given name) siblings; contradiction is not.
    """
    heard, known = parts
    chance, both, agreed, family, compared, at = 1.0, 1.0, 1.0, 1.0, 0, 0
    for role in range(4):
        out[role] = np.nan
        if mask & (1 << role):
            part = read[at]
            at += 1
            chance *= known.part[role, part]
            if told[role] >= 0:
                alike = likeness(told[role], part, role, heard, known)
                out[role] = alike
                worth = (1.0 - belief.other[role]) * alike + belief.other[role]
                both *= worth
                agreed *= max(worth, 1.0)
                family *= max(worth, 1.0) if role else 1.0
                compared += 1
    return chance, both, agreed, family, compared


@compiled
def mother_ratio(
    told: Ints, read: Ints, parts: tuple[Heard, Frequencies], belief: Belief, out: Floats
) -> float:
    """The same for the mother: her name, her family's, or one of them and nobody knows which."""
    known = parts[1]
    out[0] = out[1] = np.nan
    if read[0] < 0:
        return 1.0
    if read[1] >= 0:
        return _of(told[0], read[0], 4, parts, belief, out[:1]) * _of(
            told[1], read[1], 5, parts, belief, out[1:]
        )
    chance_name = belief.mother_alone[0] * known.part[4, read[0]]
    chance_family = belief.mother_alone[1] * known.part[5, read[0]]
    hers = chance_name * _of(told[0], read[0], 4, parts, belief, out[:1])
    theirs = chance_family * _of(told[1], read[0], 5, parts, belief, out[1:])
    if hers >= theirs:
        out[1] = np.nan
    else:
        out[0] = np.nan
    return float((hers + theirs) / (chance_name + chance_family))


@compiled
def _of(
    told: int, read: int, role: int, parts: tuple[Heard, Frequencies], belief: Belief, out: Floats
) -> float:
    if told < 0:
        return 1.0
    alike = likeness(told, read, role, parts[0], parts[1])
    out[0] = alike
    return float((1.0 - belief.other[role]) * alike + belief.other[role])


@compiled
def ratios(
    left: Longs, right: Longs, told: Told, read: Read, parts: tuple[Heard, Frequencies], belief: Belief
) -> Floats:
    """For each pair the logarithm of what the names and the mothers say."""
    logs = np.zeros(len(left))
    out = np.zeros(8)
    for k in range(len(left)):
        i, r = left[k], right[k]
        mother = mother_ratio(told.mother[i], read.mother[r], parts, belief, out)
        names = name_ratio((told.name[i], read.name[r], read.layout[r]), mother, parts, belief, out)
        logs[k] = np.log(names + 1e-300)
    return logs


@compiled
def alike(
    left: Longs, right: Longs, told: Told, read: Read, parts: tuple[Heard, Frequencies], belief: Belief
) -> Floats:
    """For each pair what each of the six roles says by itself; nan where not known."""
    found = np.full((len(left), 6), np.nan)
    out = np.zeros(8)
    for k in range(len(left)):
        i, r = left[k], right[k]
        name_ratio((told.name[i], read.name[r], read.layout[r]), 1.0, parts, belief, out)
        found[k, :4] = out[:4]
        mother_ratio(told.mother[i], read.mother[r], parts, belief, out)
        found[k, 4:] = out[:2]
    return found
