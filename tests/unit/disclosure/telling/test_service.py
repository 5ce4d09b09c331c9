"""Conversations, releases and openings, on a real database."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import text

from portal.disclosure.telling import queries, service
from portal.disclosure.vocab import PackageState
from portal.inquiries import queries as inquiries
from portal.inquiries.vocab import FamilyStatus, Layer
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault.pictures.vocab import SMALL
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.disclosure import (
    ARRANGED,
    TOLD,
    WORDS,
    Case,
    a_confirmed_match,
    a_sealed_package,
    a_told_relative,
    a_written_package,
    an_approved_package,
    change_record,
    freeze,
    log,
    package,
)

FAMILY = DbRole.FAMILY
ASKED = (Layer.DATE_PLACE, Layer.PHOTOGRAPHS_EXIST, Layer.DESCRIPTION, Layer.FACE)


def _released(place: Workplace, relative: Actor) -> list[Layer]:
    with place.open(relative, FAMILY) as work:
        own = queries.own(work)
    return [] if own is None else [each.layer for each in own.layers if each.is_released]


def _ask(place: Workplace, case: Case, *layers: Layer) -> None:
    for layer in layers:
        with place.open(case.relative, FAMILY) as work:
            service.ask_for(work, layer)


def _step(place: Workplace, case: Case, *acts: object, opening: object = None) -> object:
    """Take the steps of one opening, each in its own transaction."""
    if opening is None:
        with place.open(case.relative, FAMILY) as work:
            opening = service.begin_opening(work)
    for act in acts:
        with place.open(case.relative, FAMILY) as work:
            act(work, opening)  # type: ignore[operator]
    return opening


def _entries(place: Workplace, event: str) -> int:
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        counted = text("select count(*) from audit_entry where event = :event")
        return int(work.session.scalar(counted, {"event": event}) or 0)


@pytest.mark.promise("P1")
@pytest.mark.parametrize(
    "make", [a_confirmed_match, a_written_package, a_sealed_package, an_approved_package]
)
def test_nothing_is_there_before_a_person_told_them(place: Workplace, vault: Vault, make: object) -> None:
    case: Case = make(place, vault)  # type: ignore[operator]
    with place.open(case.relative, FAMILY) as work:
        assert queries.own(work) is None
        assert not queries.was_told(work)
        for act in (service.open_told, service.read_own, service.begin_opening):
            with pytest.raises(NotFound):
                act(work)
        for layer in Layer:
            with pytest.raises(NotFound):
                service.ask_for(work, layer)


@pytest.mark.promise("P1")
def test_a_conversation_in_which_they_were_not_told_releases_nothing(place: Workplace, vault: Vault) -> None:
    case = an_approved_package(place, vault)
    log(place, case, ARRANGED)
    assert package(place, case).state is PackageState.APPROVED
    assert _released(place, case.relative) == []
    with pytest.raises(Invalid):
        log(place, case, ARRANGED, frozenset({Layer.DATE_PLACE}))
    assert _released(place, case.relative) == []


@pytest.mark.promise("P1")
@pytest.mark.promise("P12")
def test_telling_opens_the_fact_and_what_they_wished_and_nothing_else(place: Workplace, vault: Vault) -> None:
    case = a_told_relative(place, vault, wished=frozenset({Layer.PAPERS}))
    assert _released(place, case.relative) == [Layer.FACT, Layer.PAPERS]
    with place.open(case.relative, FAMILY) as work:
        told = service.open_told(work)
        own = inquiries.own_inquiry(work)
    assert told.disclosure is not None
    shown = [item for each in told.disclosure.layers for item in each.items]
    assert shown == [item for item in WORDS if item.layer in {Layer.FACT, Layer.PAPERS}]
    assert told.disclosure.next_layer is Layer.DATE_PLACE
    assert told.disclosure.other_layers == (Layer.PHOTOGRAPHS_EXIST, Layer.DESCRIPTION)
    assert own is not None
    assert own.status is FamilyStatus.TOLD


@pytest.mark.promise("P6")
def test_only_the_liaison_who_prepared_it_tells(place: Workplace, vault: Vault) -> None:
    case = an_approved_package(place, vault)
    seen = package(place, case)
    for actor in (an_actor(Role.LIAISON), an_actor(Role.APPROVER), an_actor(Role.ANALYST)):
        with place.open(actor, DbRole.CASEWORK) as work, pytest.raises((NotAllowed, NotFound)):
            service.log_conversation(work, seen.id, seen.version, TOLD)
    assert _entries(place, "disclosure:conversation:logged") == 0


def test_what_is_not_approved_or_has_changed_is_not_told(place: Workplace, vault: Vault) -> None:
    case = a_sealed_package(place, vault)
    with pytest.raises(NotAllowed):
        log(place, case)
    approved = an_approved_package(place, vault)
    seen = package(place, approved)
    with place.open(approved.liaison.actor, DbRole.CASEWORK) as work, pytest.raises(Conflict):
        service.log_conversation(work, seen.id, seen.version - 1, TOLD)


@pytest.mark.promise("P12")
def test_each_layer_opens_only_when_asked_for(place: Workplace, vault: Vault) -> None:
    case = a_told_relative(place, vault)
    assert _released(place, case.relative) == [Layer.FACT]
    _ask(place, case, Layer.DESCRIPTION)
    assert _released(place, case.relative) == [Layer.FACT, Layer.DESCRIPTION]
    for layer in (Layer.DESCRIPTION, Layer.FACE):
        with pytest.raises(NotFound):
            _ask(place, case, layer)
    assert _entries(place, "disclosure:layer:released") == 2


def test_a_second_conversation_opens_more_on_their_wish(place: Workplace, vault: Vault) -> None:
    case = a_told_relative(place, vault)
    told_at = package(place, case).told_at
    log(place, case, TOLD, frozenset({Layer.DATE_PLACE}))
    assert _released(place, case.relative) == [Layer.FACT, Layer.DATE_PLACE]
    assert package(place, case).told_at == told_at
    with place.open(case.liaison.actor, DbRole.CASEWORK) as work:
        desk = service.open_conversations(work, case.inquiry_id)
    assert [talk.was_told for talk in desk.held] == [True, True]
    assert len(desk.aftercare) == 3
    assert desk.held[0].beside == TOLD.beside


@pytest.mark.asvs("8.2.2")
@pytest.mark.promise("P2")
@pytest.mark.promise("P12")
def test_two_relatives_of_one_person_each_have_their_own(place: Workplace, vault: Vault) -> None:
    sister = a_told_relative(place, vault, wished=frozenset({Layer.DATE_PLACE}))
    brother = a_confirmed_match(place, vault, record_id=sister.record_id)
    assert _released(place, brother.relative) == []
    a_told_relative(place, vault, brother)
    assert _released(place, sister.relative) == [Layer.FACT, Layer.DATE_PLACE]
    assert _released(place, brother.relative) == [Layer.FACT]
    with place.open(brother.relative, FAMILY) as work:
        owners = work.session.scalars(text("select account_id from disclosure")).all()
        layers = work.session.scalars(text("select distinct layer from disclosure_item")).all()
    assert list(owners) == [brother.relative.id]
    assert list(layers) == ["fact"]


@pytest.mark.promise("P2")
def test_a_stranger_has_nothing_even_with_an_opening_of_another(place: Workplace, vault: Vault) -> None:
    case = a_told_relative(place, vault, face=True)
    _ask(place, case, *ASKED)
    opening = _step(place, case, service.understand, service.be_ready)
    other = a_told_relative(place, vault)
    for stranger in (other.relative, an_actor(Role.RELATIVE)):
        with place.open(stranger, FAMILY) as work, pytest.raises(NotFound):
            service.open_photograph(work, vault, opening)  # type: ignore[arg-type]
        with place.open(stranger, FAMILY) as work, pytest.raises(NotFound):
            queries.opening(work, opening)  # type: ignore[arg-type]


@pytest.mark.asvs("2.3.1")
@pytest.mark.promise("P11")
def test_a_picture_needs_three_steps_in_order_and_opens_once(place: Workplace, vault: Vault) -> None:
    case = a_told_relative(place, vault, face=True)
    with place.open(case.relative, FAMILY) as work, pytest.raises(NotFound):
        service.begin_opening(work)
    _ask(place, case, *ASKED)

    def look(work: object, opening: object) -> bytes:
        return service.open_photograph(work, vault, opening)  # type: ignore[arg-type]

    opening = _step(place, case)
    with pytest.raises(NotFound):
        _step(place, case, look, opening=opening)
    with pytest.raises(Conflict):
        _step(place, case, service.be_ready, opening=opening)
    _step(place, case, service.understand, opening=opening)
    with pytest.raises(NotFound):
        _step(place, case, look, opening=opening)
    _step(place, case, service.be_ready, opening=opening)
    assert _entries(place, "disclosure:photograph:opened") == 0
    with place.open(case.relative, FAMILY) as work:
        shown = service.open_photograph(work, vault, opening)  # type: ignore[arg-type]
    with Image.open(BytesIO(shown)) as drawn:
        assert drawn.mode == "L"
        assert max(drawn.size) <= SMALL
    with pytest.raises(NotFound):
        _step(place, case, look, opening=opening)
    with place.open(case.relative, FAMILY) as work:
        assert queries.opening(work, opening).closed  # type: ignore[arg-type]
    assert _entries(place, "disclosure:photograph:opened") == 1


@pytest.mark.asvs("9.2.1")
@pytest.mark.promise("P11")
def test_an_opening_that_is_not_used_closes_by_itself(place: Workplace, vault: Vault, clock: object) -> None:
    case = a_told_relative(place, vault, face=True)
    _ask(place, case, *ASKED)
    opening = _step(place, case, service.understand, service.be_ready)
    clock.advance(minutes=16)  # type: ignore[attr-defined]
    with place.open(case.relative, FAMILY) as work, pytest.raises(NotFound):
        service.open_photograph(work, vault, opening)  # type: ignore[arg-type]
    with place.open(case.relative, FAMILY) as work:
        assert queries.opening(work, opening).closed  # type: ignore[arg-type]


@pytest.mark.promise("P11")
def test_a_face_that_is_not_there_cannot_be_asked_for(place: Workplace, vault: Vault) -> None:
    case = a_told_relative(place, vault)
    _ask(place, case, *ASKED[:-1])
    with pytest.raises(NotFound):
        _ask(place, case, Layer.FACE)
    with place.open(case.relative, FAMILY) as work, pytest.raises(NotFound):
        queries.opening(work, uuid4())


@pytest.mark.asvs("8.3.2")
@pytest.mark.promise("P14")
@pytest.mark.parametrize("stop", ["frozen", "changed"])
def test_what_no_longer_stands_is_gone_from_their_pages(place: Workplace, vault: Vault, stop: str) -> None:
    case = a_told_relative(place, vault, face=True)
    _ask(place, case, *ASKED)
    opening = _step(place, case, service.understand, service.be_ready)
    if stop == "frozen":
        freeze(place, case)
    else:
        change_record(place, vault, case)
    with place.open(case.relative, FAMILY) as work:
        told = service.open_told(work)
        assert told.disclosure is None
        assert told.name == "سامر نادر يوسف الحلاق"
        assert not queries.is_told(work, case.inquiry_id)
        with pytest.raises(NotFound):
            service.ask_for(work, Layer.PAPERS)
        with pytest.raises(NotFound):
            service.open_photograph(work, vault, opening)  # type: ignore[arg-type]
        for table in ("disclosure", "disclosure_item", "release", "vault_object"):
            assert work.session.scalar(text(f"select count(*) from {table}")) == 0


@pytest.mark.asvs("16.3.2")
@pytest.mark.promise("P15")
def test_reading_one_s_own_page_is_remembered(place: Workplace, vault: Vault) -> None:
    case = a_told_relative(place, vault)
    with place.open(case.relative, FAMILY) as work:
        service.open_told(work)
    assert _entries(place, "disclosure:layer:read") == 1
