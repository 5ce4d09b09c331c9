"""Put a name on the memorial, and take it off; whether this may be is decided above."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete

from portal.kernel import names
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.memorial.models import MemorialName


def publish(work: Work, name_ar: str, name_latin: str | None) -> UUID:
    """Let a name stand, spelled exactly as it was agreed."""
    folded = names.normalise(name_ar)
    name_id = new_id()
    work.session.add(
        MemorialName(
            id=name_id,
            name_ar=name_ar,
            name_latin=name_latin,
            letter=folded[:1],
            sort_key=folded,
            keys=list(names.search_keys(name_ar, name_latin)),
        )
    )
    return name_id


def hide(work: Work, name_id: UUID) -> None:
    """Take a name off at once; nothing of it stays in what the public can read."""
    work.session.execute(delete(MemorialName).where(MemorialName.id == name_id))
