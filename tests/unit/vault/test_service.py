"""Objects come back as they were or not at all; damage raises an alarm; a held object is not erased."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.audit.vocab import Event
from portal.config import Settings
from portal.kernel.actor import OPERATOR, WORKER
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, NotAllowed, NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault import policy, service
from portal.vault.custody import queries
from portal.vault.custody import service as custody
from portal.vault.custody.vocab import HoldScope
from portal.vault.framing import SEGMENT
from portal.vault.models import VaultObject
from portal.vault.service import Vault
from portal.vault.vocab import Damage, Occasion, VaultDamaged
from tests.support.actors import an_actor
from tests.support.factories.kept import (
    CUSTODIAN,
    as_owner,
    copied,
    erased,
    file_of,
    kept,
    opened,
    remembered,
    row_of,
)

CONTENT = bytes(range(256)) * 1024  # four segments and their ends
SEALED = SEGMENT + 16
HEADER = 11


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: HEADER + 2 * SEALED])


def reordered(path: Path) -> None:
    content = path.read_bytes()
    first, second = content[HEADER : HEADER + SEALED], content[HEADER + SEALED : HEADER + 2 * SEALED]
    path.write_bytes(content[:HEADER] + second + first + content[HEADER + 2 * SEALED :])


def lengthened(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content + content[HEADER : HEADER + SEALED])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def gone(path: Path) -> None:
    path.unlink()


@pytest.mark.promise("P17")
@pytest.mark.parametrize(
    ("harm", "damage"),
    [
        (flipped, Damage.ALTERED),
        (truncated, Damage.ALTERED),
        (reordered, Damage.ALTERED),
        (lengthened, Damage.ALTERED),
        (emptied, Damage.ALTERED),
        (gone, Damage.GONE),
    ],
)
def test_what_was_tampered_with_is_refused_and_raises_an_alarm(
    place: Workplace,
    vault: Vault,
    settings: Settings,
    addresses: Addresses,
    harm: Callable[[Path], None],
    damage: Damage,
) -> None:
    object_id = kept(place, vault, CONTENT)
    assert opened(place, vault, object_id) == CONTENT
    harm(file_of(settings, place, object_id))
    with pytest.raises(VaultDamaged):
        opened(place, vault, object_id)
    assert remembered(addresses, Event.VAULT_OBJECT_DAMAGED) == 1
    assert remembered(addresses, Event.VAULT_OBJECT_READ) == 1, "only the first reading gave anything out"
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        (found,) = queries.open_findings(work)
    assert (found.object_id, found.damage, found.occasion) == (object_id, damage, Occasion.READING)


@pytest.mark.promise("P17")
def test_two_objects_that_were_exchanged_are_both_refused(
    place: Workplace, vault: Vault, settings: Settings
) -> None:
    one, other = kept(place, vault, b"one" * 999), kept(place, vault, b"two" * 999)
    here, there = file_of(settings, place, one), file_of(settings, place, other)
    first, second = here.read_bytes(), there.read_bytes()
    here.write_bytes(second)
    there.write_bytes(first)
    for object_id in (one, other):
        with pytest.raises(VaultDamaged):
            opened(place, vault, object_id)


@pytest.mark.parametrize("column", ["store_name", "wrapped_key", "purpose", "owner"])
def test_a_row_that_was_rewritten_opens_nothing(
    place: Workplace, vault: Vault, addresses: Addresses, column: str
) -> None:
    """Somebody with the database and the store, but not the key, cannot give one object out as another."""
    one, other = kept(place, vault, b"one"), kept(place, vault, b"two")
    as_owner(addresses, "alter table vault_object drop constraint uq_vault_object_store_name")
    if column in {"purpose", "owner"}:
        as_owner(addresses, f"update vault_object set {column} = 'else' where id = :one", one=one)
    else:
        as_owner(
            addresses,
            f"update vault_object set {column} = (select {column} from vault_object where id = :other)"
            " where id = :one",
            one=one,
            other=other,
        )
    with pytest.raises(VaultDamaged):
        opened(place, vault, one)
    assert opened(place, vault, other) == b"two"


def test_one_damage_is_one_finding_however_often_it_is_met(
    place: Workplace, vault: Vault, settings: Settings, addresses: Addresses
) -> None:
    object_id = kept(place, vault)
    file_of(settings, place, object_id).unlink()
    for _ in range(3):
        with pytest.raises(VaultDamaged):
            opened(place, vault, object_id)
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert not service.verify(work, vault, object_id)
        assert len(queries.open_findings(work)) == 1
    assert remembered(addresses, Event.VAULT_OBJECT_DAMAGED) == 4


def test_a_relative_who_meets_damage_raises_the_alarm_too(
    place: Workplace, vault: Vault, settings: Settings, addresses: Addresses
) -> None:
    object_id = kept(place, vault)
    as_owner(addresses, "create policy test_reads on vault_object for select to portal_family using (true)")
    file_of(settings, place, object_id).unlink()
    with pytest.raises(VaultDamaged), place.open(an_actor(Role.RELATIVE), DbRole.FAMILY) as work:
        service.read(work, vault, object_id, "test")
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        assert [found.object_id for found in queries.open_findings(work)] == [object_id]


def test_a_check_moves_the_date_and_a_reading_does_not(place: Workplace, vault: Vault, clock) -> None:  # type: ignore[no-untyped-def]  # the fixture's own class
    object_id = kept(place, vault)
    arrived = clock.moment
    clock.advance(days=3)
    opened(place, vault, object_id)
    assert row_of(place, object_id).checked_at == arrived
    with place.open(WORKER, DbRole.WORKER) as work:
        assert service.verify(work, vault, object_id, Occasion.SCHEDULE)
    assert row_of(place, object_id).checked_at == clock.moment


@pytest.mark.promise("P17")
def test_a_copy_carries_its_parent_and_its_recipe(
    place: Workplace, vault: Vault, addresses: Addresses
) -> None:
    parent = kept(place, vault)
    copy = copied(place, vault, parent)
    found = row_of(place, copy)
    assert found.parent_id == parent
    assert found.recipe is not None
    for change in ("recipe = null", "parent_id = null", "parent_id = id"):
        with pytest.raises(DBAPIError, match="ck_vault_object"):
            as_owner(addresses, f"update vault_object set {change} where id = :id", id=copy)


def _held(place: Workplace, *objects: UUID) -> UUID:
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        return custody.ask_hold(work, HoldScope.RECORD, objects[0], objects, "a court asks")


@pytest.mark.promise("P17")
def test_a_held_object_is_not_erased_by_policy_model_or_table(
    place: Workplace, vault: Vault, addresses: Addresses
) -> None:
    original = kept(place, vault)
    copy = copied(place, vault, original)
    _held(place, original)
    for object_id in (original, copy):
        with pytest.raises(NotAllowed, match="may_erase"):
            erased(place, vault, object_id)
        assert opened(place, vault, object_id)
    assert not policy.may_erase(OPERATOR, is_held=True)
    with pytest.raises(Conflict):
        VaultObject(wrapped_key=b"x").erase(place.clock(), is_held=True)
    for actor, role in ((OPERATOR, DbRole.CASEWORK), (WORKER, DbRole.WORKER)):
        with pytest.raises(DBAPIError, match="a held object is not erased"), place.open(actor, role) as work:
            work.session.execute(text("update vault_object set wrapped_key = null, erased_at = now()"))
    assert remembered(addresses, Event.VAULT_OBJECT_ERASED) == 0
    assert remembered(addresses, Event.AUDIT_ACCESS_REFUSED) == 2


def test_an_erased_key_never_comes_back(place: Workplace, vault: Vault) -> None:
    object_id = kept(place, vault)
    wrapped = row_of(place, object_id).wrapped_key
    erased(place, vault, object_id)
    with pytest.raises(DBAPIError, match="never comes back"), place.open(OPERATOR, DbRole.CASEWORK) as work:
        work.session.execute(
            text("update vault_object set wrapped_key = :key, erased_at = null"), {"key": wrapped}
        )
    with pytest.raises(NotFound):
        opened(place, vault, object_id)
    with pytest.raises(NotFound):
        VaultObject(wrapped_key=None).erase(place.clock(), is_held=False)


def test_asking_for_a_hold_and_erasing_wait_for_each_other(place: Workplace, vault: Vault) -> None:
    """Whoever comes second meets what the first has done."""
    object_id = kept(place, vault)
    with place.open(CUSTODIAN, DbRole.CASEWORK) as first:
        custody.ask_hold(first, HoldScope.RECORD, object_id, [object_id], "a court asks")
        with pytest.raises(DBAPIError, match="lock timeout"), place.open(OPERATOR, DbRole.CASEWORK) as second:
            second.session.execute(text("set local lock_timeout = '200ms'"))
            service.erase(second, vault, object_id, "test")
            second.session.flush()
    erasable = kept(place, vault)
    erased(place, vault, erasable)
    with (
        pytest.raises(DBAPIError, match="what is erased cannot be held"),
        place.open(CUSTODIAN, DbRole.CASEWORK) as work,
    ):
        custody.ask_hold(work, HoldScope.RECORD, erasable, [erasable], "a court asks")
