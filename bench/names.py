"""The finder beside other ways of finding a name: the same names, the same queries, in one process."""

from __future__ import annotations

import argparse
import csv
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random

from bench.ground import Ground, at, open_ground
from bench.invented import Spelled, invented_names
from bench.peers import TEN, Find, Spelling, Way, ways
from portal.kernel.finding.warm import make_ready

_FRENCH = (("sh", "ch"), ("ou", "u"), ("u", "ou"), ("j", "dj"), ("w", "ou"), ("q", "k"))
_GERMAN = (("kh", "ch"), ("sh", "sch"), ("j", "dsch"), ("ou", "u"), ("y", "j"), ("z", "s"))
_TURKISH = (("sh", "ş"), ("j", "c"), ("kh", "h"), ("w", "v"), ("q", "k"), ("ou", "u"))
_FOLDED = str.maketrans({"أ": "ا", "إ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و"})


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody types, and the names that answer it."""

    typed: str
    meant: frozenset[int]


@dataclass(frozen=True, slots=True)
class Town:
    """Names in the spellings in which they stand, and what is asked of them."""

    names: int
    spellings: list[Spelling]
    questions: list[Question]


@dataclass(frozen=True, slots=True)
class Figures:
    """How often the right name stands first and among the first ten, and how long the slow queries take."""

    way: str
    first: float
    ten: float
    p50: float
    p95: float
    laid: float

    def __str__(self) -> str:
        return (
            f"| {self.way} | {self.first:.3f} | {self.ten:.3f} | {self.p50:.1f} | {self.p95:.1f} "
            f"| {self.laid:.1f} |"
        )


@dataclass(frozen=True, slots=True)
class Result:
    """All ways over the same town."""

    town: Town
    figures: list[Figures]

    def __str__(self) -> str:
        best = max(self.figures[1:], key=lambda each: each.ten)
        mine = self.figures[0]
        return (
            f"names   {self.town.names} names, {len(self.town.questions)} queries: first {mine.first:.3f}, ten "
            f"{mine.ten:.3f}, p95 {mine.p95:.1f} ms; best peer {best.way}: first {best.first:.3f}, ten {best.ten:.3f}, "
            f"p95 {best.p95:.1f} ms"
        )

    def table(self, command: str) -> str:
        """The figures as they are kept, with when, where and how they were taken."""
        machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        head = f"{datetime.now(UTC):%d %B %Y}; {machine}; `{command}`; {self.town.names} names, "
        lines = [
            f"{head}{len(self.town.questions)} queries",
            "",
            "| way | first | first ten | p50 ms | p95 ms | laid out in s |",
            "|---|---|---|---|---|---|",
            *(str(each) for each in self.figures),
        ]
        return "\n".join(lines)


def run(ground: Ground, names: int = 1000, asked: int = 60, folder: Path | None = None) -> Result:
    """Lay the names out in each way, and ask each the same."""
    make_ready()
    town = brought(folder, asked) if folder else invented_town(names, asked)
    return Result(town, [_measured(name, way, town) for name, way in ways(ground.owner_url).items()])


def main(arguments: Sequence[str] | None = None) -> None:
    """Run at another size, or on names of one's own: a folder with corpus.csv and queries.csv."""
    parser = argparse.ArgumentParser(prog="python -m bench.names", description=__doc__)
    parser.add_argument("--names", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument(
        "--folder", type=Path, help="corpus.csv (id, name_ar, name_latin), queries.csv (query, expected_ids)"
    )
    wished = parser.parse_args(arguments)
    brought_along = " --folder FOLDER" if wished.folder else f" --names {wished.names}"
    with open_ground() as ground:
        result = run(ground, wished.names, wished.queries, wished.folder)
    print(result.table(f"python -m bench.names{brought_along} --queries {wished.queries}"))


def invented_town(number: int, asked: int, seed: int = 1) -> Town:
    """Invented names: most in Arabic alone, a third in both scripts, a tenth in Latin letters alone."""
    chance = Random(seed)  # noqa: S311 - the same names each time; nothing secret
    names = invented_names(number, seed)
    spellings: list[Spelling] = []
    for place, name in enumerate(names):
        script = chance.random()
        spellings += [(place, name.arabic)] if script > 0.1 else []
        spellings += [(place, name.latin)] if script < 0.4 else []
    wrote = (_as_published, _outer, _careless, _latin, _french, _german, _turkish, _mistyped)
    chosen = chance.sample(range(number), asked)
    return Town(
        number,
        spellings,
        [_question(chance, names, place, wrote[turn % len(wrote)]) for turn, place in enumerate(chosen)],
    )


def brought(folder: Path, asked: int) -> Town:
    """Names and queries of one's own; of the queries as many as asked for, the same each time."""
    with (folder / "corpus.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with (folder / "queries.csv").open(encoding="utf-8-sig", newline="") as file:
        queries = list(csv.DictReader(file))
    number = {row["id"]: place for place, row in enumerate(rows)}
    spellings = [
        (place, row[script])
        for place, row in enumerate(rows)
        for script in ("name_ar", "name_latin")
        if row[script]
    ]
    chosen = Random(1).sample(queries, min(asked, len(queries)))  # noqa: S311 - nothing secret
    questions = [
        Question(row["query"], frozenset(number[i] for i in row["expected_ids"].split() if i in number))
        for row in chosen
    ]
    return Town(len(rows), spellings, questions)


def _question(chance: Random, names: list[Spelled], place: int, wrote: object) -> Question:
    """Whoever bears the same first and last name answers a query without the middle ones."""
    assert callable(wrote)
    typed, whole = wrote(names[place], chance)
    ends = _ends(names[place].arabic)
    same = (
        n for n, each in enumerate(names) if (each == names[place] if whole else _ends(each.arabic) == ends)
    )
    return Question(typed, frozenset(same))


def _as_published(name: Spelled, chance: Random) -> tuple[str, bool]:
    del chance
    return name.arabic, True


def _outer(name: Spelled, chance: Random) -> tuple[str, bool]:
    del chance
    return _ends(name.arabic), False


def _careless(name: Spelled, chance: Random) -> tuple[str, bool]:
    del chance
    return _ends(name.arabic).translate(_FOLDED), False


def _latin(name: Spelled, chance: Random) -> tuple[str, bool]:
    del chance
    return name.latin.replace("al-", ""), True


def _french(name: Spelled, chance: Random) -> tuple[str, bool]:
    del chance
    return _written(name.latin, _FRENCH), True


def _german(name: Spelled, chance: Random) -> tuple[str, bool]:
    del chance
    return _ends(_written(name.latin, _GERMAN)), False


def _turkish(name: Spelled, chance: Random) -> tuple[str, bool]:
    del chance
    return _written(name.latin.replace("al-", ""), _TURKISH), True


def _mistyped(name: Spelled, chance: Random) -> tuple[str, bool]:
    """Two neighbouring letters of one word have changed places."""
    letters = list(name.latin)
    inner = [i for i, (a, b) in enumerate(pairwise(letters)) if i and a.islower() and b.islower()]
    i = chance.choice(inner)
    letters[i], letters[i + 1] = letters[i + 1], letters[i]
    return "".join(letters), True


def _written(latin: str, habits: tuple[tuple[str, str], ...]) -> str:
    """As another language writes it; no letter is changed twice."""
    done, rest = "", latin.lower()
    while rest:
        here = next(((a, b) for a, b in habits if rest.startswith(a)), (rest[0], rest[0]))
        done, rest = done + here[1], rest[len(here[0]) :]
    return done


def _ends(name: str) -> str:
    first, *_, last = name.split(" ")
    return f"{first} {last}"


def _measured(name: str, way: Way, town: Town) -> Figures:
    began = time.perf_counter()
    find = way(town.spellings)
    laid = time.perf_counter() - began
    taken, places = [], []
    for question in town.questions:
        found, seconds = _asked(find, question.typed)
        taken.append(seconds * 1000)
        places.append(next((n for n, each in enumerate(found) if each in question.meant), TEN))
    share = [sum(place < most for place in places) / len(places) for most in (1, TEN)]
    return Figures(name, share[0], share[1], at(0.5, taken), at(0.95, taken), laid)


def _asked(find: Find, typed: str) -> tuple[list[int], float]:
    began = time.perf_counter()
    found = find(typed)
    return found, time.perf_counter() - began


if __name__ == "__main__":
    main()
