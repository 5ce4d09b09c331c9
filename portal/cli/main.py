"""The `portal` command."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import click
import structlog

from portal.cli import accounts, archive, audit, bench, database, doctor, keys, serve, vault, worker
from portal.cli.demo import run
from portal.kernel.cluster import ClusterUnusable
from portal.kernel.errors import PortalError


class Portal(click.Group):
    """A group whose commands end a refused act with one clear line instead of a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a domain error becomes its own words and status 1."""
        signal.signal(signal.SIGTERM, _leave)
        _log_beside_the_answer()
        try:
            return super().invoke(ctx)
        except PortalError as error:
            raise click.ClickException(f"{type(error).__name__}: {error}") from error
        except ClusterUnusable as error:
            raise click.ClickException(str(error)) from error


def _log_beside_the_answer() -> None:
    """What is printed is the command's answer; what is logged goes beside it, one JSON object on each line."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _leave(number: int, frame: FrameType | None) -> None:
    """Being asked to stop is an ordinary end: what was opened is closed, the private database included."""
    raise SystemExit(0)


@click.group(cls=Portal, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="portal")
def main() -> None:
    """Amana: hold an archive, find a person, tell a family, remember a name."""


main.add_command(accounts.group, "accounts")
main.add_command(archive.group, "archive")
main.add_command(audit.group, "audit")
main.add_command(bench.group, "bench")
main.add_command(database.group, "db")
main.add_command(run.demo, "demo")
main.add_command(doctor.doctor, "doctor")
main.add_command(keys.group, "keys")
main.add_command(serve.serve, "serve")
main.add_command(vault.group, "vault")
main.add_command(worker.worker, "worker")

if __name__ == "__main__":
    main()
