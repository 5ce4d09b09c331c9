"""Put a name on the memorial, take it off, and keep the index of names; whether this may be is decided above."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from portal.kernel import names as spelling
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.memorial.models import MemorialIndex, MemorialName, MemorialPending
from portal.memorial.shelf import Shelf, index_of

# So many names are looked through beside the index before it is made anew.
MOST_WAITING = 200
AT_ONCE = 5000


def publish(work: Work, name_ar: str, name_latin: str | None) -> UUID:
    """Let a name stand, spelled exactly as it was agreed; it is found from this moment on."""
    return publish_all(work, [(name_ar, name_latin)])[0]


def publish_all(work: Work, names: Iterable[tuple[str, str | None]]) -> list[UUID]:
    """Let many names stand at once."""
    rows = {new_id(): spelled for spelled in names}
    ids = list(rows)
    for start in range(0, len(ids), AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        work.session.execute(insert(MemorialName), [_row(name_id, *rows[name_id]) for name_id in batch])
        work.session.execute(insert(MemorialPending), [{"name_id": name_id} for name_id in batch])
    return ids


def hide(work: Work, name_id: UUID) -> None:
    """Take a name off at once; nothing of it stays in what the public can read."""
    work.session.execute(delete(MemorialName).where(MemorialName.id == name_id))


def keep_index(work: Work, shelf: Shelf) -> UUID | None:
    """Make the index of names anew if it is missing, if many names wait for it, or if one was taken off since.

    The generation before stays for whoever reads it at this moment; a name taken off stays in no other file.
    """
    # Two workers take turns.  A name published meanwhile may stand in both places: the next turn makes that good.
    before = work.session.scalars(select(MemorialIndex).with_for_update()).one()
    waiting = list(work.session.scalars(select(MemorialPending.name_id)))
    standing = work.session.scalar(select(func.count()).select_from(MemorialName)) or 0
    taken_off = before.names + len(waiting) - standing
    missing = shelf.laid(before.generation) is None
    if not (missing or taken_off or len(waiting) >= MOST_WAITING):
        return None
    return _laid_anew(work, shelf, waiting, before.generation)


def _laid_anew(work: Work, shelf: Shelf, waiting: list[UUID], before: UUID | None) -> UUID:
    rows = work.session.execute(select(MemorialName.id, MemorialName.name_ar, MemorialName.name_latin))
    count = 0

    def counted() -> Iterable[tuple[UUID, str, str | None]]:
        nonlocal count
        for row in rows.yield_per(AT_ONCE):
            count += 1
            yield row.id, row.name_ar, row.name_latin

    generation = shelf.lay(index_of(counted()))
    for start in range(0, len(waiting), AT_ONCE):
        taken_up = waiting[start : start + AT_ONCE]
        work.session.execute(delete(MemorialPending).where(MemorialPending.name_id.in_(taken_up)))
    work.session.execute(update(MemorialIndex).values(generation=generation, names=count))
    work.afterwards(lambda: shelf.clear(generation, before))
    return generation


def _row(name_id: UUID, name_ar: str, name_latin: str | None) -> dict[str, object]:
    folded = spelling.normalise(name_ar)
    return {
        "id": name_id,
        "name_ar": name_ar,
        "name_latin": name_latin,
        "letter": folded[:1],
        "sort_key": folded,
    }
