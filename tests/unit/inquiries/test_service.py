"""What filing, steering and reading an inquiry do, and leave in the log."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Protocol

import pytest
from sqlalchemy import select, text

from portal.audit.models import AuditEntry
from portal.inquiries import queries, service
from portal.inquiries.answers import Draft, Step
from portal.inquiries.vocab import Channel, FamilyStatus, InquiryState, Layer, Purpose, Wish
from portal.kernel.actor import ANONYMOUS, WORKER, Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, NotAllowed, NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor
from tests.support.factories.inquiries import (
    CONTACT,
    a_filed_inquiry,
    a_filing,
    a_signed_up_relative,
    advance,
    with_a_reason,
)


class Clock(Protocol):
    """The clock of a test."""

    def advance(self, **amount: float) -> None:
        """Move it."""


SETTING_UP = {"accounts:invitation:accepted", "accounts:sign-in:succeeded"}
INTAKE = an_actor(Role.INTAKE)
DRAFT = Draft({Step.NAME: {"given": ("سامر",)}}, frozenset({Step.NAME}))


def test_a_visitor_files_and_leaves_with_a_number(place: Workplace) -> None:
    receipt = a_filed_inquiry(place)
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        found = service.open_inquiry(work, receipt.inquiry_id)
    assert found.reference == receipt.reference
    assert found.state is InquiryState.SUBMITTED
    assert found.sought.full_name == "سامر نادر يوسف الحلاق"
    assert found.marks == "a scar above the left eyebrow"
    assert [consent.purpose for consent in found.consents] == [Purpose.SEARCH, Purpose.CONTACT]
    assert _events(place)[:3] == [
        "accounts:account:created",
        "inquiries:inquiry:filed",
        "inquiries:inquiry:read",
    ]


@pytest.mark.parametrize("role", [Role.RELATIVE, Role.INTAKE, Role.ADMINISTRATOR])
def test_nobody_files_while_signed_in(place: Workplace, role: Role) -> None:
    with pytest.raises(NotAllowed), place.open(an_actor(role), DbRole.FAMILY) as work:
        service.file_inquiry(work, a_filing())
    assert _states(place) == []
    assert _events(place) == ["audit:access:refused"]


@pytest.mark.asvs("14.2.6")
@pytest.mark.asvs("16.3.2")
@pytest.mark.promise("P15")
def test_the_contact_is_opened_by_an_act_of_its_own(place: Workplace) -> None:
    inquiry_id = a_filed_inquiry(place).inquiry_id
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        assert service.read_contact(work, inquiry_id) == CONTACT
    assert _events(place)[-1] == "inquiries:contact:read"


@pytest.mark.asvs("8.3.1")
@pytest.mark.parametrize("role", [Role.ANALYST, Role.APPROVER, Role.EDITOR])
def test_who_does_not_speak_with_families_cannot_open_the_contact(place: Workplace, role: Role) -> None:
    inquiry_id = a_filed_inquiry(place).inquiry_id
    with pytest.raises(NotAllowed), place.open(an_actor(role), DbRole.CASEWORK) as work:
        service.read_contact(work, inquiry_id)
    assert _events(place)[-1] == "audit:access:refused"


def test_an_analyst_reads_an_inquiry_without_the_name_of_who_asks(place: Workplace) -> None:
    inquiry_id, analyst = a_filed_inquiry(place).inquiry_id, an_actor(Role.ANALYST)
    with_a_reason(place, analyst, inquiry_id)
    with place.open(analyst, DbRole.CASEWORK) as work:
        found = service.open_inquiry(work, inquiry_id)
    assert found.inquirer_name is None
    assert found.sought.given == "سامر"


@pytest.mark.asvs("2.3.1")
def test_an_inquiry_goes_its_way_and_no_other(place: Workplace) -> None:
    inquiry_id = a_filed_inquiry(place).inquiry_id
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        service.take_in(work, inquiry_id)
    with pytest.raises(Conflict), place.open(INTAKE, DbRole.CASEWORK) as work:
        service.take_in(work, inquiry_id)
    with pytest.raises(Conflict), place.open(INTAKE, DbRole.CASEWORK) as work:
        service.advance(work, inquiry_id, InquiryState.TOLD)
    assert _events(place)[-1] == "inquiries:inquiry:advanced"


def test_only_intake_takes_in(place: Workplace) -> None:
    inquiry_id = a_filed_inquiry(place).inquiry_id
    with pytest.raises(NotAllowed), place.open(an_actor(Role.VERIFIER), DbRole.CASEWORK) as work:
        service.take_in(work, inquiry_id)
    assert _states(place) == ["submitted"]


@pytest.mark.promise("P12")
def test_each_relative_changes_their_own_wishes_alone(place: Workplace) -> None:
    one, other = a_signed_up_relative(place), a_signed_up_relative(place)
    with place.open(one.actor, DbRole.FAMILY) as work:
        service.change_wishes(work, {Layer.FACT: Wish.NO})
    assert _wishes(place, one.actor)[Layer.FACT] is Wish.NO
    assert _wishes(place, other.actor)[Layer.FACT] is Wish.LATER


def test_a_family_pauses_and_takes_it_up_again(place: Workplace) -> None:
    relative = a_signed_up_relative(place)
    with place.open(relative.actor, DbRole.FAMILY) as work:
        service.pause(work)
    assert _status(place, relative.actor) is FamilyStatus.PAUSED
    with place.open(relative.actor, DbRole.FAMILY) as work:
        service.resume(work)
    assert _status(place, relative.actor) is FamilyStatus.RECEIVED


def test_a_paused_search_is_not_searched(place: Workplace) -> None:
    relative = a_signed_up_relative(place)
    advance(place, relative.inquiry_id, InquiryState.TRIAGE, InquiryState.VERIFYING, InquiryState.ACTIVE)
    assert _searchable(place) == 1
    with place.open(relative.actor, DbRole.FAMILY) as work:
        service.pause(work)
    assert _searchable(place) == 0


@pytest.mark.promise("P18")
def test_without_consent_to_contact_there_is_no_way_to_the_family(place: Workplace) -> None:
    relative = a_signed_up_relative(place)
    for _twice in range(2):
        with place.open(relative.actor, DbRole.FAMILY) as work:
            service.withdraw_consent(work, Purpose.CONTACT)
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        contact = service.read_contact(work, relative.inquiry_id)
    assert (contact.channel, contact.address) == (Channel.NONE, None)
    assert _events(place).count("inquiries:consent:withdrawn") == 1


@pytest.mark.promise("P18")
def test_without_consent_to_search_nothing_goes_on(place: Workplace) -> None:
    relative = a_signed_up_relative(place)
    with place.open(relative.actor, DbRole.FAMILY) as work:
        service.withdraw_consent(work, Purpose.SEARCH)
    assert _status(place, relative.actor) is FamilyStatus.PAUSED
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        assert queries.waiting(work, *InquiryState) == []


@pytest.mark.promise("P18")
def test_a_file_that_was_paused_or_withdrawn_stands_still_at_the_desk(place: Workplace) -> None:
    relative = a_signed_up_relative(place)
    acts = (
        (service.pause, True),
        (service.resume, False),
        (lambda work: service.withdraw_consent(work, Purpose.SEARCH), True),
        (service.resume, True),
    )
    for act, stands_still in acts:
        with place.open(relative.actor, DbRole.FAMILY) as work:
            act(work)
        with place.open(INTAKE, DbRole.CASEWORK) as work:
            assert queries.inquiry_file(work, relative.inquiry_id).is_paused is stands_still


def test_please_contact_us_is_said_and_taken_back(place: Workplace) -> None:
    relative = a_signed_up_relative(place)
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        service.ask_to_contact(work, relative.inquiry_id)
    assert _status(place, relative.actor) is FamilyStatus.CONTACT_US
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        service.contacted(work, relative.inquiry_id)
    assert _status(place, relative.actor) is FamilyStatus.RECEIVED


@pytest.mark.promise("P3")
def test_searching_and_outcome_ready_are_one_word(place: Workplace) -> None:
    relative = a_signed_up_relative(place)
    advance(place, relative.inquiry_id, InquiryState.TRIAGE, InquiryState.VERIFYING, InquiryState.ACTIVE)
    before = _own_file(place, relative.actor)
    advance(place, relative.inquiry_id, InquiryState.OUTCOME_READY)
    assert _own_file(place, relative.actor) == before
    assert _status(place, relative.actor) is FamilyStatus.SEARCHING


@pytest.mark.promise("P20")
def test_a_draft_is_found_by_its_token_alone(place: Workplace) -> None:
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        service.save_draft(work, "one token", DRAFT)
        service.save_draft(work, "one token", DRAFT.with_page(Step.YOU, {}, holds=True))
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        assert queries.load_draft(work, "one token") == DRAFT.with_page(Step.YOU, {}, holds=True)
        assert queries.load_draft(work, "another token") is None


@pytest.mark.asvs("14.2.4")
@pytest.mark.promise("P16")
def test_a_draft_is_unreadable_in_the_database(place: Workplace) -> None:
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        service.save_draft(work, "one token", DRAFT)
        queries.presented(work, "one token")
        kept = work.session.execute(text("select token_hash, answers from inquiry_draft")).one()
    assert "سامر".encode() not in kept.answers
    assert b"given" not in kept.answers
    assert b"one token" not in kept.token_hash


def test_a_draft_is_filed_once_however_often_it_is_sent(place: Workplace) -> None:
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        service.save_draft(work, "one token", DRAFT)
    receipts = []
    for _again in range(3):
        with place.open(ANONYMOUS, DbRole.FAMILY) as work:
            receipts.append(service.file_draft(work, "one token", a_filing()))
    assert len({receipt.reference for receipt in receipts}) == 1
    assert _states(place) == ["submitted"]
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        assert queries.load_draft(work, "one token") == Draft(receipt=receipts[0])


@pytest.mark.asvs("2.3.4")
@pytest.mark.promise("P20")
def test_a_draft_sent_twice_at_the_same_moment_is_filed_once(place: Workplace) -> None:
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        service.save_draft(work, "one token", DRAFT)

    def send(_time: int) -> str:
        with place.open(ANONYMOUS, DbRole.FAMILY) as work:
            return service.file_draft(work, "one token", a_filing()).reference

    with ThreadPoolExecutor(4) as pool:
        numbers = set(pool.map(send, range(4)))
    assert len(numbers) == 1
    assert _states(place) == ["submitted"]


def test_a_draft_can_be_erased(place: Workplace) -> None:
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        service.save_draft(work, "one token", DRAFT)
        service.drop_draft(work, "one token")
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        assert queries.load_draft(work, "one token") is None
    with pytest.raises(NotFound), place.open(ANONYMOUS, DbRole.FAMILY) as work:
        service.file_draft(work, "one token", a_filing())
    assert _states(place) == []


@pytest.mark.asvs("14.2.7")
def test_drafts_nobody_comes_back_to_are_erased_after_a_week(place: Workplace, clock: Clock) -> None:
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        service.save_draft(work, "old", DRAFT)
    clock.advance(days=1)
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        service.save_draft(work, "newer", DRAFT)
    clock.advance(days=service.DRAFTS_LAST / timedelta(days=1) - 0.5)
    with place.open(WORKER, DbRole.WORKER) as work:
        assert service.clear_drafts(work) == 1
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        assert queries.load_draft(work, "old") is None
        assert queries.load_draft(work, "newer") == DRAFT


def test_nobody_else_clears_drafts(place: Workplace) -> None:
    with pytest.raises(NotAllowed), place.open(INTAKE, DbRole.WORKER) as work:
        service.clear_drafts(work)


@pytest.mark.parametrize("reader", [INTAKE, ANONYMOUS], ids=["staff", "nobody"])
def test_only_a_relative_has_a_file_of_their_own(place: Workplace, reader: Actor) -> None:
    a_filed_inquiry(place)
    with pytest.raises(NotAllowed), place.open(reader, DbRole.FAMILY) as work:
        queries.own_file(work)


def test_a_relative_without_an_inquiry_has_nothing_to_steer(place: Workplace) -> None:
    a_filed_inquiry(place)
    stranger = an_actor(Role.RELATIVE)
    for act in (service.pause, service.resume, queries.own_file):
        with pytest.raises(NotFound), place.open(stranger, DbRole.FAMILY) as work:
            act(work)


def _events(place: Workplace) -> list[str]:
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        found = work.session.scalars(select(AuditEntry.event).order_by(AuditEntry.seq))
        return [event for event in found if event not in SETTING_UP]


def _own_file(place: Workplace, actor: Actor) -> object:
    with place.open(actor, DbRole.FAMILY) as work:
        return queries.own_file(work)


def _status(place: Workplace, actor: Actor) -> FamilyStatus | None:
    with place.open(actor, DbRole.FAMILY) as work:
        own = queries.own_inquiry(work)
        return own.status if own else None


def _wishes(place: Workplace, actor: Actor) -> dict[Layer, Wish]:
    with place.open(actor, DbRole.FAMILY) as work:
        return dict(queries.own_file(work).wishes)


def _searchable(place: Workplace) -> int:
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        return len(queries.searchable(work))


def _states(place: Workplace) -> list[str]:
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        return list(work.session.scalars(text("select state from inquiry")))
