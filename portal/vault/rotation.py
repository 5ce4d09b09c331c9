"""Rotation: every data key is wrapped anew by the current key, piece by piece; no object is opened for it.

What is left to do stands in the rows themselves, so an interrupted rotation goes on where it ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict
from portal.kernel.work import Work, Workplace
from portal.vault import framing, home, policy
from portal.vault.keys import KeyEncryption, WrappedKey
from portal.vault.models import VaultObject
from portal.vault.service import note_damage
from portal.vault.vocab import Occasion, VaultDamaged

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """How many data keys the current key wraps, and how many still wait under a former one."""

    current: str
    done: int
    left: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a rotation: how many keys were wrapped anew, how many do not open, and where it ended."""

    wrapped: int
    damaged: int
    last: UUID | None


def begin(work: Work, keys: KeyEncryption) -> str:
    """Make a new key-encryption key; from now on it wraps, the former ones still open what they wrapped."""
    work.require(policy.may_rotate)
    keys.rotate()
    audit.record(work, Event.VAULT_KEYS_ROTATED, detail={"key": keys.current})
    return keys.current


def standing(work: Work, keys: KeyEncryption) -> Standing:
    """How far the rotation is."""
    work.require(policy.may_rotate)
    current = keys.current
    kept = select(func.count()).select_from(VaultObject).where(VaultObject.wrapped_key.is_not(None))
    done = work.session.scalar(kept.where(VaultObject.kek_id == current)) or 0
    return Standing(current, done, (work.session.scalar(kept) or 0) - done)


def rewrap(work: Work, keys: KeyEncryption, after: UUID | None = None, most: int = AT_ONCE) -> Piece:
    """Wrap the next data keys anew; a key that does not open raises the alarm and stays as it is."""
    work.require(policy.may_rotate)
    home.require(work)
    query = select(VaultObject).where(
        VaultObject.wrapped_key.is_not(None), VaultObject.kek_id != keys.current
    )
    if after is not None:
        query = query.where(VaultObject.id > after)
    rows = work.session.scalars(
        query.order_by(VaultObject.id).limit(most).with_for_update(skip_locked=True)
    ).all()
    asked = [(WrappedKey(row.kek_id, row.wrapped_key or b""), _aad(row)) for row in rows]
    damaged = 0
    for row, fresh in zip(rows, keys.rewrap(asked), strict=True):
        if isinstance(fresh, VaultDamaged):
            note_damage(work, row.id, fresh.damage, Occasion.SCHEDULE)
            damaged += 1
        else:
            row.kek_id, row.wrapped_key = fresh.kek_id, fresh.blob
    wrapped = len(rows) - damaged
    if wrapped:
        audit.record(work, Event.VAULT_KEYS_REWRAPPED, detail={"key": keys.current, "wrapped": wrapped})
    return Piece(wrapped, damaged, rows[-1].id if rows else None)


def finish(
    place: Workplace, keys: KeyEncryption, actor: Actor, role: DbRole, progress: Callable[[int], None]
) -> Piece:
    """Go through all that is left, each piece in a transaction of its own."""
    wrapped = damaged = 0
    last = None
    while True:
        with place.open(actor, role) as work:
            piece = rewrap(work, keys, last)
        if piece.last is None:
            return Piece(wrapped, damaged, last)
        wrapped, damaged, last = wrapped + piece.wrapped, damaged + piece.damaged, piece.last
        progress(piece.wrapped + piece.damaged)


def retire(work: Work, keys: KeyEncryption) -> int:
    """Throw former keys away once nothing is under them; a backup made before then opens no more."""
    work.require(policy.may_rotate)
    if left := standing(work, keys).left:
        raise Conflict(f"{left} keys are still under a former key. Run: portal vault rotate --resume")
    dropped = keys.retire()
    audit.record(work, Event.VAULT_KEYS_RETIRED, detail={"key": keys.current, "dropped": dropped})
    return dropped


def _aad(row: VaultObject) -> bytes:
    return framing.binding(row.id, row.purpose, row.owner)
