"""What the public may read: names by letter, and names that sound like what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, outerjoin, select, true

from portal.kernel import names as spelling
from portal.kernel.finding.finder import search as find
from portal.kernel.paging import Page, page_of
from portal.kernel.work import Work
from portal.memorial.models import MemorialIndex, MemorialName, MemorialPending
from portal.memorial.shelf import Spelled, shelf

ON_A_PAGE = 60
MOST_FOUND = 50
# More than are shown: some may have been taken off since the index was made.
MOST_ASKED = 80


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

    The index only proposes: each name is read back from the database, so that one taken off is gone at once. The
    answer depends on published names alone: it says nothing of a name that is not there.
    """
    generation, waiting = _waiting(work)
    laid = shelf().laid(generation)
    beside = shelf().beside(waiting if laid is not None else _everything(work))
    answers = [
        answer for index in (laid, beside) if index is not None for answer in find(index, typed, MOST_ASKED)
    ]
    ranked = dict.fromkeys(UUID(bytes=a.key) for a in sorted(answers, key=lambda a: (-a.score, a.key)))
    standing = {
        row.id: Remembered(*row)
        for row in work.session.execute(_published().where(MemorialName.id.in_(list(ranked))))
    }
    return [standing[name_id] for name_id in ranked if name_id in standing][:MOST_FOUND]


def _waiting(work: Work) -> tuple[UUID | None, list[Spelled]]:
    """The index that holds, and the names it does not hold yet; in one statement, so that they belong together."""
    pending = outerjoin(MemorialPending, MemorialName, MemorialName.id == MemorialPending.name_id)
    rows = work.session.execute(
        select(MemorialIndex.generation, MemorialName.id, MemorialName.name_ar, MemorialName.name_latin)
        .select_from(outerjoin(MemorialIndex, pending, true()))
        .where(MemorialIndex.only)  # the planner knows then that this is one row
        .order_by(MemorialName.id)
    ).all()
    return rows[0].generation, [(row.id, row.name_ar, row.name_latin) for row in rows if row.id is not None]


def _everything(work: Work) -> list[Spelled]:
    return [
        (row.id, row.name_ar, row.name_latin)
        for row in work.session.execute(_published().order_by(MemorialName.id))
    ]


def _published() -> Select[UUID, str, str | None]:
    return select(MemorialName.id, MemorialName.name_ar, MemorialName.name_latin)
