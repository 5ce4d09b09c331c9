"""An import ordered at the desk is looked at, begun by the same person, and carried out whole."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from portal.cli.demo.sample_archive import LAYOUT
from portal.kernel.actor import WORKER, Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, Invalid, NotAllowed
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.archive import archives, carrying, importing, ordering, queries, service
from portal.records.archive.vocab import Ordered, Wish
from portal.records.vocab import BatchState, Oddity, OrderState
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.casework import a_colleague
from tests.support.factories.kept import as_owner
from tests.support.factories.records import accept, sample

WISH = Wish("Office", LAYOUT, "archive", giver="A lawyer", mandate="Letter 7")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    sample(tmp_path / "inbox")
    return tmp_path / "inbox"


@pytest.fixture
def custodian(place: Workplace) -> Actor:
    return a_colleague(place, Role.CUSTODIAN)


def _ordered(place: Workplace, inbox: Path, by: Actor, wish: Wish = WISH) -> UUID:
    with place.open(by, DbRole.CASEWORK) as work:
        return ordering.order(work, inbox, wish)


def _begun(place: Workplace, order_id: UUID, by: Actor) -> None:
    with place.open(by, DbRole.CASEWORK) as work:
        ordering.begin(work, order_id)


def _seen(place: Workplace, order_id: UUID, by: Actor) -> Ordered:
    with place.open(by, DbRole.CASEWORK) as work:
        return ordering.ordered(work, order_id)


@pytest.mark.promise("P6")
def test_an_order_is_looked_at_then_begun_and_its_custodian_is_not_the_second_person(
    place: Workplace, vault: Vault, inbox: Path, custodian: Actor
) -> None:
    order_id = _ordered(place, inbox, custodian)
    with pytest.raises(Conflict):
        _begun(place, order_id, custodian)  # nobody has seen yet what it would do
    assert carrying.carry_out(place, vault, inbox) == 1
    looked = _seen(place, order_id, custodian)
    assert looked.state is OrderState.LOOKED
    assert looked.look is not None
    assert looked.look.oddities[Oddity.SAME_NUMBER_OTHER_BRANCH] > 0
    assert list(vault.objects.names()) == []
    _begun(place, order_id, custodian)
    assert carrying.carry_out(place, vault, inbox) == 1
    done = _seen(place, order_id, custodian)
    assert (done.state, done.gone_through) == (OrderState.DONE, done.total)
    with place.open(custodian, DbRole.CASEWORK) as work:
        (batch,) = queries.batches(work)
        assert (batch.id, batch.state, batch.counts.files) == (
            done.batch_id,
            BatchState.STAGED,
            looked.look.files,
        )
        (archive,) = archives.known(work)
    assert (archive.giver, archive.mandate, archive.custodian_id) == ("A lawyer", "Letter 7", custodian.id)
    with pytest.raises(NotAllowed):
        accept(place, batch.id, custodian)
    accept(place, batch.id)


def test_whoever_is_a_custodian_no_more_brings_nothing_in(
    place: Workplace, vault: Vault, inbox: Path, custodian: Actor, addresses: Addresses
) -> None:
    order_id = _ordered(place, inbox, custodian)
    carrying.carry_out(place, vault, inbox)
    _begun(place, order_id, custodian)
    as_owner(addresses, "update account set roles = '{intake}' where id = :id", id=custodian.id)
    assert carrying.carry_out(place, vault, inbox) == 1
    assert _seen(place, order_id, custodian).state is OrderState.FAILED
    assert list(vault.objects.names()) == []


def test_somebody_else_does_not_begin_it(
    place: Workplace, vault: Vault, inbox: Path, custodian: Actor
) -> None:
    order_id = _ordered(place, inbox, custodian)
    carrying.carry_out(place, vault, inbox)
    with pytest.raises(NotAllowed):
        _begun(place, order_id, an_actor(Role.CUSTODIAN))
    assert _seen(place, order_id, custodian).state is OrderState.LOOKED


def test_a_carrying_out_that_was_interrupted_goes_on(
    place: Workplace, vault: Vault, inbox: Path, custodian: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "FILES_AT_ONCE", 5)
    order_id = _ordered(place, inbox, custodian)
    carrying.carry_out(place, vault, inbox)
    _begun(place, order_id, custodian)
    steps = iter(range(12))

    def until_killed(meter: object) -> None:
        if next(steps, None) is None:
            raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(carrying._Meter, "one_more", until_killed)
        with pytest.raises(KeyboardInterrupt):
            carrying.carry_out(place, vault, inbox)
    assert _seen(place, order_id, custodian).state is OrderState.RUNNING
    assert carrying.carry_out(place, vault, inbox) == 1
    with place.open(custodian, DbRole.CASEWORK) as work:
        (batch,) = queries.batches(work)
    assert batch.id == _seen(place, order_id, custodian).batch_id


def test_it_waits_while_an_import_from_the_command_line_runs(
    place: Workplace, vault: Vault, inbox: Path, custodian: Actor
) -> None:
    order_id = _ordered(place, inbox, custodian)
    carrying.carry_out(place, vault, inbox)
    _begun(place, order_id, custodian)
    with place.open(custodian, DbRole.CASEWORK) as work:
        service.be_alone(work)
        assert carrying.carry_out(place, vault, inbox) == 0
    assert carrying.carry_out(place, vault, inbox) == 1
    assert _seen(place, order_id, custodian).state is OrderState.DONE


def test_a_folder_that_went_away_is_told_and_stops_nothing_else(
    place: Workplace, vault: Vault, inbox: Path, custodian: Actor
) -> None:
    order_id = _ordered(place, inbox, custodian)
    (inbox / "archive").rename(inbox / "elsewhere")
    other = _ordered(place, inbox, custodian, Wish("Office", LAYOUT, "elsewhere"))
    assert carrying.carry_out(place, vault, inbox) == 2
    assert _seen(place, order_id, custodian).state is OrderState.FAILED
    assert _seen(place, other, custodian).state is OrderState.LOOKED


@pytest.mark.parametrize("folder", ["..", "../outside", "link", "", "gone", "archive/photos"])
def test_nothing_outside_the_inbox_is_taken(
    place: Workplace, inbox: Path, custodian: Actor, tmp_path: Path, folder: str
) -> None:
    (tmp_path / "outside").mkdir()
    (inbox / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(Invalid):
        _ordered(place, inbox, custodian, Wish("Office", LAYOUT, folder))
    with place.open(custodian, DbRole.CASEWORK) as work:
        assert ordering.orders(work) == []


@pytest.mark.parametrize("listed", ["../list.csv", "/etc/hostname", "gone.csv", "link.csv"])
def test_a_list_outside_the_folder_is_not_read(inbox: Path, listed: str) -> None:
    (inbox / "list.csv").write_text("path\n")
    (inbox / "archive" / "link.csv").symlink_to(inbox / "list.csv")
    with pytest.raises(Invalid):
        ordering.within(inbox, "archive", listed)


@pytest.mark.parametrize("role", [Role.TRANSCRIBER, Role.ANALYST, Role.INTAKE])
def test_others_order_nothing(place: Workplace, inbox: Path, role: Role) -> None:
    with pytest.raises(NotAllowed):
        _ordered(place, inbox, an_actor(role))


def test_two_workers_do_not_carry_out_the_same_order(
    place: Workplace, vault: Vault, inbox: Path, custodian: Actor
) -> None:
    _ordered(place, inbox, custodian)
    with place.open(WORKER, DbRole.WORKER) as watch:
        assert watch.session.scalar(carrying._ALONE)
        assert carrying.carry_out(place, vault, inbox) == 0
