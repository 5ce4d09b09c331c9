"""`portal keys`: make the secrets of an installation, once."""

from __future__ import annotations

import click

from portal import config
from portal.cli.output import as_json, say


@click.group()
def group() -> None:
    """The secrets of this installation."""


@group.command()
@as_json
def new(as_json: bool) -> None:
    """Write fresh secrets; existing ones are never replaced."""
    folder = config.make_keys(config.load().data)
    say(
        {"folder": folder},
        f"Secrets are in {folder}. Keep a copy apart from the database: without them nothing can be read.",
        as_json,
    )
