"""What the public may read: names by letter, and names that sound like what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select

from portal.kernel import names as spelling
from portal.kernel.paging import Page, page_of
from portal.kernel.work import Work
from portal.memorial.models import MemorialName

ON_A_PAGE = 60
MOST_CANDIDATES = 300
MOST_FOUND = 50
ENOUGH = 100
SIMILAR_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Remembered:
    """A published name."""

    id: UUID
    name_ar: str
    name_latin: str | None


def names(work: Work, letter: str | None = None, page: int = 1) -> Page[Remembered]:
    """Published names in the order of the alphabet, of one first letter or of all."""
    query = _published().order_by(MemorialName.sort_key, MemorialName.id)
    if letter:
        query = query.where(MemorialName.letter == spelling.normalise(letter)[:1])
    rows = work.session.execute(query.limit(ON_A_PAGE + 1).offset((page - 1) * ON_A_PAGE))
    return page_of([Remembered(*row) for row in rows], page, ON_A_PAGE)


def letters(work: Work) -> list[str]:
    """The first letters under which a name stands."""
    return list(work.session.scalars(select(MemorialName.letter).distinct().order_by(MemorialName.letter)))


def search(work: Work, typed: str) -> list[Remembered]:
    """Published names like the one typed, in Arabic or Latin letters, the likeliest first.

    Looks for the whole name first, then for ever looser parts of it, until enough is found. The answer depends on
    published names alone: it says nothing of a name that is not there.
    """
    found: dict[UUID, tuple[float, Remembered]] = {}
    for keys in spelling.query_tiers(typed):
        seen = {row.id: row for row in work.session.execute(_sharing(list(keys)))}
        for name_id in seen.keys() - found.keys():
            row = seen[name_id]
            likeness = spelling.similarity(typed, row.name_ar, row.name_latin)
            found[name_id] = (likeness, Remembered(row.id, row.name_ar, row.name_latin))
        if len(found) >= ENOUGH:
            break
    ranked = sorted(found.values(), key=lambda pair: (-pair[0], str(pair[1].id)))
    return [name for likeness, name in ranked[:MOST_FOUND] if likeness >= SIMILAR_ENOUGH]


def _sharing(keys: list[str]) -> Select[UUID, str, str | None]:
    """The names that share most keys; among millions the order decides which are looked at more closely."""
    key = func.unnest(MemorialName.keys).table_valued("key").render_derived()
    shared = select(func.count()).select_from(key).where(key.c.key.in_(keys)).scalar_subquery()
    query = _published().where(MemorialName.keys.overlap(keys))
    return query.order_by(shared.desc(), MemorialName.id).limit(MOST_CANDIDATES)


def _published() -> Select[UUID, str, str | None]:
    return select(MemorialName.id, MemorialName.name_ar, MemorialName.name_latin)
