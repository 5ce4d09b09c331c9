"""Open one of two photographs that look alike: small, grey, once, counted with all others of the day."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from portal.kernel.errors import NotFound
from portal.kernel.work import Work
from portal.records.archive.models import RecordItem
from portal.records.likeness import policy
from portal.records.likeness.models import LikePair
from portal.vault.pictures import service as pictures
from portal.vault.pictures.vocab import Seat, Why, Wish
from portal.vault.service import Vault


def begin(work: Work, seat: Seat, pair_id: UUID, item_id: UUID) -> UUID:
    """Ask for one of the two; only whoever may judge them, and only while nobody has answered."""
    work.require(policy.may_judge)
    pair = work.session.get(LikePair, pair_id)
    if pair is None or pair.verdict is not None or item_id not in {pair.first_item_id, pair.second_item_id}:
        raise NotFound("no such pair waits")
    photograph = work.session.scalar(select(RecordItem.object_id).where(RecordItem.id == item_id))
    if photograph is None:
        raise NotFound("no such photograph")
    return pictures.begin(work, seat, Wish(photograph, Why.LIKENESS))


def show(work: Work, vault: Vault, pair_id: UUID, opening_id: UUID, session: str) -> bytes:
    """The picture that was asked for, once, with the pair, the viewer and the time drawn into it."""
    work.require(policy.may_judge)
    line = f"{str(pair_id)[:8]} {str(work.actor_id)[:8]}"
    return pictures.show(work, vault, opening_id, session, line)
