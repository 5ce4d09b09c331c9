"""`portal vault`: its keys, its ledger of erasures, and the checks that go round the whole store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click

from portal import config
from portal.cli.installation import Installation, open_installation, open_vault
from portal.cli.output import as_json, fail, progress, say
from portal.kernel.actor import OPERATOR
from portal.kernel.db import DbRole
from portal.kernel.deferral import defer
from portal.kernel.work import Workplace
from portal.vault import home, ledger, rotation, sweeping
from portal.vault.custody import queries
from portal.vault.custody import service as custody
from portal.vault.rotation import Standing
from portal.vault.service import Vault


@click.group()
def group() -> None:
    """The vault: keys, checks, erasures."""


@group.command()
@as_json
def status(as_json: bool) -> None:
    """Say how whole the store is, and how far checks and rotation have come."""
    with _opened() as (opened, vault), opened.place.open(OPERATOR, DbRole.CASEWORK) as work:
        found = queries.coverage(work, opened.settings.fixity_period)
        keys = rotation.standing(work, vault.keys)
        is_home = home.is_home(work)
    told = {
        "objects": found.objects,
        "bytes": found.size,
        "oldest_check": found.oldest,
        "period_days": found.period.days,
        "overdue": found.overdue,
        "damaged": found.damaged,
        "key": keys.current,
        "under_former_keys": keys.left,
        "ledger_followed": is_home,
    }
    lines = [
        f"{found.objects} objects, {found.size} bytes; oldest check {found.oldest or '-'}.",
        f"{found.overdue} not checked within {found.period.days} days, {found.damaged} damaged and not settled.",
        f"Key {keys.current}: {keys.done} objects under it, {keys.left} under former keys.",
        *([] if is_home else ["This database was restored. Run: portal vault reconcile"]),
    ]
    say(told, "\n".join(lines), as_json)


@group.command()
@click.option("--resume", is_flag=True, help="Make no new key; go on with what is left.")
@click.option("--later", is_flag=True, help="Only make the new key; the worker does the rest.")
@as_json
def rotate(resume: bool, later: bool, as_json: bool) -> None:
    """Make a new key-encryption key and wrap every object's key anew; may be interrupted at any point."""
    with _opened() as (opened, vault):
        before = _begun(opened.place, vault, resume)
        if later:
            with opened.place.open(OPERATOR, DbRole.CASEWORK) as work:
                defer(work, "vault:rewrap", {"timestamp": str(int(work.now.timestamp()))}, work.now)
            say(asdict(before), f"Key {before.current}. {before.left} objects wait for the worker.", as_json)
            return
        with progress("Wrapping", before.left) as advance:
            done = rotation.finish(opened.place, vault.keys, OPERATOR, DbRole.CASEWORK, advance)
        with opened.place.open(OPERATOR, DbRole.CASEWORK) as work:
            after = rotation.standing(work, vault.keys)
    told = asdict(after) | {"wrapped": done.wrapped, "damaged": done.damaged}
    say(told, f"Key {after.current}: {done.wrapped} wrapped anew, {after.left} left.", as_json)
    if after.left:
        raise SystemExit(1)


@group.command()
@as_json
def retire(as_json: bool) -> None:
    """Throw former keys away once nothing is under them; older backups open no more."""
    with _opened() as (opened, vault), opened.place.open(OPERATOR, DbRole.CASEWORK) as work:
        dropped = rotation.retire(work, vault.keys)
    say({"dropped": dropped}, f"{dropped} former keys thrown away.", as_json)


@group.command()
@click.option("--renew", is_flag=True, help="The ledger is lost: write it anew from this database first.")
@as_json
def reconcile(renew: bool, as_json: bool) -> None:
    """After a restore: erase again what had been erased; until then nothing is handed out."""
    with _opened() as (opened, vault), opened.place.open(OPERATOR, DbRole.CASEWORK) as work:
        if renew:
            ledger.renew(work, vault.objects)
        done = ledger.follow(work, vault.objects)
    text = f"{done.entries} entries followed, {done.erased} objects erased again, {done.forged} entries not ours."
    say(asdict(done), text, as_json)


@group.command()
@click.option("--delete", is_flag=True, help="Take them away; without it they are only counted.")
@as_json
def sweep(delete: bool, as_json: bool) -> None:
    """Find what interrupted imports have left in the store and no row knows."""
    with _opened() as (opened, vault), opened.place.open(OPERATOR, DbRole.CASEWORK) as work:
        found = (sweeping.sweep if delete else sweeping.count)(work, vault.objects)
    say({"strays": found, "deleted": delete}, f"{found} {'swept' if delete else 'found'}.", as_json)


@group.command()
@as_json
def check(as_json: bool) -> None:
    """Check the objects whose turn it is now, as the worker does every quarter of an hour."""
    with _opened() as (opened, vault):
        period = opened.settings.fixity_period
        done = custody.check_round(opened.place, vault, period, OPERATOR, DbRole.CASEWORK)
    say(asdict(done), f"{done.checked} checked, {done.damaged} damaged.", as_json)
    if done.damaged:
        raise SystemExit(1)


def _begun(place: Workplace, vault: Vault, resume: bool) -> Standing:
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        if not resume:
            if left := rotation.standing(work, vault.keys).left:
                raise fail(f"{left} objects are still under a former key. Run: portal vault rotate --resume")
            rotation.begin(work, vault.keys)
        return rotation.standing(work, vault.keys)


@contextmanager
def _opened() -> Iterator[tuple[Installation, Vault]]:
    settings = config.load()
    settings.required_keys()
    with open_installation(settings) as opened, open_vault(settings) as vault:
        yield opened, vault
