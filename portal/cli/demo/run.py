"""`portal demo`: the whole portal with invented people, every stage of the story populated."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from portal import config
from portal.cli.demo import archive_tale, case_tale
from portal.cli.demo.cast import Cast, shown
from portal.cli.demo.mailbox import open_mailbox
from portal.cli.installation import Installation, open_installation, open_vault
from portal.config import Settings


@click.command()
@click.option("--port", envvar="PORT", default=8000, show_default=True, help="Port on 127.0.0.1.")
def demo(port: int) -> None:
    """Run everything with invented data: database, worker, mail, all audiences."""
    settings = config.load({**os.environ, "PORTAL_DEMO": "1"})
    with open_installation(settings) as installation, open_box(settings) as mail_port:
        accounts = _accounts(settings, installation)
        _print(accounts, settings, port)
        environment = {**os.environ, **_environment(settings, mail_port)}
        _serve(environment, port)


@contextmanager
def open_box(settings: Settings) -> Iterator[int]:
    """The demo's own SMTP server, and the port it listens on."""
    controller = open_mailbox(settings.data / "mail")
    try:
        yield int(controller.port)
    finally:
        controller.stop()


def _accounts(settings: Settings, installation: Installation) -> list[dict[str, Any]]:
    listed = settings.data / "accounts.json"
    if not listed.exists():
        cast = populate(settings, installation)
        descriptor = os.open(listed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(shown(cast.members), file, ensure_ascii=False, indent=1)
    accounts: list[dict[str, Any]] = json.loads(listed.read_text(encoding="utf-8"))
    return accounts


def populate(settings: Settings, installation: Installation) -> Cast:
    """Tell the whole story through the services, each act by the person it belongs to."""
    cast = Cast(installation.place)
    _say("Two administrators invite their colleagues")
    cast.invite_staff()
    with open_vault(settings) as vault, tempfile.TemporaryDirectory() as folder:
        _say("An archive comes in and is read")
        found = archive_tale.tell(cast, vault, Path(folder))
        case_tale.tell(cast, vault, found, _say)
    return cast


def _serve(environment: Mapping[str, str], port: int) -> None:
    portal = [sys.executable, "-m", "portal.cli.main"]
    worker = subprocess.Popen([*portal, "worker"], env=environment)  # noqa: S603 - our own command
    web = subprocess.Popen([*portal, "serve", "--port", str(port)], env=environment)  # noqa: S603 - our own command
    try:
        web.wait()
    except KeyboardInterrupt:
        _say("Closing")
    finally:
        for child in (web, worker):
            child.terminate()
        for child in (web, worker):
            child.wait(timeout=30)


def _environment(settings: Settings, mail_port: int) -> dict[str, str]:
    return {
        "PORTAL_DATA": str(settings.data),
        "PORTAL_DEMO": "1",
        "PORTAL_SMTP_HOST": "127.0.0.1",
        "PORTAL_SMTP_PORT": str(mail_port),
    }


def _print(accounts: list[dict[str, Any]], settings: Settings, port: int) -> None:
    for account in accounts:
        click.echo(
            f"{account['role']:16} {account['name']:28} {account['login']:38} {account['password']:36} "
            f"{account['totp_secret']}  {account['stage']}"
        )
    click.echo(f"Accounts: {settings.data / 'accounts.json'}   Mail: {settings.data / 'mail'}")
    click.echo(f"The portal opens at http://127.0.0.1:{port}/ (all people are invented)")


def _say(step: str) -> None:
    click.echo(f"· {step}", err=True)
