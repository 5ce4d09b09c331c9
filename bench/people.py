"""Invented people, what families tell of some of them, and what papers say, misread as papers are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from bench.invented import Spelled, invented_names
from portal.kernel.names.letters import SEEN
from portal.matching.linkage.vocab import Account, Reading

FOUND, LATIN, SIBLINGS, NAMED = 0.35, 0.08, 0.1, 0.6
MISREAD, DROPPED, ADDED = 0.02, 0.006, 0.005
_PLACES = ["حلب", "حمص", "حماة", "إدلب", "درعا", "الرقة", "دمشق", "طرطوس"]
_BRANCHES = ["915", "928", "931", "944", "957", "960", "973", "986"]
_ARCHIVE = date(2015, 6, 1)
_LOOKS_LIKE: dict[str, str] = {}
for _one, _other in SEEN:
    _LOOKS_LIKE[_one] = _LOOKS_LIKE.get(_one, "") + _other
    _LOOKS_LIKE[_other] = _LOOKS_LIKE.get(_other, "") + _one


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who never lived."""

    name: tuple[Spelled, ...]
    mother: tuple[Spelled, Spelled]
    born: int
    place: str
    branch: str
    arrested: date
    died: date


@dataclass(frozen=True, slots=True)
class Town:
    """What is told, what is read, and which belongs to which."""

    accounts: list[Account]
    readings: list[Reading]
    truth: Mapping[str, str]


def invented_town(accounts: int, readings: int, seed: int = 1) -> Town:
    """So many inquiries and records; about a third of the inquiries have their record among them."""
    chance = Random(seed)  # noqa: S311 - the same people each time; nothing secret
    people = _people(chance, readings + accounts, seed)
    named = sorted(chance.sample(range(readings), int(readings * NAMED)))
    found = chance.sample(named, min(int(accounts * FOUND), len(named)))
    with_name = set(named)
    read = [_reading(chance, n, people[n], n in with_name) for n in range(readings)]
    sought = found + [readings + n for n in range(accounts - len(found))]
    chance.shuffle(sought)
    told = [_account(chance, n, people[who]) for n, who in enumerate(sought)]
    truth = {f"i{n}": f"r{who}" for n, who in enumerate(sought) if who < readings}
    return Town(told, read, truth)


def _people(chance: Random, number: int, seed: int) -> list[Person]:
    names, mothers = invented_names(number, seed), invented_names(number, seed + 1000)
    people: list[Person] = []
    for name, mother in zip(names, mothers, strict=True):
        parts, hers = _parts(name), _parts(mother)
        arrested = date(2011, 3, 1) + timedelta(days=chance.randrange(4000))
        died = arrested + timedelta(days=1 + int(chance.expovariate(1 / 400)))
        person = Person(
            parts, (hers[0], hers[3]), chance.randrange(1945, 2004),
            chance.choice(_PLACES), chance.choice(_BRANCHES), arrested, died,
        )  # fmt: skip
        if people and chance.random() < SIBLINGS:
            other = chance.choice(people)
            person = replace(person, name=(parts[0], *other.name[1:]), mother=other.mother, place=other.place)
        people.append(person)
    return people


def _parts(name: Spelled) -> tuple[Spelled, ...]:
    return tuple(Spelled(*pair) for pair in zip(name.arabic.split(), name.latin.split(), strict=True))


def _account(chance: Random, number: int, person: Person) -> Account:
    latin = chance.random() < LATIN
    said = [part.latin if latin else _misread(chance, part.arabic) for part in (*person.name, *person.mother)]
    for place, known in ((1, 0.95), (2, 0.55), (4, 0.75), (5, 0.6)):
        if chance.random() > known:
            said[place] = ""
    exactly = chance.random() < 0.6
    return Account(
        f"i{number}", *said,
        birth_year=_year(chance, person.born, 0.9),
        place=person.place if chance.random() < 0.8 else "",
        branch=person.branch if chance.random() < 0.35 else "",
        sex="m",
        arrested=person.arrested if exactly else person.arrested.replace(month=1, day=1),
        arrested_exactly=exactly,
    )  # fmt: skip


def _reading(chance: Random, number: int, person: Person, named: bool) -> Reading:
    seen = max(person.died + timedelta(days=chance.randrange(7)), _ARCHIVE)
    shown = chance.choice(((0, 1, 2, 3), (0, 1, 3), (0, 1, 3), (0, 3), (0, 1)))
    hers = [part.arabic for part in person.mother[: chance.choice((1, 1, 2))]]
    return Reading(
        f"r{number}",
        " ".join(_misread(chance, person.name[place].arabic) for place in shown) if named else "",
        mother=" ".join(_misread(chance, part) for part in hers) if named and chance.random() < 0.4 else "",
        birth_year=_year(chance, person.born, 0.5) if named else None,
        place=person.place if named and chance.random() < 0.3 else "",
        branch=person.branch if chance.random() < 0.8 else chance.choice(_BRANCHES),
        sex="m",
        photographed=seen,
        died=max(person.died, _ARCHIVE) if named and chance.random() < 0.5 else None,
    )


def _year(chance: Random, born: int, known: float) -> int | None:
    by = chance.choice((0, 0, 0, 0, 0, 0, 1, -1, 2, -10))
    return born + by if chance.random() < known else None


def _misread(chance: Random, part: str) -> str:
    read = []
    for letter in part:
        luck = chance.random()
        if luck < MISREAD and letter in _LOOKS_LIKE:
            read.append(chance.choice(_LOOKS_LIKE[letter]))
        elif luck > 1 - ADDED:
            read.append(letter * 2)
        elif luck < 1 - ADDED - DROPPED or len(part) < 4:
            read.append(letter)
    return "".join(read)
