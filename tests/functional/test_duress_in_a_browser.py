"""The second password, the hold and the quick exit in a real browser: on a narrow screen, with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from portal.kernel.database import Addresses
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault.service import Vault
from tests.conftest import SetClock
from tests.support.chromium import Visitor, World, chromium, served
from tests.support.factories.accounts import PASSWORD, Person, a_staff_account, code_at
from tests.support.factories.disclosure import a_confirmed_match, an_approved_package
from tests.support.factories.duress import SECOND, follow_sign_ins
from tests.support.factories.inquiries import a_signed_up_relative

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def _sign_in(clock: SetClock, visitor: Visitor, person: Person) -> None:
    clock.advance(seconds=31)  # a code is good once
    visitor.open("/account/sign-in").fill(login=person.login, password=person.password)
    visitor.press("/account/sign-in").fill(code=code_at(person.totp_secret, clock.moment)).press("")


@pytest.mark.promise("P21")
def test_from_a_second_password_to_a_lifted_hold(
    app: Flask, place: Workplace, vault: Vault, addresses: Addresses, clock: SetClock, browser: Browser
) -> None:
    case = an_approved_package(place, vault, a_confirmed_match(place, vault, signs_in=True))
    assert case.person is not None
    page = f"/casework/holds/{case.inquiry_id}"
    with served(app) as origin:
        world = World(browser, app, origin, "en", True)
        own, liaison, approver = (Visitor(world, who) for who in ("relative", "liaison", "approver"))
        _sign_in(clock, own, case.person)
        own.follow("/account/").follow("/second-password")
        own.reads("A second password, for when somebody forces you")
        own.fill(current=PASSWORD, password=PASSWORD, again=PASSWORD).press("/second-password", 422)
        own.fill(current=PASSWORD, password=SECOND, again=SECOND).press("/second-password")
        own.open("/account/second-password").fill(current=PASSWORD)
        own.page.locator('button[formaction$="/look"]').click()
        own.reads("You have a second password.")
        own.leave_by("/account/sign-out")

        _sign_in(clock, own, case.person._replace(password=SECOND))
        own.is_at("/family/").reads("Received").follow("/inquiry/own").reads("We have your request.")
        own.sees_nothing_of("سامر").follow("/wishes").press("/wishes").is_at("/family/inquiry/own")
        follow_sign_ins(place, addresses)

        _sign_in(clock, liaison, case.liaison.person)
        liaison.reads("A relative may be under pressure: do not call or write").follow(page)
        liaison.press("/propose", 422).fill(reason="She came alone.").press("/propose")
        liaison.reads("An approver who did not propose it lifts it.")
        _sign_in(clock, approver, a_staff_account(place, Role.APPROVER))
        approver.follow(page).sees("She came alone.").press("/sign").is_at("/casework/")


@pytest.mark.promise("P21")
@pytest.mark.parametrize("javascript", [False, True], ids=["no-scripts", "scripts"])
def test_leaving_ends_the_session_and_with_scripts_the_way_back_leads_to_nothing(
    app: Flask, place: Workplace, clock: SetClock, browser: Browser, javascript: bool
) -> None:
    relative = a_signed_up_relative(place).person
    with served(app) as origin:
        own = Visitor(World(browser, app, origin, "en", javascript), "relative")
        _sign_in(clock, own, relative)
        own.is_at("/family/").follow("/inquiry/own")
        own.page.locator("form.leave button").click()
        own.page.wait_for_url("**/account/left")
        own.sees_nothing_of(relative.login, "سامر")
        own.page.go_back()
        own.page.wait_for_url("**/account/left" if javascript else "**/account/sign-in")
        own.sees_nothing_of(relative.login, "سامر")
        own.open("/family/").is_at("/account/sign-in")
