"""A real browser at a real server: every page that somebody opens is looked at as the house demands."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from flask_babel import gettext
from playwright.sync_api import Browser, Locator, Page, Response, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support import axe

ARGUMENTS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PHONE = {"width": 375, "height": 720}
DESK = {"width": 1280, "height": 900}
NEVER_MONEY = "We never ask for money, nor for a photograph of a document by chat."
NEUTRAL_TITLE = "Page"
LOCALES = {"ar": "ar-SY", "en": "en-GB"}
DIRECTIONS = {"ar": "rtl", "en": "ltr"}
_PATIENCE = 15_000
_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_TOKENS = re.compile(r'<input[^>]*name="csrf_token"[^>]*>')


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's own Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


class _Quiet(WSGIRequestHandler):
    """A server that writes no lines between the tests' own."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - named by werkzeug
        """Say nothing."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app behind a real socket on a free port of the loopback address; gives where it stands."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True, slots=True)
class World:
    """What all people of one test share: the browser, the server, the language, and how they look at pages.

    In a dark world the pages are dark, relatives sit at a desk, and the staff hold a telephone.
    """

    browser: Browser
    app: Flask
    origin: str
    language: str
    javascript: bool
    dark: bool = False

    def say(self, words: str, **variables: object) -> str:
        """Words of the house, as these people read them."""
        accept = {"Accept-Language": LOCALES[self.language]}
        with self.app.test_request_context("/", headers=accept):
            return str(gettext(words, **variables))


@dataclass(slots=True)
class Visitor:
    """One person at a browser of their own."""

    world: World
    who: str
    viewport: dict[str, int] = field(default_factory=lambda: PHONE)
    page: Page = field(init=False)
    complaints: list[str] = field(default_factory=list)
    _shots: int = 0

    def __post_init__(self) -> None:
        if self.world.dark:
            self.viewport = DESK if self.viewport is PHONE else PHONE
        self.page = self._browser_page()
        self.page.on("request", lambda asked: self._only_here(asked.url))
        self.page.on("console", lambda said: self._mind(f"{said.type}: {said.text}", said.type))
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))

    def _browser_page(self) -> Page:
        context = self.world.browser.new_context(
            base_url=self.world.origin,
            locale=LOCALES[self.world.language],
            java_script_enabled=self.world.javascript,
            viewport=self.viewport,  # type: ignore[arg-type]  # Playwright's own TypedDict
            color_scheme="dark" if self.world.dark else "light",
        )
        context.set_default_timeout(_PATIENCE)
        return context.new_page()

    def open(self, path: str, status: int = 200) -> Visitor:
        """Type an address."""
        return self._arrived(self.page.goto(path), status)

    def follow(self, href: str, status: int = 200) -> Visitor:
        """Press the first link that leads to an address with this ending."""
        return self._pressed(self.page.locator(f'a[href$="{href}"]').first, status)

    def follow_name(self, name: str, status: int = 200) -> Visitor:
        """Press the first link that carries this name or number."""
        return self._pressed(self.page.locator("main a", has_text=name).first, status)

    def follow_within(self, part: str, status: int = 200) -> Visitor:
        """Press the first link whose address holds this."""
        return self._pressed(self.page.locator(f'main a[href*="{part}"]').first, status)

    def leave_by(self, action: str) -> Visitor:
        """Press a button that stands outside of the page's own matter, such as the one to sign out."""
        button = self.page.locator(f'form[action$="{action}"] button')
        return self._pressed(button.first, 200)

    def is_at(self, path: str) -> Visitor:
        """This is where the person has come."""
        assert self.path == path, f"{self.who} is at {self.path}"
        return self

    def press(self, action: str, status: int = 200, go: str | None = None) -> Visitor:
        """Send the form that goes to an address with this ending; `go` names one of several buttons."""
        button = f'button[name="go"][value="{go}"]' if go else 'button[type="submit"]'
        return self._pressed(self.form(action).locator(button).first, status)

    def press_passkey(self, status: int = 200) -> Visitor:
        """Press the button that asks the browser for a passkey."""
        return self._pressed(self.page.locator("main button[data-passkey]"), status)

    def form(self, action: str) -> Locator:
        """The form that goes to an address with this ending; the only one of the page if it goes to the page itself."""
        return self.page.locator(f'main form[action$="{action}"]' if action else "main form").first

    def fill(self, **lines: str) -> Visitor:
        """Type into fields by their names."""
        for name, text in lines.items():
            self.page.locator(f'main [name="{name}"]:not([type="hidden"])').first.fill(text)
        return self

    def tick(self, **choices: str | list[str]) -> Visitor:
        """Choose among marks, and in lists, by name and value."""
        for name, values in choices.items():
            for value in [values] if isinstance(values, str) else values:
                self.page.locator(f'main input[name="{name}"][value="{value}"]').first.check()
        return self

    def untick(self, **choices: str) -> Visitor:
        """Take marks away again."""
        for name, value in choices.items():
            self.page.locator(f'main input[name="{name}"][value="{value}"]').uncheck()
        return self

    def choose(self, **choices: str) -> Visitor:
        """Choose from drop-down lists."""
        for name, value in choices.items():
            self.page.locator(f'main select[name="{name}"]').select_option(value)
        return self

    def reads(self, *words: str) -> Visitor:
        """These words of the house stand on the page."""
        for each in words:
            assert self.world.say(each) in self.text, f"{self.who} does not read: {each}\n{self.text}"
        return self

    def sees(self, *words: str) -> Visitor:
        """Exactly these letters stand on the page, or in one of its fields."""
        for each in words:
            assert each in self.text or each in self.page.content(), f"{self.who} does not see: {each}"
        return self

    def sees_nothing_of(self, *words: str) -> Visitor:
        """None of these letters stand anywhere in the page's source, apart from letters drawn by lot."""
        source = _IDS.sub("", _TOKENS.sub("", self.page.content()))
        for each in words:
            assert each not in source, f"{self.who} sees: {each}"
        return self

    def offers(self, action: str) -> bool:
        """True when the page has a form that goes there."""
        return self.page.locator(f'main form[action$="{action}"]').count() > 0

    def leads_to(self, href: str) -> bool:
        """True when the page has a link that leads there."""
        return self.page.locator(f'a[href$="{href}"]').count() > 0

    def close(self) -> None:
        """Close the browser; nothing of it is kept."""
        self.page.context.close()

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return self.page.locator("body").inner_text()

    @property
    def path(self) -> str:
        """Where the person is."""
        return urlsplit(self.page.url).path

    def look(self) -> None:
        """Everything that holds for every page of the house."""
        self._speaks_rightly()
        assert self.page.locator(".never-money").inner_text().strip() == self.world.say(NEVER_MONEY), (
            self.path
        )
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.path} has to be pushed sideways by {wide} pixels"
        if self.world.javascript:  # the examination is a script; the page's source is the same without
            assert axe.violations(self.page) == [], f"{self.who} at {self.path}"
        assert not self.complaints, f"{self.who} at {self.path}: {self.complaints}"
        self._keep_picture()

    def _speaks_rightly(self) -> None:
        root = self.page.locator("html")
        language = self.world.language
        assert (root.get_attribute("lang"), root.get_attribute("dir")) == (language, DIRECTIONS[language])
        public = self.path.split("/")[1] not in {"account", "admin", "casework", "family", "oversight"}
        assert public or self.page.title() == self.world.say(NEUTRAL_TITLE), (
            f"{self.path} has a telling title"
        )

    def _pressed(self, what: Locator, status: int) -> Visitor:
        with self.page.expect_navigation() as arriving:
            what.click()
        return self._arrived(arriving.value, status)

    def _arrived(self, response: Response | None, status: int) -> Visitor:
        assert response is not None
        assert response.status == status, f"{self.who} at {self.path}: {response.status}\n{self.text}"
        self.look()
        return self

    def _only_here(self, url: str) -> None:
        if not url.startswith(f"{self.world.origin}/"):
            self.complaints.append(f"elsewhere: {url}")

    def _mind(self, said: str, kind: str) -> None:
        # A page that answers 404 or 422 on purpose is reported by the browser as an error of its own.
        if kind in {"error", "warning"} and "the server responded with a status of 4" not in said:
            self.complaints.append(said)

    def _keep_picture(self) -> None:
        folder = os.environ.get("PORTAL_SHOTS")
        if not folder:
            return
        self._shots += 1
        scripts = "dark" if self.world.dark else "js" if self.world.javascript else "nojs"
        where = _IDS.sub("x", self.path).strip("/").replace("/", "-") or "home"
        for size in (PHONE, DESK):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]  # Playwright's own TypedDict
            name = f"{self.world.language}-{scripts}-{self.who}-{self._shots:02}-{where[:60]}-{size['width']}.png"
            self.page.screenshot(path=Path(folder) / name, full_page=True)
        self.page.set_viewport_size(self.viewport)  # type: ignore[arg-type]  # Playwright's own TypedDict
