"""Objects in the vault, and what an intruder or a failing disk does to them."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from sqlalchemy import create_engine, select, text

from portal.audit.vocab import Event
from portal.config import Settings
from portal.kernel.actor import Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault import service
from portal.vault.models import VaultObject
from portal.vault.service import Deposit, Vault
from portal.vault.vocab import Recipe
from tests.support.actors import an_actor

CUSTODIAN = an_actor(Role.CUSTODIAN)


def kept(place: Workplace, vault: Vault, content: bytes = b"a file", by: Actor = CUSTODIAN) -> UUID:
    """One stored object."""
    with place.open(by, DbRole.CASEWORK) as work:
        return service.store(work, vault, Deposit("original", "archive", "image/jpeg"), [content]).id


def copied(place: Workplace, vault: Vault, parent: UUID, content: bytes = b"a copy") -> UUID:
    """A copy of a stored object, with its recipe."""
    deposit = Deposit("face", "somebody", "image/jpeg", parent, Recipe(longest_side=64))
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        return service.store(work, vault, deposit, [content]).id


def opened(place: Workplace, vault: Vault, object_id: UUID) -> bytes:
    """What is read of an object."""
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        return service.read(work, vault, object_id, "test")


def erased(place: Workplace, vault: Vault, object_id: UUID, by: Actor = CUSTODIAN) -> None:
    """Erase an object."""
    with place.open(by, DbRole.CASEWORK) as work:
        service.erase(work, vault, object_id, "test")


def row_of(place: Workplace, object_id: UUID) -> VaultObject:
    """The row of an object."""
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        return work.session.scalars(select(VaultObject).where(VaultObject.id == object_id)).one()


def file_of(settings: Settings, place: Workplace, object_id: UUID) -> Path:
    """Where an object lies on the disk."""
    return Path(settings.vault_url.removeprefix("file://")) / row_of(place, object_id).store_name


def as_owner(addresses: Addresses, statement: str, **values: object) -> list[tuple[object, ...]]:
    """Do something with the owner's rights, as somebody who has broken in would."""
    engine = create_engine(addresses.owner)
    try:
        with engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


def remembered(addresses: Addresses, event: Event) -> int:
    """How often the log holds this event."""
    found = as_owner(addresses, "select count(*) from audit_entry where event = :event", event=event.value)
    return int(str(found[0][0]))
