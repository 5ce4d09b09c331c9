"""The pages of a way back in a real browser: on a narrow screen, without scripts, and for weak eyes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from portal.accounts.recovery.vocab import Lost
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.conftest import SetClock
from tests.support.chromium import Visitor, World, chromium, served
from tests.support.factories.accounts import Person, a_staff_account, code_at
from tests.support.factories.inquiries import a_signed_up_relative
from tests.support.factories.recovery import NEW_PASSWORD, NOTES, a_desk, signed

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.promise("P21")
@pytest.mark.parametrize("javascript", [False, True], ids=["no-scripts", "scripts"])
def test_a_way_back_on_a_small_screen(
    app: Flask, place: Workplace, clock: SetClock, browser: Browser, javascript: bool
) -> None:
    relative = a_signed_up_relative(place)
    page = f"/casework/cases/{relative.inquiry_id}/recovery"
    people = [a_staff_account(place, role) for role in (Role.INTAKE, Role.VERIFIER)]
    with served(app) as origin:
        world = World(browser, app, origin, "en", javascript)
        intake, verifier, bearer = (Visitor(world, who) for who in ("intake", "verifier", "relative"))
        bearer.open("/account/sign-in").follow("/account/lost").reads("Lost your password or phone?")

        _sign_in(clock, intake, people[0])
        intake.open(f"/casework/inquiries/{relative.inquiry_id}").follow("/recovery").press("/conversation")
        intake.sees("jasmine").tick(lost="both", marks=["code_word"]).fill(notes=NOTES).press(
            "/recovery", 422
        )
        intake.sees(NOTES).tick(marks=["arrest", "filed"]).press("/recovery").is_at(page)
        intake.reads("Waits for a second person")

        _sign_in(clock, verifier, people[1])
        verifier.follow("/recovery").sees(NOTES).press("/sign").reads(
            "Signed; the relative can still stop it"
        )

        clock.advance(hours=72)
        _sign_in(clock, intake, people[0])
        intake.follow("/recovery").press("/hand").reads("Hand this link over")
        link = re.search(r"/account/way-back/[\w-]+", intake.text)
        assert link

        bearer.open(link.group()).fill(password=NEW_PASSWORD, again="something else").press("/password", 422)
        bearer.fill(password=NEW_PASSWORD, again=NEW_PASSWORD).press("/password")
        secret = re.search(r"secret=([A-Z2-7]+)", bearer.page.content())
        assert secret
        bearer.fill(code="12").press("/phone", 422)
        bearer.fill(code=code_at(secret.group(1), clock.moment)).press("/phone")
        bearer.reads("You can sign in again").open(link.group(), 404)
        old = relative.person
        _sign_in(clock, bearer, Person(old.account_id, old.login, NEW_PASSWORD, secret.group(1)))
        bearer.is_at("/family/")


def test_the_notice_and_the_stop_on_a_small_screen(
    app: Flask, place: Workplace, clock: SetClock, browser: Browser
) -> None:
    desk = a_desk(place)
    signed(place, desk, Lost.PHONE)
    with served(app) as origin:
        own = Visitor(World(browser, app, origin, "en", True), "relative")
        _sign_in(clock, own, desk.relative.person)
        own.reads("They say that the phone is lost, and wish to pair another one.")
        own.open("/account/").press("/stop").is_at("/account/recovery/stopped")
        own.reads("It is stopped. Your password and your phone stay as they are.")
        assert not own.open("/family/").offers("/stop")


def _sign_in(clock: SetClock, visitor: Visitor, person: Person) -> None:
    clock.advance(seconds=31)  # a code is good once
    visitor.open("/account/sign-in").fill(login=person.login, password=person.password)
    visitor.press("/account/sign-in").fill(code=code_at(person.totp_secret, clock.moment)).press("")
