"""From an archive on a disk to a name on the memorial and back, through the pages, by a real browser."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from flask import Flask
from playwright.sync_api import Browser

from portal.cli.demo.mailbox import open_mailbox
from portal.cli.demo.sample_archive import SampleArchive, make_sample_archive
from portal.config import Settings
from portal.kernel.database import Addresses
from portal.kernel.work import Workplace
from tests.support import browser_story as before
from tests.support import browser_telling as after
from tests.support.browser_story import Shared, Story
from tests.support.chromium import World, chromium, served
from tests.support.desk import Clock

pytestmark = pytest.mark.browser

# In the dark everybody sits at the other kind of screen; such a telling takes its minutes when somebody asks for it.
TELLINGS = [
    pytest.param("ar", False, False, id="ar-no-scripts"),
    pytest.param("ar", True, False, id="ar-scripts"),
    pytest.param("en", False, False, id="en-no-scripts"),
    pytest.param("en", True, False, id="en-scripts"),
    pytest.param("ar", True, True, id="ar-dark", marks=pytest.mark.sweep),
    pytest.param("en", True, True, id="en-dark", marks=pytest.mark.sweep),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> SampleArchive:
    return make_sample_archive(tmp_path_factory.mktemp("archive") / "archive", people=10)


@pytest.fixture
def weeks_ago(clock: Clock) -> Clock:
    """The story begins some weeks ago, so that its waiting time has passed for the worker of today."""
    clock.moment = datetime.now(UTC).replace(hour=9, minute=0, second=0) - timedelta(weeks=3)
    return clock


@pytest.fixture
def terminal(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, addresses: Addresses, weeks_ago: Clock
) -> Iterator[None]:
    """Commands work on the same database and vault as the pages, at the same time of day."""
    keys = settings.required_keys()
    environ = {
        "PORTAL_DATA": str(settings.data),
        "PORTAL_DATABASE_OWNER_URL": addresses.owner,
        "PORTAL_DATABASE_URL": addresses.application,
        "PORTAL_DEMO": "1",  # messages leave at once, whatever day it is
        "PORTAL_FIELD_KEY": keys.fields.hex(),
        "PORTAL_SECRET_KEY": keys.cookie.hex(),
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("portal.cli.installation.system_clock", weeks_ago)
    stopping = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, stopping)  # a command takes it over
    structlog.reset_defaults()


@pytest.fixture
def worker(terminal: None, settings: Settings) -> Iterator[Callable[[], None]]:
    """The background process, doing what is due; its letters go to a mail server that really listens."""
    server = open_mailbox(settings.data / "mail")
    mail = {"PORTAL_SMTP_PORT": str(server.port), "PORTAL_SMTP_SENDER": "office@portal.example"}
    command = [sys.executable, "-m", "portal.cli.main", "worker", "--once"]

    def work() -> None:
        subprocess.run(command, env={**os.environ, **mail}, check=True, capture_output=True)

    yield work
    server.stop()


@pytest.fixture
def shared(
    place: Workplace, weeks_ago: Clock, archive: SampleArchive, settings: Settings, worker: Callable[[], None]
) -> Shared:
    """What the people of a story share."""
    return Shared(place, weeks_ago, archive, settings.data / "mail", worker)


@pytest.mark.parametrize(("language", "javascript", "dark"), TELLINGS)
@pytest.mark.promise("P1")
@pytest.mark.promise("P5")
@pytest.mark.promise("P21")
def test_the_whole_story(
    browser: Browser, app: Flask, shared: Shared, language: str, javascript: bool, dark: bool
) -> None:
    with served(app) as origin:
        story = Story(World(browser, app, origin, language, javascript, dark), shared)
        story.hire()
        before.bring_in_the_archive(story)
        before.read_the_papers(story)
        before.settle_the_record(story)
        before.ask_about_somebody(story)
        before.check_who_asks(story)
        after.find_the_person(story)
        after.prepare_and_seal(story)
        after.ask_to_get_in_touch(story)
        after.tell(story)
        after.go_on(story)
        after.let_the_name_stand(story)
        after.be_remembered(story)
        after.withdraw(story)
        after.look_back(story)
        story.close()
