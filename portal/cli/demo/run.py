"""`portal demo`: the whole portal with invented people, every stage of the story populated."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pyotp

from portal import config
from portal.audit.service import remember_refusal
from portal.cli.demo import archive_tale, case_tale
from portal.cli.demo.cast import Cast, shown
from portal.cli.demo.folder import ACCOUNTS, own_folder
from portal.cli.demo.mailbox import open_mailbox
from portal.cli.demo.story_time import StoryTime
from portal.cli.installation import Installation, open_installation, open_vault
from portal.cli.output import fail
from portal.config import Settings
from portal.kernel.work import Workplace

HOST = "127.0.0.1"
# A demo never touches another installation's database, keys or mail, whatever stands in the environment.
KEPT = frozenset({"PORTAL_DATA", "PORTAL_PG_ACCOUNT", "PORTAL_PG_BIN"})


@click.command()
@click.option("--port", envvar="PORT", default=8000, show_default=True, help=f"Port on {HOST}.")
def demo(port: int) -> None:
    """Run everything with invented data: database, worker, mail, all audiences."""
    _require_free(port)
    environ = apart(os.environ)
    with own_folder(Path(environ.get("PORTAL_DATA") or config.default_data(demo=True)).absolute()):
        settings = config.load(environ)  # from here on there are keys
        with open_installation(settings) as installation, open_box(settings) as mail_port:
            _print(_accounts(settings, installation), settings, port)
            _serve({**environ, **_environment(settings, mail_port)}, port)


def apart(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of a demo: nothing of another installation on this machine."""
    kept = {name: value for name, value in environ.items() if not name.startswith("PORTAL_") or name in KEPT}
    return {**kept, "PORTAL_DEMO": "1"}


@contextmanager
def open_box(settings: Settings) -> Iterator[int]:
    """The demo's own SMTP server, and the port it listens on."""
    controller = open_mailbox(settings.data / "mail")
    try:
        yield int(controller.port)
    finally:
        controller.stop()


def populate(settings: Settings, installation: Installation, size: archive_tale.Size) -> Cast:
    """Tell the whole story through the services, each act by the person it belongs to."""
    cast = Cast(Workplace(installation.place.engine, StoryTime(), remember_refusal))
    _say("Two administrators invite their colleagues")
    cast.invite_staff()
    with open_vault(settings) as vault, tempfile.TemporaryDirectory() as folder:
        _say("An archive comes in, is accepted by a second person, and is read")
        found = archive_tale.tell(cast, vault, Path(folder), size)
        case_tale.tell(cast, vault, found, _say)
    return cast


def _accounts(settings: Settings, installation: Installation) -> list[dict[str, Any]]:
    listed = settings.data / ACCOUNTS
    if not listed.exists():
        _say("The story is told for the first time; this takes less than a minute on most machines")
        cast = populate(settings, installation, archive_tale.SHOWN)
        descriptor = os.open(listed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(shown(cast.members), file, ensure_ascii=False, indent=1)
    accounts: list[dict[str, Any]] = json.loads(listed.read_text(encoding="utf-8"))
    return accounts


def _serve(environ: Mapping[str, str], port: int) -> None:
    portal = [sys.executable, "-m", "portal.cli.main"]
    worker = subprocess.Popen([*portal, "worker"], env=environ)  # noqa: S603 - our own command
    web = subprocess.Popen([*portal, "serve", "--port", str(port)], env=environ)  # noqa: S603 - our own command
    try:
        if web.wait():
            raise fail("The web server ended by itself; what it said stands above.")
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
        "PORTAL_SMTP_HOST": HOST,
        "PORTAL_SMTP_PORT": str(mail_port),
    }


def _require_free(port: int) -> None:
    try:
        with socket.create_server((HOST, port)):
            pass
    except OSError as error:
        raise fail(f"Port {port} is in use. Choose another one, for example: make demo PORT=8001") from error


def _print(accounts: list[dict[str, Any]], settings: Settings, port: int) -> None:
    for account in accounts:
        code = pyotp.TOTP(account["totp_secret"]).now()
        click.echo(
            f"{account['role']:16} {account['name']:24} {account['login']:36} {account['password']:36} "
            f"{account['totp_secret']}  {code}  {account['stage']}"
        )
    click.echo(
        "Role, name, login, password, secret for an authenticator app, its code now, stage of the file."
    )
    click.echo(f"Accounts: {settings.data / ACCOUNTS}   Mail: {settings.data / 'mail'}")
    click.echo(f"The portal opens at http://{HOST}:{port}/ (all people are invented)")


def _say(step: str) -> None:
    click.echo(f"· {step}", err=True)
