"""The same vault on an object store; spoken with is a real OpenStack Swift through its S3 interface."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import obstore
import pytest
from obstore.store import S3Store

from portal.kernel.actor import OPERATOR
from portal.kernel.db import DbRole
from portal.kernel.errors import NotFound
from portal.kernel.work import Workplace
from portal.vault import ledger, service
from portal.vault.custody import queries
from portal.vault.service import Vault
from portal.vault.store import ObjectStore
from portal.vault.vocab import Damage, StoreUnavailable, VaultDamaged
from tests.support.factories.kept import CUSTODIAN, erased, kept, opened, row_of
from tests.support.servers import ACCESS, REGION, SECRET, Swift, swift

pytestmark = pytest.mark.servers
BUCKET = "amana"
LARGE = 11 * 1024 * 1024 + 7  # three parts


@pytest.fixture(scope="module")
def server() -> Iterator[Swift]:
    with tempfile.TemporaryDirectory() as folder, swift(Path(folder)) as running:
        yield running


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)


@pytest.fixture
def bucket(server: Swift) -> S3Store:
    """The bucket as its operator sees it, made if need be."""
    store = S3Store(
        BUCKET,
        prefix="vault",
        config={"endpoint": server.endpoint, "region": REGION},
        client_options={"allow_http": True},
    )
    server.make_bucket(BUCKET)
    return store


@pytest.fixture
def there(vault: Vault, server: Swift, bucket: S3Store) -> Vault:
    return Vault(ObjectStore(server.url(BUCKET)), vault.keys, vault.sandbox)


@pytest.mark.parametrize("size", [0, 1, 65536, LARGE])
def test_what_is_put_can_be_got(place: Workplace, there: Vault, bucket: S3Store, size: int) -> None:
    content = os.urandom(size)
    object_id = kept(place, there, content)
    assert opened(place, there, object_id) == content
    lying = bytes(obstore.get(bucket, row_of(place, object_id).store_name).bytes())
    assert len(lying) >= size
    assert size < 16 or content[:16] not in lying


def _flip(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _swap(content: bytes) -> bytes:
    return content[:11] + content[65563:131115] + content[11:65563] + content[131115:]


@pytest.mark.promise("P17")
@pytest.mark.parametrize("harm", [_flip, _cut, _swap, None])
def test_what_was_tampered_with_is_refused(
    place: Workplace, there: Vault, bucket: S3Store, harm: Callable[[bytes], bytes] | None
) -> None:
    object_id = kept(place, there, os.urandom(200_000))
    name = row_of(place, object_id).store_name
    if harm is None:
        obstore.delete(bucket, name)
    else:
        obstore.put(bucket, name, harm(bytes(obstore.get(bucket, name).bytes())))
    with pytest.raises(VaultDamaged):
        opened(place, there, object_id)
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        (found,) = queries.open_findings(work)
    assert found.damage is (Damage.GONE if harm is None else Damage.ALTERED)


def test_erasing_deletes_the_object_and_enters_the_ledger(
    place: Workplace, there: Vault, bucket: S3Store
) -> None:
    gone, stays = kept(place, there, b"erase me"), kept(place, there, b"keep me")
    name = row_of(place, gone).store_name
    erased(place, there, gone)
    assert not there.objects.exists(name)
    assert gone.hex in dict(there.objects.notes())
    assert bytes(obstore.get(bucket, f"erased/{gone.hex}").bytes()).startswith(name.encode())
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert ledger.follow(work, there.objects).erased == 0
    with pytest.raises(NotFound):
        opened(place, there, gone)
    assert opened(place, there, stays) == b"keep me"


def test_everything_is_listed_by_age(place: Workplace, there: Vault) -> None:
    object_id = kept(place, there)
    name = row_of(place, object_id).store_name
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        now = work.now
    assert name in {found.name for found in there.objects.names()}
    assert name not in {found.name for found in there.objects.names(before=now - timedelta(days=9999))}


def test_a_wrong_secret_is_refused_and_leaves_nothing(
    place: Workplace, vault: Vault, server: Swift, bucket: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-the-secret")
    stranger = Vault(ObjectStore(server.url(BUCKET)), vault.keys, vault.sandbox)
    with pytest.raises(StoreUnavailable):
        kept(place, stranger)
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert queries.coverage(work, timedelta(days=30)).objects == 0


def test_a_store_that_is_down_is_said_and_damages_nothing(
    place: Workplace, there: Vault, vault: Vault
) -> None:
    object_id = kept(place, there)
    nowhere = "s3://amana/vault?endpoint=http://127.0.0.1:1&region=us-east-1&allow_http=true"
    down = Vault(ObjectStore(nowhere), vault.keys, vault.sandbox)
    for act in (
        lambda: opened(place, down, object_id),
        lambda: kept(place, down),
        lambda: _checked(place, down, object_id),
    ):
        with pytest.raises(StoreUnavailable, match="does not answer"):
            act()
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert queries.open_findings(work) == []
    assert opened(place, there, object_id) == b"a file"


def _checked(place: Workplace, vault: Vault, object_id) -> None:  # type: ignore[no-untyped-def]  # its id
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        service.verify(work, vault, object_id)
