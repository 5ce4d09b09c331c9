"""Begin an opening, show its picture once, and follow the mark of one that leaked."""

from __future__ import annotations

import secrets
from uuid import UUID

from sqlalchemy import select, text

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.crypto import constant_time_equal, keyed_hash
from portal.kernel.errors import NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.vault import service as vaults
from portal.vault.pictures import policy, queries
from portal.vault.pictures.models import PictureOpening
from portal.vault.pictures.vocab import LARGER, SMALL, PicturesEnough, Seat, Traced, Wish
from portal.vault.service import Vault
from portal.vault.vocab import Mark, Recipe

_NUMBERS = 1 << 32
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(720111, hashtext(:person))")


def begin(work: Work, seat: Seat, wish: Wish) -> UUID:
    """Ask for one picture, to be opened once, in this session, within a minute; no more of them than a day allows."""
    work.session.execute(_ONE_AT_A_TIME, {"person": str(work.actor_id)})
    if queries.today(work) >= seat.per_day:
        raise PicturesEnough("the pictures of this day are used up")
    if wish.larger:
        work.require(policy.may_enlarge, queries.saw_small(work, wish.object_id))
    row = _row(work, wish, _known(seat.session))
    work.session.add(row)
    return row.id


def show(work: Work, vault: Vault, opening_id: UUID, session: str, line: str) -> bytes:
    """The picture of an opening, once, to the very session that asked for it; grey, with line and mark."""
    row = work.session.scalar(
        select(PictureOpening)
        .where(PictureOpening.id == opening_id, PictureOpening.account_id == work.actor_id)
        .with_for_update()
    )
    if row is None or not constant_time_equal(row.session, _known(session)):
        raise NotFound("no such opening")
    row.open(work.now)
    return _drawn(work, vault, row, line)


def show_told(work: Work, vault: Vault, wish: Wish, line: str) -> bytes:
    """The picture for a relative who has taken the three steps; they alone decide how often."""
    row = _row(work, wish, b"")
    row.opened_at = work.now
    work.session.add(row)
    return _drawn(work, vault, row, line)


def trace(work: Work, vault: Vault, leaked: bytes) -> Traced | None:
    """Which opening a picture comes from, if it carries a mark of ours; the question is remembered."""
    work.require(policy.may_trace)
    number = vault.sandbox.read_mark(leaked, _mark_key())
    try:
        found = None if number is None else queries.numbered(work, number)
    except NotFound:
        found = None
    subject = None if found is None else found.opening_id
    audit.record(work, Event.VAULT_PICTURE_TRACED, subject, detail={"found": found is not None})
    return found


def _row(work: Work, wish: Wish, session: bytes) -> PictureOpening:
    return PictureOpening(
        id=new_id(),
        number=secrets.randbelow(_NUMBERS),
        account_id=work.actor_id,
        session=session,
        object_id=wish.object_id,
        case_id=wish.case_id,
        why=wish.why,
        side=LARGER if wish.larger else SMALL,
        begun_at=work.now,
    )


def _drawn(work: Work, vault: Vault, row: PictureOpening, line: str) -> bytes:
    original = vaults.read(work, vault, row.object_id, row.why.value, case_id=row.case_id)
    detail = {"why": row.why.value, "side": row.side}
    audit.record(work, Event.VAULT_PICTURE_OPENED, row.id, case_id=row.case_id, detail=detail)
    recipe = Recipe(longest_side=row.side, greyscale=True, watermark=f"{line} {work.now:%Y-%m-%d %H:%M} UTC")
    return vault.sandbox.draw(original, recipe, Mark(row.number, _mark_key()))


def _known(session: str) -> bytes:
    return keyed_hash(session, "picture_opening.session")


def _mark_key() -> bytes:
    return keyed_hash("mark", "picture_opening.number")
