"""`portal serve`: the web process."""

from __future__ import annotations

from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.util import import_app

from portal import config
from portal.cli import transport
from portal.cli.installation import open_installation
from portal.config import Tls


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn, told what to do by us; each of its processes opens the installation for itself."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        """Make the app inside the process that will serve it."""
        return import_app("portal.wsgi:app")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, help="Processes.")
@click.option("--threads", default=8, show_default=True, help="Threads of each process.")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the audiences of PORTAL_AUDIENCES (all by default)."""
    settings = config.load()
    settings.required_keys()
    transport.allow(host, settings.tls)
    options = {**listening(host, port, settings.tls), "threads": threads, "workers": workers}
    with open_installation(settings):  # the database is brought up once, before any process serves
        Server(options).run()


def listening(host: str, port: int, tls: Tls | None) -> dict[str, Any]:
    """How gunicorn listens: quietly, and under TLS where there is a certificate."""
    options: dict[str, Any] = {
        "accesslog": None,
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "graceful_timeout": 10,
        "loglevel": "warning",
        "worker_class": "gthread",
    }
    if tls is None:
        return options
    return {
        **options,
        "certfile": str(tls.certificate),
        "keyfile": str(tls.key),
        "ssl_context": lambda _conf, _default: transport.context(tls),
    }
