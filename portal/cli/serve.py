"""`portal serve`: the web process."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from portal import config
from portal.app import create_app
from portal.audit.service import remember_refusal
from portal.cli.installation import open_installation
from portal.config import Settings
from portal.kernel.clock import system_clock
from portal.kernel.db import make_engine
from portal.kernel.work import Workplace


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn, told what to do by us; each of its processes makes its own connections."""

    def __init__(self, settings: Settings, database_url: str, options: dict[str, Any]) -> None:
        self._settings = settings
        self._database_url = database_url
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the app inside the process that will serve it."""
        engine = make_engine(self._database_url, pool_size=self._options["threads"])
        return create_app(self._settings, Workplace(engine, system_clock, remember_refusal))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, help="Processes.")
@click.option("--threads", default=8, show_default=True, help="Threads of each process.")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the audiences of PORTAL_AUDIENCES (all by default)."""
    settings = config.load()
    settings.required_keys()
    with open_installation(settings) as installation:
        run(settings, installation.addresses.application, f"{host}:{port}", workers, threads)


def run(settings: Settings, database_url: str, bind: str, workers: int = 1, threads: int = 8) -> None:
    """Serve until told to stop."""
    options = {
        "accesslog": None,
        "bind": bind,
        "graceful_timeout": 10,
        "loglevel": "warning",
        "threads": threads,
        "worker_class": "gthread",
        "workers": workers,
    }
    Server(settings, database_url, options).run()
