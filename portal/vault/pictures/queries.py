"""Reads of openings: one's own of today, and the one a mark leads to."""

from __future__ import annotations

from datetime import UTC, datetime, time
from uuid import UUID

from sqlalchemy import func, select

from portal.kernel.errors import NotFound
from portal.kernel.work import Work
from portal.vault.pictures.models import PictureOpening
from portal.vault.pictures.vocab import SMALL, Traced


def today(work: Work) -> int:
    """How many pictures this person has asked for today, opened in time or not."""
    day = datetime.combine(work.now.date(), time.min, UTC)
    mine = PictureOpening.account_id == work.actor_id
    counted = select(func.count()).where(mine, PictureOpening.begun_at >= day)
    return work.session.scalar(counted) or 0


def saw_small(work: Work, object_id: UUID) -> bool:
    """True when this person has opened this picture before, small."""
    found = select(PictureOpening.id).where(
        PictureOpening.account_id == work.actor_id,
        PictureOpening.object_id == object_id,
        PictureOpening.side == SMALL,
        PictureOpening.opened_at.is_not(None),
    )
    return work.session.scalar(select(found.exists())) or False


def numbered(work: Work, number: int) -> Traced:
    """The opening whose picture carries this number."""
    row = work.session.execute(
        select(
            PictureOpening.id,
            PictureOpening.number,
            PictureOpening.account_id,
            PictureOpening.object_id,
            PictureOpening.case_id,
            PictureOpening.why,
            PictureOpening.opened_at,
        ).where(PictureOpening.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound("no opening carries this number")
    return Traced(*row)
