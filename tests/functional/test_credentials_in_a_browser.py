"""The pages of recovery codes and notices in a real browser: on a narrow screen, without scripts, for weak eyes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from portal.kernel.work import Workplace
from tests.conftest import SetClock
from tests.support.chromium import Visitor, World, chromium, served
from tests.support.factories.accounts import Person, a_relative_account, code_at

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.promise("P21")
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("javascript", [False, True], ids=["no-scripts", "scripts"])
def test_codes_are_made_used_and_told_of_on_a_small_screen(
    app: Flask, place: Workplace, clock: SetClock, browser: Browser, language: str, javascript: bool
) -> None:
    relative = a_relative_account(place)
    clock.advance(minutes=1)
    with served(app) as origin:
        world = World(browser, app, origin, language, javascript)
        own, lost = Visitor(world, "owner"), Visitor(world, "without-phone")
        _first_step(own, relative).fill(code=code_at(relative.totp_secret, clock.moment)).press("")
        own.open("/account/").follow("/account/recovery-codes").reads("You have none so far.")
        own.press("/recovery-codes", 200).reads("Codes on paper")
        sheet = re.findall(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b", own.text)
        assert len(set(sheet)) == 10
        own.follow("/account/").follow("/account/recovery-codes").sees_nothing_of(*sheet)

        _first_step(lost, relative).follow("/account/second-step?paper=")
        lost.fill(code="half a code").press("", 422).sees("half a code")
        lost.fill(code=sheet[0]).press("").open("/account/").follow("/account/notices")
        lost.reads("Somebody signed in with a code from your paper.").press("/seen").is_at("/account/")
        own.close()
        lost.close()


def _first_step(visitor: Visitor, person: Person) -> Visitor:
    return visitor.open("/account/sign-in").fill(login=person.login, password=person.password).press("")
