"""The desks of administrators and auditors, and the pages between a caseworker and a file, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyrage
import pytest
from flask import Flask
from playwright.sync_api import Browser

from portal.audit import policy
from portal.audit.vocab import ReadingKind, ReadingLimit
from portal.inquiries.vocab import InquiryState
from portal.kernel.actor import Actor
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.likeness import service as likeness
from portal.records.vocab import Part
from portal.vault.service import Vault
from tests.conftest import SetClock
from tests.support.chromium import DESK, PHONE, Visitor, World, chromium, served
from tests.support.factories.accounts import Person, a_staff_account, code_at
from tests.support.factories.disclosure import a_record as a_long_record
from tests.support.factories.inquiries import SOUGHT, a_filed_inquiry, advance, with_a_reason
from tests.support.factories.matching import a_confirmed_match, a_pair
from tests.support.factories.records import available
from tests.support.factories.revision import correct

pytestmark = [pytest.mark.browser, pytest.mark.promise("P21")]
SCREENS = {
    "ar-phone": ("ar", PHONE, False),
    "en-desk": ("en", DESK, False),
    "ar-phone-dark": ("ar", DESK, True),
}
RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())
LEAVES = "/account/days-away"
Enter = Callable[[Role], tuple[Visitor, Person]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(params=SCREENS)
def enter(
    request: pytest.FixtureRequest, app: Flask, place: Workplace, clock: SetClock, browser: Browser
) -> Iterator[Enter]:
    """Sign somebody new in; a dark world turns the screen round."""
    language, viewport, dark = SCREENS[request.param]
    inside = []
    with served(app) as origin:
        world = World(browser, app, origin, language, javascript=True, dark=dark)

        def signed_in(role: Role) -> tuple[Visitor, Person]:
            person, visitor = a_staff_account(place, role), Visitor(world, role.value, viewport)
            inside.append(visitor)
            clock.advance(minutes=1)
            visitor.open("/account/sign-in").fill(login=person.login, password=person.password).press("")
            return visitor.fill(code=code_at(person.totp_secret, clock.moment)).press(""), person

        yield signed_in
        for visitor in inside:
            visitor.close()


def test_an_administrator_changes_roles_enters_leave_and_closes_an_account(
    enter: Enter, place: Workplace
) -> None:
    colleague = a_staff_account(place, Role.EDITOR, display_name="Salma Test")
    desk, _person = enter(Role.ADMINISTRATOR)
    desk.open("/admin/").follow("/invitations/new").press("", 422)
    account = f"/admin/accounts/{colleague.account_id}"
    desk.open("/admin/").follow(account)
    desk.tick(roles=["approver", "intake"]).press("/roles", 422)
    desk.open(account).fill(first="2026-05-02", last="2026-05-01").press("/leaves", 422)
    desk.fill(first="2026-05-02", last="2026-05-09").press("/leaves").press("/deactivate")
    desk.open(account).reads("deactivated")
    desk.open("/account/").follow(LEAVES)


def test_a_file_outside_ones_work_a_conflict_and_an_alert(
    enter: Enter, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "LIMITS", dict.fromkeys(ReadingKind, ReadingLimit(1, 2)))
    filed = [a_filed_inquiry(place) for _ in range(3)]
    advance(place, filed[0].inquiry_id, InquiryState.TRIAGE, InquiryState.VERIFYING)
    intake, _person = enter(Role.INTAKE)
    files = [f"/casework/inquiries/{each.inquiry_id}" for each in filed]
    intake.open(files[0]).is_at(f"/casework/cases/{filed[0].inquiry_id}/reason").press("", 422)
    intake.fill(reason="the sister called and asked for help").press("").is_at(files[0])
    intake.open(files[1])
    intake.open(files[2], 429)
    intake.open("/casework/cases/conflicts").press("", 422)
    intake.fill(number=filed[1].reference, reason="we grew up in the same street").press("")
    intake.reads("Closed to you")
    auditor, _person = enter(Role.AUDITOR)
    auditor.open("/oversight/alerts").follow_within("/oversight/alerts/").press("", 422)
    auditor.fill(note="a day of hearings").press("")
    auditor.open("/oversight/openings").follow_within("/oversight/openings/")
    auditor.sees("the sister called and asked for help").press("", 422)
    auditor.fill(note="asked her: it is so").press("")


def test_intake_sees_that_another_file_may_be_about_the_same_person(enter: Enter, place: Workplace) -> None:
    here, other = a_filed_inquiry(place), a_filed_inquiry(place, given="Samer", father="Nadir")
    intake, _person = enter(Role.INTAKE)
    file = f"/casework/inquiries/{here.inquiry_id}"
    intake.open(file).follow(f"{file}/alike").sees(other.reference).follow(
        f"/casework/inquiries/{other.inquiry_id}"
    )


def test_a_name_is_looked_for_and_an_auditor_reads_who_did(
    enter: Enter, place: Workplace, vault: Vault, tmp_path: Path
) -> None:
    pair = a_pair(place, vault, tmp_path)
    analyst, person = enter(Role.ANALYST)
    with_a_reason(place, Actor(person.account_id, frozenset({Role.ANALYST})), pair.inquiry_id)
    analyst.open(f"/casework/matching/{pair.inquiry_id}").follow(f"/casework/lookup/{pair.inquiry_id}")
    analyst.press("", 422).fill(name=SOUGHT.full_name, reason="the family says he was called so").press("")
    analyst.reads("Records that bear a name like it", "Compare side by side")
    auditor, _person = enter(Role.AUDITOR)
    auditor.open("/oversight/searches").sees("the family says he was called so")


def test_a_package_for_a_court_is_asked_for_signed_and_confirmed(
    enter: Enter, place: Workplace, vault: Vault
) -> None:
    record_id = a_long_record(place, vault)
    custodian, _person = enter(Role.CUSTODIAN)
    ask = f"/casework/hand-overs/records/{record_id}"
    custodian.open(f"/casework/records/{record_id}").follow(ask).press("", 422)
    custodian.page.locator('main input[name="items"]').first.check()
    custodian.fill(name="The registrar", institution="A court", reason="Letter 12", public_key=RECIPIENT)
    one = custodian.press("").path
    approver, _person = enter(Role.APPROVER)
    approver.open("/casework/hand-overs/").follow(one).press("/sign")
    approver.sees("A court", "Letter 12")


def test_a_record_is_corrected_and_withdrawn_and_its_versions_are_read(
    enter: Enter, place: Workplace, vault: Vault
) -> None:
    record_id = a_long_record(place, vault)
    record, changes = f"/casework/records/{record_id}", f"/casework/record-changes/{record_id}"
    custodian, _person = enter(Role.CUSTODIAN)
    custodian.open(record).follow(f"{changes}/correct").press("", 422)
    custodian.fill(reason="nothing is another than it was").press("", 422)
    custodian.page.locator('main input[name="held"]').first.uncheck()
    one = custodian.fill(reason="the card names another father").press("").path
    approver, _person = enter(Role.APPROVER)
    approver.open("/casework/").follow(one).press("/sign").reads("Signed by two people")
    approver.follow(f"{changes}/history").reads("Not held true any more").sees(
        "the card names another father"
    )
    custodian.open(record).follow(f"{changes}/withdraw").press("", 422)
    custodian.page.locator('main input[name="ground"]').first.check()
    other = custodian.fill(reason="the photograph shows a document only").press("").path
    approver.open(other).press("/sign").follow(record).reads("Withdrawn")


def test_a_match_whose_record_changed_is_renewed_or_reversed(
    enter: Enter, place: Workplace, vault: Vault, tmp_path: Path
) -> None:
    pair = a_pair(place, vault, tmp_path)
    match = f"/casework/matches/{a_confirmed_match(place, pair)}"
    correct(place, pair.record_id, without={Part.FATHER})
    analyst, person = enter(Role.ANALYST)
    with_a_reason(place, Actor(person.account_id, frozenset({Role.ANALYST})), pair.inquiry_id)
    analyst.open("/casework/").follow(match).reads("The record then and now", "changed").press("/renew", 422)
    approver, _person = enter(Role.APPROVER)
    approver.open("/casework/").follow(match).press("/reverse", 422)
    approver.fill(why="the name of the father was wrong").press("/reverse")
    analyst.open(match).press("/sign").reads("Reversed by two people")


def test_a_sensitive_page_asks_once_more(enter: Enter, clock: SetClock) -> None:
    liaison, person = enter(Role.LIAISON)
    clock.advance(minutes=6)
    liaison.open("/account/password").is_at("/account/prove").fill(**{"proof-code": "000000"}).press("", 422)
    liaison.fill(**{"proof-code": code_at(person.totp_secret, clock.moment)}).press("")
    liaison.is_at("/account/password")


@pytest.mark.promise("P11")
def test_two_photographs_that_look_alike_are_opened_and_answered(
    enter: Enter, place: Workplace, vault: Vault, tmp_path: Path
) -> None:
    available(place, vault, tmp_path)
    assert likeness.compare(place, vault).found > 0
    analyst, _person = enter(Role.ANALYST)
    say = analyst.world.say
    analyst.open("/casework/likenesses/").follow_name(say("Look at this pair"))
    pair = analyst.path
    analyst.press("/open")
    assert analyst.page.locator("figure.picture img").count() == 1
    analyst.open(pair)
    assert analyst.page.locator("figure.picture img").count() == 0
    analyst.press(pair, 422)
    analyst.tick(verdict="same").fill(reason="invented reason").press(pair)
    analyst.open(pair)
    assert say("Somebody has answered this already.") in analyst.text
    analyst.follow_within("/casework/records/").reads("What the papers say")
    custodian, _person = enter(Role.CUSTODIAN)
    custodian.open(pair, 403)
