"""All that is told and read, laid out as numbers: parts with their readings, plain fields, keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple

import numpy as np

from portal.kernel.finding.arrays import Floats, Longs
from portal.kernel.finding.spelling import name_parts
from portal.matching.linkage.frame import Columns
from portal.matching.linkage.frequencies import ROLES, Frequencies, frequencies
from portal.matching.linkage.hearing import Heard, Words, hear, words_of
from portal.matching.linkage.keys import Keys, likeliest, shared_keys, things
from portal.matching.linkage.naming import FREE, WIDTH, Read, Told
from portal.matching.linkage.places import Places
from portal.matching.linkage.vocab import Account, Reading

TOLD_ROLES = ("given", "father", "grandfather", "family", "mother", "mother_family")
NAME_ROLES = TOLD_ROLES[:4]
# Of this many distinct parts and more, a form seen only once is read as a slip of a name seen twice, and the rarest
# forms only as themselves or as a slip of one of so many names.
MANY_PARTS, MOST_NAMES = 12_000, 20_000
# In which role each part of a name of one to four parts stands, as far as its place tells.
_STANDING = (
    ((1.0, 0, 0, 0),),
    ((1.0, 0, 0, 0), (0, 0.4, 0, 0.6)),
    ((1.0, 0, 0, 0), (0, 0.95, 0.05, 0), (0, 0, 0.1, 0.9)),
    ((1.0, 0, 0, 0), (0, 1.0, 0, 0), (0, 0, 1.0, 0), (0, 0, 0, 1.0)),
)
_MOTHER_ALONE = (0.85, 0.15)
_BEFORE_ALL = date(1970, 1, 1).toordinal()


class Ground(NamedTuple):
    """Both sides, ready to be compared."""

    words: Words
    heard: Heard
    known: Frequencies
    told: Told
    read: Read
    plain: tuple[Columns, Columns]
    said: tuple[Longs, Longs]

    def keys(self) -> tuple[Keys, Keys]:
        """The keys by which pairs are found."""
        return shared_keys(*self.said)


def laid_out(
    accounts: Sequence[Account], readings: Sequence[Reading], counted: Sequence[Mapping[str, float]] = ()
) -> Ground:
    """Lay out both sides; `counted` are frequencies learned before, by role, in place of those found here."""
    words = words_of(_occurring(accounts, readings, counted))
    told, read = _told(words, accounts), _read(words, readings)
    counts = _learned(words, counted) if counted else _counts(len(words.parts), told, read)
    often = counts.sum(axis=0)
    heard = hear(words, _names(often))
    known = frequencies(heard, counts)
    named = likeliest(heard, known.name[:4].sum(axis=0))
    places = Places()
    plain = (_plain_told(accounts, places), _plain_read(readings, places))
    years = [np.array([year or 0 for year in side["year"]], dtype=np.int64) for side in plain]
    said = (things(told, years[0], named, 1), things(read, years[1], named, 0))
    return Ground(words, heard, known, told, read, plain, said)


def _names(often: Floats) -> list[int]:
    """The parts that are taken for true names of which others may be slips."""
    names = np.flatnonzero(often > 1 if len(often) >= MANY_PARTS else often > 0)
    commonest = names[np.argsort(-often[names], kind="stable")[:MOST_NAMES]]
    return [int(name) for name in np.sort(commonest)]


def counted(ground: Ground) -> tuple[dict[str, float], ...]:
    """How often each true name is borne in each role, to be kept for later."""
    size = ground.told.name.shape[0] + ground.read.name.shape[0]
    kept = []
    for role in ground.known.name:
        bearers = role * size
        kept.append(
            {ground.words.parts[n]: round(float(bearers[n]), 2) for n in np.flatnonzero(bearers >= 0.05)}
        )
    return tuple(kept)


def _occurring(
    accounts: Sequence[Account], readings: Sequence[Reading], counted: Sequence[Mapping[str, float]]
) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    everybody: Iterable[Account | Reading] = chain(accounts, readings)
    for said in everybody:
        found.update(_every_part(said))
    for names in counted:
        found.update(dict.fromkeys(names, 1))
    return found


def parts_of(said: Account | Reading) -> frozenset[str]:
    """The distinct parts of all names that somebody told or read."""
    return frozenset(_every_part(said))


def _every_part(said: Account | Reading) -> Iterable[str]:
    if isinstance(said, Account):
        return [part for role in TOLD_ROLES for part in _as_one(getattr(said, role))]
    return [*_parts_read(said)[0], *_mother_read(said)]


def _as_one(text: str) -> tuple[str, ...]:
    """What stands in one field is one part, though a double name is written in two words."""
    parts = name_parts(text)
    return ("".join(parts)[:24],) if parts else ()


def _parts_read(reading: Reading) -> tuple[list[str], int]:
    """The parts of the name, and how they stand: as they came, or in the roles that the record itself names."""
    fixed = [_as_one(getattr(reading, role)) for role in NAME_ROLES]
    if any(fixed):
        return [part for parts in fixed for part in parts], sum(
            1 << r for r, parts in enumerate(fixed) if parts
        )
    parts = _at_most(name_parts(reading.name), WIDTH)
    return parts, FREE + len(parts)


def _mother_read(reading: Reading) -> list[str]:
    return _at_most(name_parts(reading.mother), 2)


def _at_most(parts: Sequence[str], most: int) -> list[str]:
    return list(parts) if len(parts) <= most else [*parts[: most - 1], parts[-1]]


def _told(words: Words, accounts: Sequence[Account]) -> Told:
    found = np.full((len(accounts), ROLES), -1, dtype=np.int32)
    for row, account in enumerate(accounts):
        for role, field in enumerate(TOLD_ROLES):
            for part in _as_one(getattr(account, field)):
                found[row, role] = words.number[part]
    return Told(found[:, :4].copy(), found[:, 4:].copy())


def _read(words: Words, readings: Sequence[Reading]) -> Read:
    name = np.full((len(readings), WIDTH), -1, dtype=np.int32)
    mother = np.full((len(readings), 2), -1, dtype=np.int32)
    layout = np.zeros(len(readings), dtype=np.int32)
    for row, reading in enumerate(readings):
        parts, layout[row] = _parts_read(reading)
        name[row, : len(parts)] = [words.number[part] for part in parts]
        mothers = _mother_read(reading)
        mother[row, : len(mothers)] = [words.number[part] for part in mothers]
    return Read(name, layout, mother)


def _learned(words: Words, counted: Sequence[Mapping[str, float]]) -> Floats:
    counts = np.zeros((ROLES, len(words.parts)))
    for role, names in enumerate(counted):
        for part, bearers in names.items():
            counts[role, words.number[part]] = bearers
    return counts


def _counts(size: int, told: Told, read: Read) -> Floats:
    counts = np.zeros((ROLES, size))
    for role in range(ROLES):
        column = told.name[:, role] if role < WIDTH else told.mother[:, role - WIDTH]
        counts[role] += np.bincount(column[column >= 0], minlength=size)
    for layout in np.unique(read.layout):
        rows = read.name[read.layout == layout]
        for place, share in enumerate(_standing(int(layout))):
            for role in range(WIDTH):
                counts[role] += share[role] * np.bincount(rows[:, place], minlength=size)
    alone = read.mother[:, 1] < 0
    for place, shares in ((0, _MOTHER_ALONE), (0, (1.0, 0.0)), (1, (0.0, 1.0))):
        rows = read.mother[alone if shares is _MOTHER_ALONE else ~alone, place]
        for role, part in enumerate(shares, WIDTH):
            counts[role] += part * np.bincount(rows[rows >= 0], minlength=size)
    return counts


def _standing(layout: int) -> Iterable[Sequence[float]]:
    if layout > FREE:
        return _STANDING[layout - FREE - 1]
    return [
        [float(r == role) for r in range(WIDTH)]
        for role in range(WIDTH)
        if layout < FREE and layout & (1 << role)
    ]


def _plain_told(accounts: Sequence[Account], places: Places) -> Columns:
    return {
        **_everyone(accounts, places),
        "day": [_day(a.arrested) if a.arrested_exactly else None for a in accounts],
        "arrest_year": [a.arrested.year if a.arrested and not a.arrested_exactly else None for a in accounts],
        **dict.fromkeys(("seen", "ended", "ended_year"), [None] * len(accounts)),
    }


def _plain_read(readings: Sequence[Reading], places: Places) -> Columns:
    last = [_earliest(reading) for reading in readings]
    return {
        **_everyone(readings, places),
        **dict.fromkeys(("day", "arrest_year"), [None] * len(readings)),
        "seen": [_day(reading.photographed) for reading in readings],
        "ended": [_day(day) for day in last],
        "ended_year": [day.year if day else None for day in last],
    }


def _earliest(reading: Reading) -> date | None:
    """When the person had died at the latest."""
    return min((day for day in (reading.photographed, reading.died) if day), default=None)


def _everyone(rows: Sequence[Account] | Sequence[Reading], places: Places) -> Columns:
    return {
        "year": [row.birth_year for row in rows],
        "branch": [_branch(row.branch) for row in rows],
        "place": [places.number(row.place) for row in rows],
        "sex": [ord(row.sex[0]) if row.sex else None for row in rows],
    }


def _branch(branch: str) -> int | None:
    """Branches go by number; one known by its name alone cannot be held against a number."""
    digits = "".join(str(int(c)) for c in branch if c.isdecimal())[:6]
    return int(digits) if digits else None


def _day(day: date | None) -> int | None:
    return None if day is None else day.toordinal() - _BEFORE_ALL
