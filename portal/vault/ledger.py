"""The ledger of erasures: it lies beside the objects, outside the database, so that no restore undoes an erasure.

Each entry is authentic: only who holds the portal's keys can write one, or an intruder in the store could make
the portal erase what it holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy import select, text

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.crypto import constant_time_equal, keyed_hash
from portal.kernel.work import Work
from portal.vault import home, policy
from portal.vault.models import VaultObject
from portal.vault.store import ObjectStore
from portal.vault.vocab import VaultElsewhere

AT_ONCE = 500
_CONTEXT = "vault.erasure"
_FORGET = text("select portal_vault_forget(:object, :at)")


@dataclass(frozen=True, slots=True)
class Followed:
    """What following the ledger did: entries read, keys erased again, entries that are not ours."""

    entries: int
    erased: int
    forged: int


def enter(objects: ObjectStore, object_id: UUID, store_name: str) -> None:
    """Enter an erasure; a second entry of the same is the same."""
    objects.note(object_id.hex, f"{store_name} {_mark(object_id, store_name).hex()}".encode())


def follow(work: Work, objects: ObjectStore) -> Followed:
    """Erase whatever was erased before, holds or not, and take this place as home."""
    work.require(policy.may_follow_ledger)
    seen: set[UUID] = set()
    erased = forged = 0
    rest = objects.notes()
    while notes := list(islice(rest, AT_ONCE)):
        true = dict(_authentic(notes))
        forged += len(notes) - len(true)
        seen |= true.keys()
        erased += _erase_again(work, objects, true)
    _require_whole(work, seen)
    home.move_in(work)
    followed = Followed(len(seen), erased, forged)
    detail = {"entries": len(seen), "erased": erased, "forged": forged}
    audit.record(work, Event.VAULT_LEDGER_FOLLOWED, detail=detail)
    return followed


def renew(work: Work, objects: ObjectStore) -> int:
    """Write a ledger that was lost anew, from what this database knows; what it does not know is lost with it."""
    work.require(policy.may_follow_ledger)
    rows = work.session.execute(
        select(VaultObject.id, VaultObject.store_name).where(VaultObject.erased_at.is_not(None))
    ).all()
    for object_id, name in rows:
        enter(objects, object_id, name)
    return len(rows)


def finish(work: Work, objects: ObjectStore, most: int = AT_ONCE) -> int:
    """Enter what was erased while the store did not answer, and delete its bytes."""
    work.require(policy.may_follow_ledger)
    home.require(work)
    rows = work.session.scalars(
        select(VaultObject)
        .where(VaultObject.erased_at.is_not(None), VaultObject.noted_at.is_(None))
        .order_by(VaultObject.erased_at)
        .limit(most)
    ).all()
    for row in rows:
        enter(objects, row.id, row.store_name)
        objects.delete(row.store_name)
        row.noted_at = work.now
    return len(rows)


def _require_whole(work: Work, seen: set[UUID]) -> None:
    """Stop at a ledger that is older than the database: it may lack erasures that the database lacks as well."""
    noted = work.session.scalars(select(VaultObject.id).where(VaultObject.noted_at.is_not(None)))
    if lacking := len(set(noted) - seen):
        raise VaultElsewhere(
            f"the ledger lacks {lacking} erasures that this database knows. Bring the folder `erased` of the store "
            "back; if it is lost, run: portal vault reconcile --renew"
        )


def _erase_again(work: Work, objects: ObjectStore, noted: dict[UUID, str]) -> int:
    known = work.session.execute(
        select(VaultObject.id, VaultObject.store_name)
        .where(VaultObject.id.in_(noted), VaultObject.wrapped_key.is_not(None))
        .order_by(VaultObject.id)
    ).all()
    for object_id, name in known:
        work.session.execute(_FORGET, {"object": object_id, "at": work.now})
        audit.record(work, Event.VAULT_OBJECT_ERASED, object_id, detail={"reason": "ledger"})
        work.afterwards(lambda name=name: objects.delete(name))  # type: ignore[misc]  # bound to this turn
    return len(known)


def _authentic(notes: list[tuple[str, bytes]]) -> Iterator[tuple[UUID, str]]:
    for name, content in notes:
        object_id = UUID(hex=name)
        store_name, _, mark = content.decode("ascii", "replace").partition(" ")
        if constant_time_equal(mark, _mark(object_id, store_name).hex()):
            yield object_id, store_name


def _mark(object_id: UUID, store_name: str) -> bytes:
    return keyed_hash(f"{object_id.hex} {store_name}", _CONTEXT)
