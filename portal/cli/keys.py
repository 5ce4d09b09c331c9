"""`portal keys`: make the secrets of an installation, once."""

from __future__ import annotations

import click

from portal import config
from portal.cli.output import as_json, say
from portal.vault.keys import FileKeys


@click.group()
def group() -> None:
    """The secrets of this installation."""


@group.command()
@as_json
def new(as_json: bool) -> None:
    """Write fresh secrets; existing ones are never replaced."""
    settings = config.load()
    folder = config.make_keys(settings.data)
    if not settings.vault_key_file.exists():
        FileKeys.create(settings.vault_key_file)
    say(
        {"folder": folder, "vault_key_file": settings.vault_key_file},
        f"Secrets are in {folder}, the vault's key is {settings.vault_key_file}. Keep copies apart from the"
        " database: without them nothing can be read.",
        as_json,
    )
