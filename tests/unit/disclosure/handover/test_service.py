"""A hand-over from the asking to the receipt, opened with the recipient's own key."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path
from uuid import UUID

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.disclosure.handover import queries, service
from portal.disclosure.handover.bag import SIGNATURE, public_signing_key
from portal.disclosure.handover.vocab import Handover, HandoverState, NotAKey, Recipient, Wish
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, Invalid, NotAllowed
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.truth import queries as records
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.disclosure import a_record
from tests.support.factories.revision import withdraw

DESK = DbRole.CASEWORK
KEY = pyrage.x25519.Identity.generate()
COURT = Recipient("The registrar", "A court far away", str(KEY.to_public()))


@pytest.fixture
def custodian() -> Actor:
    return an_actor(Role.CUSTODIAN)


@pytest.fixture
def approver() -> Actor:
    return an_actor(Role.APPROVER)


@pytest.fixture
def asked(place: Workplace, vault: Vault, custodian: Actor) -> UUID:
    record_id = a_record(place, vault)
    with place.open(custodian, DESK) as work:
        chosen = frozenset(item.id for item in records.items(work, record_id)[:2])
        return service.propose(work, Wish(record_id, chosen, COURT, "Letter 12 of the court"))


def _seen(place: Workplace, who: Actor, handover_id: UUID) -> Handover:
    with place.open(who, DESK) as work:
        return queries.handover(work, handover_id)


def _sign(place: Workplace, who: Actor, handover_id: UUID) -> None:
    with place.open(who, DESK) as work:
        service.sign(work, handover_id, queries.handover(work, handover_id).version)


def _pack(place: Workplace, vault: Vault, who: Actor, handover_id: UUID) -> bytes:
    with place.open(who, DESK) as work:
        return service.pack(work, vault, handover_id)


@pytest.mark.promise("P6")
@pytest.mark.promise("P17")
def test_the_recipient_opens_a_whole_signed_bag(
    place: Workplace, vault: Vault, asked: UUID, approver: Actor, custodian: Actor, tmp_path: Path
) -> None:
    _sign(place, approver, asked)
    closed = _pack(place, vault, approver, asked)
    assert b"bagit" not in closed
    with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt(closed, [KEY]))) as packed:
        for member in packed.getmembers():
            if (content := packed.extractfile(member)) is not None:
                (tmp_path / member.name).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / member.name).write_bytes(content.read())
    folder = tmp_path / str(asked)
    subprocess.run([sys.executable, "-I", "-m", "bagit", "--quiet", "--validate", str(folder)], check=True)
    key, signature = (folder / SIGNATURE).read_text().split()
    assert key == public_signing_key()
    signed = (folder / "tagmanifest-sha256.txt").read_bytes()
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), signed)
    assert (folder / "manifest-sha256.txt").exists()
    found = _seen(place, custodian, asked)
    assert (found.state, found.sha256) == (HandoverState.PACKED, hashlib.sha256(closed).hexdigest())
    for object_id in found.objects:
        said = json.loads((folder / "data" / "custody" / f"{object_id}.json").read_text())
        (original,) = (folder / "data" / "objects").glob(f"{object_id}.*")
        assert hashlib.sha256(original.read_bytes()).hexdigest() == said["sha256_on_arrival"]
        assert said["history"][0]["event"] == "vault:object:stored"
    assert len(found.objects) == 2


def test_nobody_else_opens_it(place: Workplace, vault: Vault, asked: UUID, approver: Actor) -> None:
    _sign(place, approver, asked)
    closed = _pack(place, vault, approver, asked)
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(closed, [pyrage.x25519.Identity.generate()])


@pytest.mark.promise("P6")
def test_one_person_never_hands_over_alone(
    place: Workplace, vault: Vault, asked: UUID, custodian: Actor, approver: Actor
) -> None:
    both = Actor(custodian.id, frozenset({Role.CUSTODIAN, Role.APPROVER}))
    for who in (custodian, both):
        with pytest.raises(NotAllowed):
            _sign(place, who, asked)
    with place.open(both, DESK) as work, pytest.raises(DBAPIError):
        work.session.execute(
            text("update handover set state = 'signed', signed_by = proposed_by, signed_at = now()")
        )
    with pytest.raises(NotAllowed):
        _pack(place, vault, approver, asked)
    _sign(place, approver, asked)
    with pytest.raises(NotAllowed):
        _pack(place, vault, an_actor(Role.APPROVER), asked)


def test_it_leaves_once_and_its_receipt_is_kept(
    place: Workplace, vault: Vault, asked: UUID, custodian: Actor, approver: Actor
) -> None:
    with place.open(custodian, DESK) as work, pytest.raises(NotAllowed):
        service.note_receipt(work, asked, 1, "too early")
    _sign(place, approver, asked)
    _pack(place, vault, approver, asked)
    with pytest.raises(NotAllowed):
        _pack(place, vault, approver, asked)
    with place.open(custodian, DESK) as work, pytest.raises(Conflict):
        service.note_receipt(work, asked, 1, "from an old page")
    with place.open(custodian, DESK) as work:
        service.note_receipt(
            work, asked, queries.handover(work, asked).version, "By telephone, the same day."
        )
    assert _seen(place, approver, asked).receipt == "By telephone, the same day."
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        logged = text("select event from audit_entry where event like 'disclosure:handover:%' order by seq")
        words = [event.rpartition(":")[2] for event in work.session.scalars(logged)]
    assert words == ["proposed", "signed", "packed", "received"]


def test_declined_is_the_end(place: Workplace, vault: Vault, asked: UUID, approver: Actor) -> None:
    with place.open(approver, DESK) as work:
        service.decline(work, asked, queries.handover(work, asked).version)
    with pytest.raises(NotAllowed):
        _sign(place, approver, asked)


def test_a_wish_needs_a_key_and_an_item_of_that_record(
    place: Workplace, vault: Vault, custodian: Actor, approver: Actor
) -> None:
    record_id = a_record(place, vault)
    with place.open(custodian, DESK) as work:
        own = frozenset(item.id for item in records.items(work, record_id))
    wrong = Recipient("a", "b", "no key")
    for refused, wish in (
        (NotAKey, Wish(record_id, own, wrong, "r")),
        (Invalid, Wish(record_id, frozenset(), COURT, "r")),
    ):
        with place.open(custodian, DESK) as work, pytest.raises(refused):
            service.propose(work, wish)
    with place.open(approver, DESK) as work, pytest.raises(NotAllowed):
        service.propose(work, Wish(record_id, own, COURT, "r"))


@pytest.mark.parametrize("role", [Role.ANALYST, Role.LIAISON, Role.EDITOR])
def test_others_see_nothing_of_it(place: Workplace, asked: UUID, role: Role) -> None:
    with place.open(an_actor(role), DESK) as work:
        assert work.session.scalar(text("select count(*) from handover")) == 0


@pytest.mark.promise("P14")
@pytest.mark.parametrize("signed_first", [False, True])
def test_nothing_of_a_withdrawn_record_leaves_the_house(
    place: Workplace, vault: Vault, asked: UUID, approver: Actor, *, signed_first: bool
) -> None:
    if signed_first:
        _sign(place, approver, asked)
    with place.open(approver, DESK) as work:
        record_id = work.session.execute(text("select record_id from handover")).scalar_one()
    withdraw(place, record_id)
    with pytest.raises(Conflict):
        if signed_first:
            _pack(place, vault, approver, asked)
        else:
            _sign(place, approver, asked)
    with pytest.raises(DBAPIError), place.open(approver, DESK) as work:
        work.session.execute(
            text("update handover set state = 'signed', signed_by = portal_actor(), signed_at = now()")
        )
