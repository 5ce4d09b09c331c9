"""`portal doctor`: is this installation right and safe? Each finding comes with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from portal import config
from portal.audit import service as audit
from portal.cli import components, transport, walls
from portal.cli.installation import Installation, open_installation, open_vault_keys
from portal.cli.output import as_json, say
from portal.config import Settings
from portal.kernel.actor import OPERATOR
from portal.kernel.clock import system_clock
from portal.kernel.db import DbRole
from portal.vault import home
from portal.vault.custody import queries
from portal.vault.keys import new_data_key
from portal.vault.vocab import VaultDamaged, VaultKeysUnfit


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, and what to do."""

    what: str
    remedy: str


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Look over settings, keys, database walls and the log."""
    settings = config.load()
    findings = list(_of_settings(settings))
    with open_installation(settings) as installation:
        findings += [each for look in _LOOKS for each in look(installation)]
    text = (
        "\n".join(f"- {each.what}\n  {each.remedy}" for each in findings) or "Everything is as it should be."
    )
    say({"ok": not findings, "findings": [asdict(each) for each in findings]}, text, as_json)
    if findings:
        raise SystemExit(1)


def _of_settings(settings: Settings) -> Iterator[Finding]:
    if settings.demo:
        yield Finding("This is a demo: its data are invented.", "Unset PORTAL_DEMO for real work.")
    if settings.keys is None:
        yield Finding("There are no secrets.", "Run: portal keys new")
    yield from of_vault_key(settings)
    for folder in (settings.data / "keys", settings.data / "vault"):
        yield from _open_to_others(folder)
    if not settings.hosts and not settings.demo:
        yield Finding(
            "The portal answers to any host name.", "Set PORTAL_HOSTS to its names, separated by commas."
        )

    yield from _of_certificate(settings)
    if why := components.overdue(system_clock().date()):
        yield Finding(why, "Run: deploy/lock --upgrade, then the tests, and roll the new version out.")


def _of_certificate(settings: Settings) -> Iterator[Finding]:
    for host in settings.hosts if settings.tls else ():
        if settings.tls and (why := transport.disbelief(settings.tls, host)):
            yield Finding(
                f"Browsers that open {host} will not believe its certificate: {why}.",
                f"Put a certificate for {host} that a public authority has signed, with its chain, into "
                f"{settings.tls.certificate}.",
            )


def of_vault_key(settings: Settings) -> Iterator[Finding]:
    """Wrap and unwrap a key made up for it: a file that is there, or a server that answers, is not enough."""
    server = settings.key_server
    if server is None and not settings.vault_key_file.exists():
        yield Finding("The vault has no key.", "Run: portal keys new")
        return
    try:
        keys, probe, here = open_vault_keys(settings), new_data_key(), b"doctor"
        fits = keys.unwrap(keys.wrap(probe, here), here) == probe
    except (VaultKeysUnfit, VaultDamaged) as error:
        where = server.url if server else settings.vault_key_file
        yield Finding(f"The vault's key cannot be used: {error}", f"Look at {where}.")
        return
    if not fits:
        yield Finding("The vault's key opens something else than it wrapped.", "Stop the portal.")


def _of_vault(installation: Installation) -> Iterator[Finding]:
    with installation.place.open(OPERATOR, DbRole.CASEWORK) as work:
        found, is_home = queries.coverage(work, installation.settings.fixity_period), home.is_home(work)
    if not is_home:
        yield Finding("This database was restored from a copy.", "Run: portal vault reconcile")
    if found.damaged:
        yield Finding(
            f"{found.damaged} stored objects are damaged.", "A custodian looks at Custody and settles each."
        )
    if found.overdue:
        yield Finding(
            f"{found.overdue} stored objects were not checked for {found.period.days} days.",
            "Keep the worker running: portal worker",
        )


def _open_to_others(folder: Path) -> Iterator[Finding]:
    if folder.exists() and folder.stat().st_mode & 0o077:
        yield Finding(f"{folder} is open to others.", f"Run: chmod 700 {folder}")


def _of_walls(installation: Installation) -> Iterator[Finding]:
    for line in walls.findings(installation.addresses):
        yield Finding(line, "Run: portal db upgrade. If it stays, somebody changed the database by hand.")


def _of_log(installation: Installation) -> Iterator[Finding]:
    with installation.place.open(OPERATOR, DbRole.OVERSIGHT) as work:
        found = audit.verify(work)
    if not found.intact:
        yield Finding(
            f"The log does not hold from entry {found.first_broken} on.",
            "Stop the portal, keep a copy of the database, and call an auditor.",
        )


_LOOKS: tuple[Callable[[Installation], Iterator[Finding]], ...] = (_of_walls, _of_log, _of_vault)
