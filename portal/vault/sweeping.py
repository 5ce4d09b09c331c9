"""Sweep the store: an interrupted import may leave encrypted bytes that no row of the database knows.

Nobody can open them, since their key was never kept. They are only taken away when they are old enough to
belong to no import that still runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from sqlalchemy import select

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.work import Work
from portal.vault import home, policy
from portal.vault.models import VaultObject
from portal.vault.store import ObjectStore

OLD_ENOUGH = timedelta(days=2)
_AT_ONCE = 1000


def strays(work: Work, objects: ObjectStore, older: timedelta = OLD_ENOUGH) -> Iterator[str]:
    """The names of objects in the store that this database does not know, or has erased."""
    work.require(policy.may_follow_ledger)
    home.require(work)
    rest = (found.name for found in objects.names(before=work.now - older))
    while names := list(islice(rest, _AT_ONCE)):
        known = work.session.scalars(
            select(VaultObject.store_name).where(
                VaultObject.store_name.in_(names), VaultObject.wrapped_key.is_not(None)
            )
        )
        yield from sorted(set(names) - set(known))


def count(work: Work, objects: ObjectStore, older: timedelta = OLD_ENOUGH) -> int:
    """How many there are."""
    return sum(1 for _ in strays(work, objects, older))


def sweep(work: Work, objects: ObjectStore, older: timedelta = OLD_ENOUGH) -> int:
    """Take them away, and say how many they were."""
    swept = 0
    for name in strays(work, objects, older):
        objects.delete(name)
        swept += 1
    if swept:
        audit.record(work, Event.VAULT_OBJECTS_SWEPT, detail={"swept": swept})
    return swept
