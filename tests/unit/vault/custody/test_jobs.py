"""The worker checks by turns, finishes rotations and erasures, and follows the ledger when it starts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from portal.config import Settings
from portal.kernel.actor import OPERATOR
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace
from portal.vault import rotation
from portal.vault.custody import jobs, queries
from portal.vault.custody.jobs import Keeping
from portal.vault.service import Vault
from portal.vault.vocab import VaultElsewhere
from tests.support.factories.kept import as_owner, erased, file_of, kept, opened, row_of


@pytest.fixture
def keeping(place: Workplace, vault: Vault) -> Keeping:
    return Keeping(place, vault, timedelta(days=30))


def done(keeping: Keeping, task: object) -> None:
    task(SimpleNamespace(additional_context={"keeping": keeping}), 0)  # type: ignore[operator]  # a task is called


def test_the_store_is_checked_by_turns(keeping: Keeping, settings: Settings, place: Workplace) -> None:
    file_of(settings, place, kept(place, keeping.vault)).unlink()
    done(keeping, jobs.check_store)
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert len(queries.open_findings(work)) == 1


def test_what_is_left_of_a_rotation_is_wrapped_anew(keeping: Keeping, place: Workplace) -> None:
    object_id = kept(place, keeping.vault)
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        rotation.begin(work, keeping.vault.keys)
    done(keeping, jobs.rewrap)
    assert row_of(place, object_id).kek_id == keeping.vault.keys.current
    assert opened(place, keeping.vault, object_id) == b"a file"


def test_an_erasure_is_entered_and_a_restored_database_reconciled(
    keeping: Keeping, place: Workplace, addresses: Addresses
) -> None:
    object_id = kept(place, keeping.vault)
    erased(place, keeping.vault, object_id)
    done(keeping, jobs.finish_erasures)
    assert row_of(place, object_id).noted_at is not None
    as_owner(addresses, "update vault_home set place = 'another server'")
    followed = keeping.follow_ledger()
    assert followed is not None
    assert followed.entries == 1
    assert kept(place, keeping.vault)


def test_a_store_that_is_away_does_not_keep_the_worker_from_starting(
    keeping: Keeping, settings: Settings, place: Workplace, addresses: Addresses
) -> None:
    object_id = kept(place, keeping.vault)
    erased(place, keeping.vault, object_id)
    done(keeping, jobs.finish_erasures)
    as_owner(addresses, "update vault_home set place = 'another server'")
    folder = Path(settings.vault_url.removeprefix("file://")) / "erased"
    folder.rename(folder.with_name("away"))
    folder.write_bytes(b"")
    assert keeping.follow_ledger() is None
    with pytest.raises(VaultElsewhere):
        kept(place, keeping.vault)
    folder.unlink()
    folder.with_name("away").rename(folder)
    assert keeping.follow_ledger() is not None
    assert kept(place, keeping.vault)
