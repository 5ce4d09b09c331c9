"""`portal accounts`: the first administrators; everybody after them is invited by two of them."""

from __future__ import annotations

import click

from portal import config
from portal.accounts import service
from portal.accounts.vocab import NewStaff
from portal.cli.installation import open_installation
from portal.cli.output import as_json, say
from portal.kernel.actor import OPERATOR
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role


@click.group()
def group() -> None:
    """Accounts of staff."""


@group.command()
@click.argument("people", nargs=-1, required=True, metavar="EMAIL=NAME EMAIL=NAME ...")
@as_json
def first(people: tuple[str, ...], as_json: bool) -> None:
    """Open the accounts of the first administrators (at least two); each gets a link that works once."""
    config.load().required_keys()
    wished = [_administrator(each) for each in people]
    with open_installation() as installation, installation.place.open(OPERATOR, DbRole.ADMIN) as work:
        openings = service.first_administrators(work, wished)
    links = {
        person.login: f"/account/setup/{opening.token}"
        for person, opening in zip(wished, openings, strict=True)
    }
    text = "\n".join(f"{login}: {link}" for login, link in links.items())
    say({"links": links}, f"Give each person their own link; it works once.\n{text}", as_json)


def _administrator(typed: str) -> NewStaff:
    login, _, name = typed.partition("=")
    if "@" not in login or not name.strip():
        raise click.BadParameter(f"{typed}: write it as somebody@office.example='Full Name'")
    return NewStaff(login.strip(), name.strip(), frozenset({Role.ADMINISTRATOR}))
