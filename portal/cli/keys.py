"""`portal keys`: make the secrets of an installation, once."""

from __future__ import annotations

import click

from portal import config
from portal.cli.output import as_json, say
from portal.config import Settings
from portal.vault.keys import FileKeys
from portal.vault.transit import TransitKeys


@click.group()
def group() -> None:
    """The secrets of this installation."""


@group.command()
@as_json
def new(as_json: bool) -> None:
    """Write fresh secrets; existing ones are never replaced."""
    settings = config.load()
    folder = config.make_keys(settings.data)
    place = _vault_key(settings)
    say(
        {"folder": folder, "vault_key": place},
        f"Secrets are in {folder}, the vault's key is {place}. Keep copies apart from the"
        " database: without them nothing can be read.",
        as_json,
    )


def _vault_key(settings: Settings) -> str:
    server = settings.key_server
    if server is not None:
        TransitKeys(server.url, server.token_file, server.ca_file).create()
        return server.url
    if not settings.vault_key_file.exists():
        FileKeys.create(settings.vault_key_file)
    return str(settings.vault_key_file)
