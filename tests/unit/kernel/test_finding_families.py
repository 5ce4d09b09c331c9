"""Families of names, written by hand: each line is a person, and one way in which somebody may type their name.

`families.tsv` says of each line whether the person comes first, among the first ten, or, for a near namesake who also
stands in the register, not first. All people are invented. Short vowels are where letters alone do not decide:
whether Omar is عمر or عمار, and whether Rasheed is رشيد or راشد; such lines ask for the first ten.
"""

import csv
from collections import Counter
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from bench.invented import invented_names
from portal.kernel.finding.finder import search
from portal.kernel.finding.index import Index, build

TABLE = Path(__file__).with_name("names") / "families.tsv"
OTHERS = 3000
PHENOMENA = {
    "abd joined", "abu joined", "eddine joined", "ullah joined", "article", "son of", "order", "hamza", "ta marbuta",
    "alef maqsura", "tatweel", "diacritics", "Persian letters", "Kurdish", "Turkish", "German", "French", "scanning",
    "dots", "Latin only", "Arabizi", "missing part", "extra part", "compound family name", "near namesake",
}  # fmt: skip


class Line(NamedTuple):
    """One line of the table."""

    place: str
    phenomenon: str
    typed: str
    person: str


def _lines() -> list[Line]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Line(*row) for row in list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]]


LINES = _lines()
PEOPLE = list(dict.fromkeys(line.person for line in LINES))


def _mixed(chance: Random, people: list[str]) -> str:
    """Somebody else: a given name, a father's and a family name of three people of the table."""
    one, two, three = (name.split() for name in chance.sample(people, 3))
    return f"{one[0]} {two[-2] if len(two) > 1 else two[0]} {three[-1]}"


@pytest.fixture(scope="module")
def names() -> list[str]:
    chance = Random(7)  # noqa: S311 - the same background each time; nothing secret
    arabic = [name for name in PEOPLE if not name.isascii() and name[0] > "\u0600"]
    mixed = [_mixed(chance, arabic) for _ in range(OTHERS)]
    return [*PEOPLE, *(name.arabic for name in invented_names(OTHERS, seed=5)), *mixed]


@pytest.fixture(scope="module")
def index(names: list[str]) -> Index:
    return build((number.to_bytes(16, "big"), name) for number, name in enumerate(names))


def test_the_table_is_long_and_has_every_phenomenon() -> None:
    counted = Counter(line.phenomenon for line in LINES)
    assert len(LINES) >= 300
    assert len(set(LINES)) == len(LINES)
    assert counted.keys() >= PHENOMENA
    assert {line.place for line in LINES} == {"first", "ten", "not first"}
    assert sum(line.place == "ten" for line in LINES) < len(LINES) / 20


def test_a_near_namesake_is_somebody_of_the_table() -> None:
    """What must not come first is asked for beside the person who is meant."""
    meant = {line.typed for line in LINES if line.place != "not first"}
    near = [line for line in LINES if line.place == "not first"]
    assert near
    assert all(line.typed in meant or line.typed in PEOPLE for line in near)


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.place}: {line.phenomenon}: {line.typed}")
def test_each_way_of_typing_finds_its_person(line: Line, names: list[str], index: Index) -> None:
    found = [names[int.from_bytes(answer.key, "big")] for answer in search(index, line.typed)]
    if line.place == "first":
        assert found[:1] == [line.person]
    elif line.place == "ten":
        assert line.person in found[:10]
    else:
        assert found
        assert found[0] != line.person
