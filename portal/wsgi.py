"""The server's doors: `portal.wsgi:app`, one app for the audiences of PORTAL_AUDIENCES."""

from __future__ import annotations

import atexit
from contextlib import ExitStack

from flask import Flask

from portal import config
from portal.app import create_app
from portal.cli.installation import open_installation, open_vault
from portal.kernel.finding.warm import make_ready

_open = ExitStack()
atexit.register(_open.close)


def make() -> Flask:
    """Open this installation for as long as the process lives."""
    settings = config.load()
    settings.required_keys()
    make_ready()
    installation = _open.enter_context(open_installation(settings))
    return create_app(settings, installation.place, _open.enter_context(open_vault(settings)))


app = make()
