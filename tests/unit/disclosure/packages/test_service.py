"""Writing, sealing, signing and announcing, on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import text

from portal.disclosure.looking import service as looking
from portal.disclosure.packages import queries, service
from portal.disclosure.vocab import CauseInOwnWords, FaceCrop, Item, PackageState
from portal.inquiries import queries as inquiries
from portal.inquiries import service as inquiry_acts
from portal.inquiries.vocab import FamilyStatus, Layer
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, NotAllowed, NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.matching import queries as matching
from portal.notifications.vocab import Rhythm
from portal.vault.pictures.vocab import SMALL, Seat
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.disclosure import (
    CAUSE,
    WORDS,
    Case,
    a_confirmed_match,
    a_sealed_package,
    a_told_relative,
    a_written_package,
    an_approved_package,
    approve,
    change_record,
    choose_face,
    freeze,
    package,
    seal,
    write,
)

SEAT = Seat("a session", 20)
DESK = DbRole.CASEWORK
NOW = Rhythm(immediate=True)


def _entries(place: Workplace, event: str) -> int:
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        counted = text("select count(*) from audit_entry where event = :event")
        return int(work.session.scalar(counted, {"event": event}) or 0)


@pytest.mark.promise("P6")
def test_whoever_took_part_in_the_match_never_prepares(place: Workplace, vault: Vault) -> None:
    case = a_confirmed_match(place, vault)
    with place.open(an_actor(Role.APPROVER), DESK) as work:
        match = matching.confirmed_match(work, case.inquiry_id)
    assert match is not None
    for person in (match.proposed_by, match.signed_by):
        with (
            place.open(Actor(person, frozenset({Role.LIAISON})), DESK) as work,
            pytest.raises((NotAllowed, NotFound)),
        ):
            service.prepare(work, case.inquiry_id)
    with place.open(an_actor(Role.LIAISON), DESK) as work, pytest.raises((NotAllowed, NotFound)):
        service.prepare(work, case.inquiry_id)
    assert _entries(place, "disclosure:package:prepared") == 0


def test_a_file_has_one_package(place: Workplace, vault: Vault) -> None:
    case = a_written_package(place, vault)
    with place.open(case.liaison.actor, DESK) as work, pytest.raises(Conflict):
        service.prepare(work, case.inquiry_id)


@pytest.mark.asvs("2.3.5")
@pytest.mark.promise("P6")
def test_the_preparer_never_signs(place: Workplace, vault: Vault) -> None:
    case = a_sealed_package(place, vault)
    both = Actor(case.liaison.actor.id, frozenset({Role.LIAISON, Role.APPROVER}))
    for actor in (case.liaison.actor, both):
        with pytest.raises(NotAllowed):
            approve(place, case, by=actor)
    assert package(place, case).state is PackageState.SEALED
    assert _entries(place, "disclosure:package:approved") == 0


@pytest.mark.promise("P7")
@pytest.mark.parametrize("make", [a_sealed_package, an_approved_package])
def test_one_changed_word_voids_seal_and_signature(place: Workplace, vault: Vault, make: object) -> None:
    case: Case = make(place, vault)  # type: ignore[operator]
    before = package(place, case)
    write(place, case, [replace(WORDS[0], text="The documents show that Samer died"), *WORDS[1:]])
    after = package(place, case)
    assert after.state is PackageState.PREPARED
    assert (after.fingerprint, after.signed_by, after.signed_at) == (None, None, None)
    assert after.version > before.version
    assert _entries(place, "disclosure:package:unsealed") == 1
    seal(place, case)
    assert package(place, case).fingerprint != before.fingerprint


@pytest.mark.promise("P7")
def test_the_same_words_give_the_same_seal_again(place: Workplace, vault: Vault) -> None:
    case = a_sealed_package(place, vault)
    before = package(place, case).fingerprint
    write(place, case, WORDS)
    assert package(place, case).fingerprint is None
    seal(place, case)
    assert package(place, case).fingerprint == before


@pytest.mark.promise("P7")
def test_a_signature_under_another_fingerprint_is_refused(place: Workplace, vault: Vault) -> None:
    case = a_sealed_package(place, vault)
    seen = package(place, case)
    for fingerprint, version in (("0" * 64, seen.version), (seen.fingerprint or "", seen.version - 1)):
        with place.open(an_actor(Role.APPROVER), DESK) as work, pytest.raises(Conflict):
            service.approve(work, seen.id, version, fingerprint)
    assert package(place, case).state is PackageState.SEALED


@pytest.mark.asvs("2.3.4")
@pytest.mark.promise("P7")
def test_a_page_that_was_read_before_a_change_changes_nothing(place: Workplace, vault: Vault) -> None:
    case = a_written_package(place, vault)
    seen = package(place, case)
    write(place, case, WORDS[:1])  # within the very same moment
    with place.open(case.liaison.actor, DESK) as work, pytest.raises(Conflict):
        service.write(work, seen.id, seen.version, WORDS)
    assert package(place, case).items == WORDS[:1]


@pytest.mark.promise("P13")
@pytest.mark.parametrize("layer", [Layer.FACT, Layer.DATE_PLACE, Layer.DESCRIPTION])
def test_a_paper_s_cause_never_becomes_our_own_word(place: Workplace, vault: Vault, layer: Layer) -> None:
    case = a_written_package(place, vault)
    before = package(place, case)
    with pytest.raises(CauseInOwnWords):
        write(place, case, [WORDS[0], Item(layer, 1, f"توفي سامر بسبب {CAUSE}.")])
    assert package(place, case) == before


@pytest.mark.promise("P13")
def test_papers_of_somebody_else_are_not_offered(place: Workplace, vault: Vault) -> None:
    case = a_confirmed_match(place, vault)
    with place.open(case.liaison.actor, DESK) as work:
        desk = service.open_desk(work, case.inquiry_id)
    assert {said.part.value for said in desk.statements} >= {"given", "cause", "died_on"}
    assert len(desk.photographs) == 2
    assert desk.may_begin
    assert desk.package is None


def test_a_package_begins_with_the_fact(place: Workplace, vault: Vault) -> None:
    case = a_written_package(place, vault, items=WORDS[1:])
    with pytest.raises(Conflict):
        seal(place, case)


@pytest.mark.promise("P11")
def test_a_face_needs_words_before_it(place: Workplace, vault: Vault) -> None:
    case = a_written_package(place, vault, items=WORDS[:3])
    choose_face(place, vault, case)
    with pytest.raises(Conflict):
        seal(place, case)
    write(place, case, WORDS)
    assert package(place, case).has_face, "words do not throw the face away"
    seal(place, case)
    assert package(place, case).layers[-1] is Layer.FACE


@pytest.mark.promise("P11")
def test_a_face_is_small_grey_and_cut_by_hand(place: Workplace, vault: Vault) -> None:
    case = a_sealed_package(place, vault, face=True)
    with place.open(an_actor(Role.APPROVER), DESK) as work:
        opening = looking.begin_face(work, SEAT, case.inquiry_id)
        shown = looking.show(work, vault, case.inquiry_id, opening, SEAT.session)
    with Image.open(BytesIO(shown)) as drawn:
        assert drawn.mode == "L"
        assert max(drawn.size) <= SMALL
        assert drawn.width < drawn.height * 1.5
    assert _entries(place, "vault:object:read") >= 2


@pytest.mark.promise("P7")
def test_choosing_or_leaving_out_a_face_voids_the_seal(place: Workplace, vault: Vault) -> None:
    case = an_approved_package(place, vault)
    choose_face(place, vault, case)
    assert package(place, case).state is PackageState.PREPARED
    seal(place, case)
    seen = package(place, case)
    with place.open(case.liaison.actor, DESK) as work:
        service.leave_face_out(work, seen.id, seen.version)
    assert not package(place, case).has_face
    assert package(place, case).state is PackageState.PREPARED


@pytest.mark.asvs("8.2.3")
@pytest.mark.promise("P11")
def test_only_whoever_prepares_opens_photographs_one_by_one(place: Workplace, vault: Vault) -> None:
    case = a_written_package(place, vault)
    with place.open(case.liaison.actor, DESK) as work:
        first, paper = service.open_desk(work, case.inquiry_id).photographs[0], uuid4()
    with place.open(case.liaison.actor, DESK) as work:
        opening = looking.begin_photograph(work, SEAT, case.inquiry_id, first)
        assert looking.show(work, vault, case.inquiry_id, opening, SEAT.session)
    with place.open(an_actor(Role.APPROVER), DESK) as work, pytest.raises(NotAllowed):
        looking.begin_photograph(work, SEAT, case.inquiry_id, first)
    seen = package(place, case)
    with place.open(case.liaison.actor, DESK) as work, pytest.raises(NotFound):
        service.choose_face(work, vault, seen.id, seen.version, FaceCrop(paper, 0, 0, 10, 10))


@pytest.mark.promise("P10")
def test_the_message_leaves_by_the_relatives_own_rules(place: Workplace, vault: Vault) -> None:
    case = an_approved_package(place, vault)
    seen = package(place, case)
    calm = Rhythm()
    with place.open(case.liaison.actor, DESK) as work:
        planned = service.plan_announcement(work, calm, case.inquiry_id)
    assert planned.leaves_at is not None
    assert planned.leaves_at > datetime(2026, 3, 2, 9, tzinfo=UTC) or planned.leaves_at.hour >= 7
    with place.open(case.liaison.actor, DESK) as work:
        service.announce(work, calm, seen.id, seen.version)
    with place.open(an_actor(Role.WORKER), DbRole.WORKER) as work:
        (queued,) = work.session.execute(text("select send_after, recipient_ref from envelope")).all()
    assert queued.send_after == planned.leaves_at
    assert queued.recipient_ref == case.inquiry_id
    with place.open(case.relative, DbRole.FAMILY) as work:
        own = inquiries.own_inquiry(work)
    assert own is not None
    assert own.status is FamilyStatus.CONTACT_US


@pytest.mark.promise("P10")
def test_nobody_contacts_a_family_that_paused(place: Workplace, vault: Vault) -> None:
    case = an_approved_package(place, vault)
    with place.open(case.relative, DbRole.FAMILY) as work:
        inquiry_acts.pause(work)
    seen = package(place, case)
    with place.open(case.liaison.actor, DESK) as work, pytest.raises(Conflict):
        service.announce(work, NOW, seen.id, seen.version)
    assert _entries(place, "notifications:envelope:queued") == 0


@pytest.mark.asvs("2.3.1")
def test_only_an_approved_package_is_announced(place: Workplace, vault: Vault) -> None:
    case = a_sealed_package(place, vault)
    seen = package(place, case)
    with place.open(case.liaison.actor, DESK) as work, pytest.raises(Conflict):
        service.announce(work, NOW, seen.id, seen.version)
    assert _entries(place, "notifications:envelope:queued") == 0


def test_a_changed_record_stops_everything_that_rests_on_it(place: Workplace, vault: Vault) -> None:
    case = a_written_package(place, vault)
    change_record(place, vault, case)
    assert not package(place, case).stands
    with pytest.raises(Conflict):
        seal(place, case)


def test_a_record_that_changes_after_the_seal_is_not_signed(place: Workplace, vault: Vault) -> None:
    case = a_sealed_package(place, vault)
    change_record(place, vault, case)
    with pytest.raises(Conflict):
        approve(place, case)
    assert package(place, case).state is PackageState.SEALED


@pytest.mark.promise("P14")
@pytest.mark.parametrize("make", [a_written_package, a_sealed_package, an_approved_package, a_told_relative])
def test_a_package_can_be_stopped_in_every_state_and_stays_so(
    place: Workplace, vault: Vault, make: object
) -> None:
    case: Case = make(place, vault)  # type: ignore[operator]
    freeze(place, case)
    assert package(place, case).state is PackageState.FROZEN
    with pytest.raises((Conflict, NotAllowed)):
        write(place, case, WORDS)
    with pytest.raises((Conflict, NotAllowed)):
        approve(place, case)
    assert _entries(place, "disclosure:package:frozen") == 1


def test_desks_list_what_waits_for_them(place: Workplace, vault: Vault) -> None:
    sealed = a_sealed_package(place, vault)
    approved = an_approved_package(place, vault)
    with place.open(an_actor(Role.APPROVER), DESK) as work:
        assert [each.inquiry_id for each in queries.waiting_for_me(work)] == [sealed.inquiry_id]
    with place.open(approved.liaison.actor, DESK) as work:
        assert [each.inquiry_id for each in queries.to_be_told(work)] == [approved.inquiry_id]
    with place.open(sealed.liaison.actor, DESK) as work:
        assert queries.to_be_told(work) == []


@pytest.mark.promise("P15")
def test_opening_a_package_is_remembered(place: Workplace, vault: Vault) -> None:
    case = a_sealed_package(place, vault)
    with place.open(an_actor(Role.APPROVER), DESK) as work:
        service.open_desk(work, case.inquiry_id)
    assert _entries(place, "disclosure:package:read") == 1
    assert _entries(place, "records:record:read") >= 1
