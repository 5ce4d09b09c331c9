"""Passkeys as people meet them: by forms that need no browser at all, and in a real one with a device of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from portal.app import create_app
from portal.config import Settings
from portal.kernel.actor import Actor
from portal.kernel.ids import new_file_number
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault.service import Vault
from tests.conftest import SetClock
from tests.functional.test_sign_in import Visitor as Client
from tests.functional.test_sign_in import without_tokens
from tests.support.authenticator import Authenticator
from tests.support.chromium import Visitor, World, chromium, served
from tests.support.factories.accounts import (
    PASSWORD,
    Person,
    a_relative_account,
    a_staff_account,
    code_at,
)
from tests.support.factories.passkeys import an_added_passkey

STATIC = Path(__file__).parents[2] / "static"


@pytest.fixture
def relative(place: Workplace, clock: SetClock) -> Person:
    person = a_relative_account(place)
    clock.advance(minutes=5)
    return person


@pytest.fixture
def owner(relative: Person) -> Actor:
    return Actor(relative.account_id, frozenset({Role.RELATIVE}))


@pytest.fixture
def client(app: Flask, relative: Person, clock: SetClock) -> Client:
    """The relative's browser, signed in with the digits."""
    visitor = Client(app)
    visitor.sign_in(relative, code_at(relative.totp_secret, clock.moment))
    clock.advance(minutes=1)
    return visitor


def _asked(page: str) -> str:
    found = re.search(r'data-passkey="([^"]+)"', page)
    assert found
    return unescape(found.group(1))


# By forms


def test_a_passkey_is_added_and_signs_in(client: Client, relative: Person) -> None:
    device = Authenticator()
    client.visit("/account/passkeys")
    client.send("/account/passkeys", name="My own phone", passkey=device.create(_asked(client.page)))
    client.visit("/account/passkeys")
    assert "My own phone" in client.page
    client.send("/account/sign-out")
    client.first_step(relative.login)
    answer = client.send("/account/second-step", passkey=device.get(_asked(client.page)))
    assert answer.headers["Location"] == "/family/"
    client.visit("/account/sessions")


def test_the_name_that_was_typed_is_kept(client: Client) -> None:
    client.visit("/account/passkeys")
    client.send("/account/passkeys", 422, name="My own phone", passkey="")
    assert 'value="My own phone"' in client.page
    assert "No passkey was made" in client.page
    client.send("/account/passkeys", 422, name=" ", passkey="{}")
    client.send("/account/passkeys", 422, name="x" * 61, passkey="{}")


def test_a_cookie_from_before_brings_no_challenge_back(client: Client) -> None:
    device = Authenticator()
    client.visit("/account/passkeys")
    before = client.client.get_cookie("portal")
    assert before
    said = device.create(_asked(client.page))
    client.send("/account/passkeys", name="one", passkey=said)
    client.client.set_cookie("portal", before.value)
    client.send("/account/passkeys", 422, name="two", passkey=said)


def test_adding_one_asks_for_a_factor_shown_just_now(
    client: Client, relative: Person, clock: SetClock
) -> None:
    clock.advance(minutes=5)
    device = Authenticator()
    client.visit("/account/passkeys")
    made = device.create(_asked(client.page))
    client.send("/account/passkeys", 403, name="My own phone", passkey=made)
    assert "Once more: is it you?" in client.page
    proof = {"proof-code": code_at(relative.totp_secret, clock.moment)}
    client.send("/account/passkeys", name="My own phone", passkey=made, **proof)
    client.visit("/account/passkeys")
    assert "My own phone" in client.page


def test_removing_one_needs_another_factor(client: Client, relative: Person, clock: SetClock) -> None:
    first, second = Authenticator(), Authenticator()
    for device, name in ((first, "My own phone"), (second, "My key")):
        client.visit("/account/passkeys")
        client.send("/account/passkeys", name=name, passkey=device.create(_asked(client.page)))
    client.visit("/account/passkeys")
    one, other = re.findall(r'href="(/account/passkeys/[0-9a-f-]+/remove)"', client.page)
    client.visit(one)
    client.send(one, 422, passkey=first.get(_asked(client.page)))
    client.send(one, 422, code="000000")
    client.send(one, 422, code="12")
    client.send(one, passkey=second.get(_asked(client.page)))
    client.visit("/account/passkeys")
    assert "My own phone" not in client.page
    client.visit(one, 404)
    client.visit(other)
    client.send(other, code=code_at(relative.totp_secret, clock.moment))
    client.visit("/account/passkeys")
    assert "You have none yet." in client.page


@pytest.mark.asvs("6.3.8")
@pytest.mark.promise("P3")
def test_no_page_tells_who_has_a_passkey(
    app: Flask, place: Workplace, relative: Person, owner: Actor
) -> None:
    device = Authenticator()
    an_added_passkey(place, owner, device)
    pages = []
    for login, password, said in (
        (relative.login, PASSWORD, "{}"),
        (relative.login, PASSWORD + "x", None),
        (a_relative_account(place).login, PASSWORD, None),
        (new_file_number(), PASSWORD, None),
    ):
        visitor = Client(app)
        visitor.first_step(login, password)
        asked = without_tokens(visitor.page)
        visitor.send("/account/second-step", 422, passkey=said or device.get(_asked(visitor.page)))
        pages.append((asked, without_tokens(visitor.page)))
    digits = Client(app)
    digits.first_step(new_file_number())
    asked = without_tokens(digits.page)
    digits.send("/account/second-step", 422, code="000000")
    pages.append((asked, without_tokens(digits.page)))
    assert len(set(pages)) == 1


@pytest.mark.parametrize("host", ["127.0.0.1:5000", "[::1]:5000"])
def test_at_a_number_nobody_is_asked_for_a_passkey(app: Flask, relative: Person, host: str) -> None:
    client = app.test_client()
    page = client.get("/account/sign-in", base_url=f"http://{host}").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    data = {"csrf_token": token.group(1), "login": relative.login, "password": PASSWORD}
    client.post("/account/sign-in", data=data, base_url=f"http://{host}")
    page = client.get("/account/second-step", base_url=f"http://{host}").text
    assert 'name="code"' in page
    assert "passkey" not in page


def test_a_host_that_is_not_ours_asks_nothing(settings: Settings, place: Workplace, vault: Vault) -> None:
    ours = create_app(replace(settings, hosts=("portal.example",)), place, vault)
    client = ours.test_client()
    assert client.get("/account/sign-in", base_url="https://portal.example").status_code == 200
    assert client.get("/account/second-step", base_url="https://evil.example").status_code == 400


@pytest.mark.asvs("3.2.2")
def test_only_pages_that_ask_for_a_passkey_load_the_one_script(client: Client, app: Flask) -> None:
    assert {path.name for path in STATIC.rglob("*.js")} == {"leave.js", "passkeys.js"}
    client.visit("/account/passkeys")
    assert re.findall(r"<script[^>]*>", client.page) == ['<script src="/static/passkeys.js" defer>']
    for page in ("/account/", "/account/sessions", "/account/password", "/family/"):
        client.visit(page)
        assert "passkeys.js" not in client.page


# In a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def _with_a_device(visitor: Visitor) -> None:
    """Give the browser a device of its own, whose owner always says yes."""
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _first_step(visitor: Visitor, person: Person) -> Visitor:
    visitor.open("/account/sign-in").fill(login=person.login, password=person.password)
    return visitor.press("/account/sign-in")


@pytest.mark.browser
@pytest.mark.promise("P21")
@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_passkey_in_a_browser(
    app: Flask, clock: SetClock, browser: Browser, relative: Person, language: str
) -> None:
    with served(app) as origin:
        world = World(browser, app, origin.replace("127.0.0.1", "localhost"), language, javascript=True)
        visitor = Visitor(world, "relative")
        _with_a_device(visitor)
        _first_step(visitor, relative).fill(code=code_at(relative.totp_secret, clock.moment)).press("")
        visitor.open("/account/").follow("/account/passkeys").reads("You have none yet.")
        visitor.press_passkey(422).reads("Please answer this.")
        visitor.fill(name="My own phone").press_passkey().is_at("/account/passkeys").sees("My own phone")
        visitor.leave_by("/account/sign-out")
        _first_step(visitor, relative).press_passkey().is_at("/family/")
        visitor.leave_by("/account/sign-out")
        _first_step(visitor, relative).press_passkey().is_at("/family/")
        clock.advance(minutes=1)
        visitor.open("/account/passkeys").follow_within("/remove").press_passkey(422)
        visitor.fill(code=code_at(relative.totp_secret, clock.moment)).press("")
        visitor.reads("You have none yet.")
        visitor.leave_by("/account/sign-out")
        _first_step(visitor, relative).press_passkey(422).reads(
            "If it does not fit again, go back and type your file number and your password once more."
        )


@pytest.mark.browser
def test_who_gives_no_passkey_goes_on_with_the_digits(
    app: Flask, clock: SetClock, browser: Browser, relative: Person
) -> None:
    with served(app) as origin:
        world = World(browser, app, origin.replace("127.0.0.1", "localhost"), "en", javascript=True)
        visitor = Visitor(world, "relative")
        _with_a_device(visitor)  # which holds nothing
        _first_step(visitor, relative)
        visitor.page.locator("main button[data-passkey]").click()
        visitor.page.get_by_text("The browser gave no passkey.").wait_for()
        visitor.look()
        visitor.fill(code=code_at(relative.totp_secret, clock.moment)).press("").is_at("/family/")


@pytest.mark.browser
def test_without_scripts_there_is_no_button_and_the_digits_do(
    app: Flask, clock: SetClock, browser: Browser, relative: Person
) -> None:
    with served(app) as origin:
        world = World(browser, app, origin.replace("127.0.0.1", "localhost"), "en", javascript=False)
        visitor = Visitor(world, "relative")
        _first_step(visitor, relative)
        assert not visitor.page.locator("button[data-passkey]").is_visible()
        visitor.fill(code=code_at(relative.totp_secret, clock.moment)).press("").is_at("/family/")
        visitor.open("/account/passkeys").reads(
            "This browser makes no passkeys, or runs no scripts. The six digits go on working."
        )
        assert not visitor.page.locator("button[data-passkey]").is_visible()


# Where passkeys are asked for


@pytest.fixture
def strict(settings: Settings, place: Workplace, vault: Vault) -> Flask:
    """A portal on which whoever decides needs a passkey."""
    made = create_app(replace(settings, demo=True, passkeys_required=True), place, vault)
    made.testing = True
    return made


@pytest.mark.asvs("6.3.3")
def test_who_administers_is_led_to_make_a_passkey_first(
    strict: Flask, place: Workplace, clock: SetClock
) -> None:
    person = a_staff_account(place, Role.ADMINISTRATOR)
    clock.advance(minutes=5)
    visitor = Client(strict)
    answer = visitor.sign_in(person, code_at(person.totp_secret, clock.moment))
    assert answer.headers["Location"] == "/account/passkeys"
    for page in ("/admin/", "/admin/invitations/new", "/admin/fallbacks"):
        assert visitor.visit(page, 303).headers["Location"] == "/account/passkeys"
    visitor.visit("/account/passkeys")
    assert "Your work needs a passkey." in visitor.page
    device = Authenticator()
    visitor.send("/account/passkeys", name="My key", passkey=device.create(_asked(visitor.page)))
    visitor.visit("/admin/", 303)
    visitor.visit("/account/passkeys")
    assert "Show your passkey" in visitor.page
    assert "Add a passkey" not in visitor.page
    visitor.visit("/account/prove")
    answer = visitor.send("/account/prove", **_shown(visitor, device))
    assert answer.headers["Location"] == "/admin/"
    visitor.visit("/admin/")
    visitor.visit("/account/passkeys")
    assert "Show your passkey" not in visitor.page


@pytest.mark.asvs("7.5.3")
def test_a_passkey_does_before_a_sensitive_act_what_the_digits_do(
    client: Client, owner: Actor, place: Workplace, clock: SetClock
) -> None:
    device = Authenticator()
    an_added_passkey(place, owner, device)
    clock.advance(minutes=6)
    client.visit("/account/password", 303)
    client.visit("/account/prove")
    wrong = device.get(_asked(client.page), challenge="YW5vdGhlcg")
    client.send("/account/prove", 422, **{"proof-code": "", "proof-passkey": wrong})
    answer = client.send("/account/prove", **_shown(client, device))
    assert answer.headers["Location"] == "/account/password"
    client.visit("/account/password")


def _shown(visitor: Client, device: Authenticator) -> dict[str, str]:
    return {"proof-code": "", "proof-passkey": device.get(_asked(visitor.page))}


def test_two_administrators_grant_a_fallback_through_the_pages(
    strict: Flask, place: Workplace, clock: SetClock
) -> None:
    colleague = a_staff_account(place, Role.VERIFIER, display_name="Salma Test")
    desks = []
    for address in ("203.0.113.1", "203.0.113.2"):
        person = a_staff_account(place, Role.ADMINISTRATOR)
        device = Authenticator()
        own = Actor(person.account_id, frozenset({Role.ADMINISTRATOR}))
        an_added_passkey(place, own, device)
        clock.advance(minutes=1)
        desk = Client(strict, address)
        desk.sign_in(person, code_at(person.totp_secret, clock.moment))
        desk.visit("/account/prove")
        desk.send("/account/prove", **_shown(desk, device))
        desks.append(desk)
    first, second = desks
    first.visit("/admin/fallbacks")
    first.send("/admin/fallbacks", 422, account=str(colleague.account_id), days="8")
    assert 'value="8"' in first.page
    first.send("/admin/fallbacks", account=str(colleague.account_id), days="3")
    first.visit("/admin/fallbacks")
    assert "Another administrator signs." in first.page
    first.send("/admin/fallbacks", 422, account=str(colleague.account_id), days="3")
    second.visit("/admin/fallbacks")
    sign = re.search(r'action="(/admin/fallbacks/[^"]+/sign)"', second.page)
    assert sign
    first.send(sign.group(1), 403, version="1")
    second.visit("/admin/fallbacks")
    second.send(sign.group(1), version="1")
    clock.advance(minutes=1)
    visitor = Client(strict, "203.0.113.3")
    answer = visitor.sign_in(colleague, code_at(colleague.totp_secret, clock.moment))
    assert answer.headers["Location"] == "/casework/"
    clock.advance(days=3, minutes=1)
    answer = visitor.sign_in(colleague, code_at(colleague.totp_secret, clock.moment))
    assert answer.headers["Location"] == "/account/passkeys"


@pytest.mark.browser
@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_of_fallbacks_on_a_small_screen(
    strict: Flask, place: Workplace, clock: SetClock, browser: Browser, language: str
) -> None:
    colleague = a_staff_account(place, Role.VERIFIER, display_name="Salma Test")
    person = a_staff_account(place, Role.ADMINISTRATOR)
    clock.advance(minutes=1)
    with served(strict) as origin:
        world = World(browser, strict, origin.replace("127.0.0.1", "localhost"), language, javascript=True)
        visitor = Visitor(world, "administrator")
        _with_a_device(visitor)
        _first_step(visitor, person).fill(code=code_at(person.totp_secret, clock.moment)).press("")
        visitor.is_at("/account/passkeys").fill(name="My key").press_passkey()
        visitor.follow("/account/prove").press_passkey()
        visitor.is_at("/admin/").follow("/admin/fallbacks").fill(days="9").press("", 422)
        visitor.choose(account=str(colleague.account_id)).fill(days="2").press("").sees("Salma Test")
