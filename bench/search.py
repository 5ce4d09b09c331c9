"""How fast and how well the memorial is searched, beside the plain way: ILIKE over the same rows."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from sqlalchemy import create_engine, or_, select, text

from bench.ground import Ground, at, open_ground, somebody
from bench.invented import Spelled, invented_names
from portal.kernel.actor import ANONYMOUS
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Work
from portal.memorial import queries, service
from portal.memorial.models import MemorialName

AT_ONCE = 500
MOST = 50
_FOLDED = str.maketrans({"أ": "ا", "إ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و"})
Search = Callable[[Work, str], list[str]]


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody types, and the name they mean."""

    typed: str
    meant: str


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds of the middle and of the slow end, and the share of names found."""

    p50: float
    p95: float
    found: float

    def __str__(self) -> str:
        return f"p50 {self.p50:.1f} ms, p95 {self.p95:.1f} ms, found {self.found:.0%}"


@dataclass(frozen=True, slots=True)
class Result:
    """Both ways, over the same names and queries in the same run."""

    names: int
    asked: int
    ours: Speed
    plain: Speed

    def __str__(self) -> str:
        return (
            f"search  {self.names} names, {self.asked} queries: {self.ours}; plain ILIKE {self.plain}; "
            f"ours / plain p50 = {self.ours.p50 / self.plain.p50:.2f}"
        )


def run(ground: Ground, number: int = 2000, asked: int = 80) -> Result:
    """Publish invented names, then ask for some of them as people write them."""
    published = invented_names(number)
    _publish(ground, published)
    questions = _queries(published, asked)
    return Result(number, asked, _measured(ground, questions, _ours), _measured(ground, questions, _plain))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run this bench alone, at any size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=2000)
    parser.add_argument("--queries", type=int, default=80)
    wished = parser.parse_args(arguments)
    with open_ground() as ground:
        print(run(ground, wished.names, wished.queries))


def _publish(ground: Ground, published: list[Spelled]) -> None:
    approver = somebody(Role.APPROVER)
    for start in range(0, len(published), AT_ONCE):
        with ground.place.open(approver, DbRole.CASEWORK) as work:
            for name in published[start : start + AT_ONCE]:
                service.publish(work, name.arabic, name.latin)
    engine = create_engine(ground.owner_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("vacuum analyze memorial_name"))
    engine.dispose()


def _queries(published: list[Spelled], asked: int) -> list[Query]:
    """As published, without the middle names, without hamza and dots, in Latin letters: a quarter of each."""
    chance = Random(2)  # noqa: S311 - the same queries each time; nothing secret
    ways: tuple[Callable[[Spelled], str], ...] = (
        lambda name: name.arabic,
        lambda name: _outer(name.arabic),
        lambda name: _outer(name.arabic).translate(_FOLDED),
        lambda name: _outer(name.latin).replace("al-", ""),
    )
    chosen = chance.sample(published, asked)
    return [Query(ways[place % len(ways)](name), name.arabic) for place, name in enumerate(chosen)]


def _measured(ground: Ground, questions: list[Query], search: Search) -> Speed:
    taken, found = [], 0
    for question in questions:
        began = time.perf_counter()
        with ground.place.open(ANONYMOUS, DbRole.PUBLIC) as work:
            names = search(work, question.typed)
        taken.append((time.perf_counter() - began) * 1000)
        found += question.meant in names
    return Speed(at(0.50, taken), at(0.95, taken), found / len(questions))


def _ours(work: Work, typed: str) -> list[str]:
    return [name.name_ar for name in queries.search(work, typed)]


def _plain(work: Work, typed: str) -> list[str]:
    """What a database gives without any thought for names."""
    like = f"%{typed}%"
    either = or_(MemorialName.name_ar.ilike(like), MemorialName.name_latin.ilike(like))
    return list(work.session.scalars(select(MemorialName.name_ar).where(either).limit(MOST)))


def _outer(name: str) -> str:
    first, *_, last = name.split(" ")
    return f"{first} {last}"


if __name__ == "__main__":
    main()
