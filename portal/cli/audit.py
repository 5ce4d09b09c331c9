"""`portal audit`: check the log."""

from __future__ import annotations

import click

from portal.audit import service
from portal.cli.installation import open_installation
from portal.cli.output import as_json, say
from portal.kernel.actor import OPERATOR
from portal.kernel.db import DbRole


@click.group()
def group() -> None:
    """The append-only log."""


@group.command()
@as_json
def verify(as_json: bool) -> None:
    """Recompute the whole log; name the first entry that does not hold."""
    with open_installation() as installation, installation.place.open(OPERATOR, DbRole.OVERSIGHT) as work:
        found = service.verify(work)
    text = f"{found.entries} entries hold; the newest is {found.head}."
    if not found.intact:
        text = f"Entry {found.first_broken} does not hold; {found.entries} before it do."
    say(
        {
            "intact": found.intact,
            "entries": found.entries,
            "head": found.head,
            "first_broken": found.first_broken,
        },
        text,
        as_json,
    )
    if not found.intact:
        raise SystemExit(1)
