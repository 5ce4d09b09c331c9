"""What was erased stays erased, also when an older copy of the database is restored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from portal.audit.service import remember_refusal
from portal.audit.vocab import Event
from portal.config import Settings
from portal.kernel.actor import OPERATOR, WORKER
from portal.kernel.cluster import Cluster
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole, make_engine
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.work import Workplace
from portal.vault import ledger, sweeping
from portal.vault.custody import service as custody
from portal.vault.custody.vocab import HoldScope
from portal.vault.service import Vault
from portal.vault.vocab import StoreUnavailable, VaultElsewhere
from tests.support.factories.kept import CUSTODIAN, erased, file_of, kept, opened, remembered, row_of


@contextmanager
def backup(cluster: Cluster, addresses: Addresses, place: Workplace) -> Iterator[tuple[Workplace, Addresses]]:
    """A copy of the database as it is now, restored later beside it, as from any dump."""
    name, copy = make_url(addresses.owner).database, f"copy{uuid4().hex[:8]}"
    place.engine.dispose()
    engine = create_engine(cluster.owner_url("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {copy} template {name} strategy file_copy"))
        user, password = cluster.login("portal_test")
        there = Addresses(cluster.url(copy, user, password), cluster.owner_url(copy))
        restored = make_engine(there.application, pool_size=2)
        yield Workplace(restored, place.clock, remember_refusal), there
        restored.dispose()
        connection.execute(text(f"drop database {copy} with (force)"))
    engine.dispose()


def follow(place: Workplace, vault: Vault) -> ledger.Followed:
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        return ledger.follow(work, vault.objects)


@pytest.mark.promise("P16")
def test_a_restored_copy_hands_nothing_out_before_the_ledger_was_followed(
    cluster: Cluster, place: Workplace, addresses: Addresses, vault: Vault
) -> None:
    gone, stays = kept(place, vault, b"erase me"), kept(place, vault, b"keep me")
    with backup(cluster, addresses, place) as (restored, there):
        erased(place, vault, gone)
        assert row_of(restored, gone).wrapped_key is not None, "the copy is older than the erasure"
        for object_id in (gone, stays):
            with pytest.raises(VaultElsewhere):
                opened(restored, vault, object_id)
            with pytest.raises(VaultElsewhere):
                erased(restored, vault, object_id)
        with pytest.raises(VaultElsewhere):
            kept(restored, vault)
        assert follow(restored, vault) == ledger.Followed(entries=1, erased=1, forged=0)
        with pytest.raises(NotFound):
            opened(restored, vault, gone)
        assert row_of(restored, gone).wrapped_key is None
        assert opened(restored, vault, stays) == b"keep me"
        assert remembered(there, Event.VAULT_LEDGER_FOLLOWED) == 1
    assert opened(place, vault, stays) == b"keep me"


@pytest.mark.promise("P16")
def test_a_backup_of_the_store_too_does_not_bring_it_back(
    cluster: Cluster, place: Workplace, addresses: Addresses, vault: Vault, settings: Settings
) -> None:
    gone = kept(place, vault, b"erase me")
    path = file_of(settings, place, gone)
    saved = path.read_bytes()
    with backup(cluster, addresses, place) as (restored, _):
        erased(place, vault, gone)
        assert not path.exists()
        path.write_bytes(saved)
        path.chmod(0o600)
        follow(restored, vault)
        assert not path.exists()
        with pytest.raises(NotFound):
            opened(restored, vault, gone)


@pytest.mark.promise("P16")
def test_a_hold_of_the_copy_does_not_bring_back_what_was_erased_since(
    cluster: Cluster, place: Workplace, addresses: Addresses, vault: Vault
) -> None:
    gone = kept(place, vault)
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        hold_id = custody.ask_hold(work, HoldScope.RECORD, gone, [gone], "a court asks")
    with backup(cluster, addresses, place) as (restored, _):
        with place.open(_another(), DbRole.CASEWORK) as work:
            custody.decline_hold(work, hold_id, 1)
        erased(place, vault, gone)
        assert follow(restored, vault).erased == 1
        with pytest.raises(NotFound):
            opened(restored, vault, gone)


def test_an_entry_that_is_not_ours_erases_nothing(place: Workplace, vault: Vault, settings: Settings) -> None:
    """Somebody who can write to the store could otherwise make the portal erase what it holds."""
    stays = kept(place, vault)
    gone = kept(place, vault)
    erased(place, vault, gone)
    genuine = _entry(settings, gone).read_bytes()
    vault.objects.note(stays.hex, genuine)
    vault.objects.note(uuid4().hex, b"")
    assert follow(place, vault) == ledger.Followed(entries=1, erased=0, forged=2)
    assert opened(place, vault, stays) == b"a file"


@pytest.mark.promise("P16")
def test_an_erasure_is_entered_later_when_the_store_does_not_answer(
    place: Workplace, vault: Vault, settings: Settings
) -> None:
    gone = kept(place, vault)
    path, entry = file_of(settings, place, gone), _entry(settings, gone)
    entry.parent.parent.joinpath("erased").write_bytes(b"")  # a file where the ledger's folder should be
    erased(place, vault, gone)
    assert row_of(place, gone).wrapped_key is None
    assert path.exists()
    entry.parent.chmod(0o600)
    with pytest.raises(StoreUnavailable), place.open(WORKER, DbRole.WORKER) as work:
        ledger.finish(work, vault.objects)
    entry.parent.unlink()
    with place.open(WORKER, DbRole.WORKER) as work:
        assert ledger.finish(work, vault.objects) == 1
    assert entry.exists()
    assert not path.exists()
    assert row_of(place, gone).noted_at is not None
    with place.open(WORKER, DbRole.WORKER) as work:
        assert ledger.finish(work, vault.objects) == 0


@pytest.mark.promise("P16")
def test_a_ledger_older_than_the_database_is_not_followed(
    cluster: Cluster, place: Workplace, addresses: Addresses, vault: Vault, settings: Settings
) -> None:
    """A store that was brought back from an older copy, or is not mounted, would let erased things come back."""
    gone, stays = kept(place, vault), kept(place, vault)
    erased(place, vault, gone)
    with place.open(WORKER, DbRole.WORKER) as work:
        ledger.finish(work, vault.objects)
    with backup(cluster, addresses, place) as (restored, _):
        _entry(settings, gone).unlink()
        with pytest.raises(VaultElsewhere, match="lacks 1 erasures"):
            follow(restored, vault)
        with pytest.raises(VaultElsewhere):
            opened(restored, vault, stays)
        with restored.open(OPERATOR, DbRole.CASEWORK) as work:
            assert ledger.renew(work, vault.objects) == 1
        assert follow(restored, vault).entries == 1
        assert opened(restored, vault, stays) == b"a file"


def test_only_the_machine_follows_the_ledger(place: Workplace, vault: Vault) -> None:
    gone = kept(place, vault)
    for act in (ledger.follow, ledger.finish, ledger.renew, sweeping.sweep):
        with pytest.raises(NotAllowed), place.open(CUSTODIAN, DbRole.CASEWORK) as work:
            act(work, vault.objects)
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        answer = work.session.scalar(text("select portal_vault_forget(:id, now())"), {"id": gone})
    assert answer is False
    assert opened(place, vault, gone) == b"a file"


def test_leftovers_of_an_interrupted_import_are_swept_and_nothing_else(
    place: Workplace, vault: Vault, settings: Settings
) -> None:
    stays = kept(place, vault)
    stray = vault.objects.put([b"no row knows this"])
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        work.now += timedelta(days=10_000)  # the files were written by the machine's own clock
        assert sweeping.count(work, vault.objects) == 1
        assert sweeping.sweep(work, vault.objects) == 1
    assert not vault.objects.exists(stray.name)
    assert opened(place, vault, stays) == b"a file"
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        work.now += timedelta(days=-10_000)
        vault.objects.put([b"an import that still runs"])
        assert sweeping.count(work, vault.objects) == 0


def _entry(settings: Settings, object_id: UUID) -> Path:
    return Path(settings.vault_url.removeprefix("file://")) / "erased" / object_id.hex


def _another():  # type: ignore[no-untyped-def]  # an actor
    return type(CUSTODIAN)(uuid4(), CUSTODIAN.roles)
