"""`portal archive`: bring a folder in, say what waits, accept, reject, and check what is held."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from portal import config
from portal.accounts import queries as account_queries
from portal.accounts import service as accounts
from portal.accounts.vocab import SignedIn
from portal.cli.installation import Installation, open_installation, open_vault
from portal.cli.output import as_json, fail, progress, say
from portal.config import Settings
from portal.kernel.actor import ANONYMOUS, OPERATOR
from portal.kernel.db import DbRole
from portal.kernel.errors import NotAllowed
from portal.records.archive import importing, queries, service
from portal.records.archive.vocab import Batch, Held, Outcome
from portal.records.vocab import Fate
from portal.vault import service as vaults
from portal.vault.pictures import service as pictures
from portal.vault.service import Vault

AT_ONCE = 100
_Folder = click.Path(exists=True, file_okay=False, path_type=Path)
_List = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def group() -> None:
    """The archive."""


@group.command("import")
@click.argument("folder", type=_Folder)
@click.option(
    "--layout", required=True, help="For example photos/{date}/{photographer}/{branch}-{number}/{file}."
)
@click.option("--manifest", type=_List, help="The list that came with the archive; manifest.csv is found.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--source", metavar="LABEL", help="Whose archive this is.")
@as_json
def import_(
    folder: Path, layout: str, manifest: Path | None, dry_run: bool, source: str | None, as_json: bool
) -> None:
    """Stage a folder; a second person accepts it later."""
    planned = importing.plan(folder, layout, manifest, source)
    with _archive() as (opened, vault), progress("Importing", planned.entries) as advance:
        if dry_run:
            outcome = importing.dry_run(opened.place, vault.sandbox, planned, advance)
        else:
            outcome = importing.stage_folder(opened.place, vault, planned, advance)
    problems = _row_problems(planned)
    say(_told(outcome, dry_run) | {"manifest_problems": problems}, _in_words(outcome, problems), as_json)


@group.command()
@as_json
def status(as_json: bool) -> None:
    """List every import and what it waits for."""
    with _archive() as (opened, _), opened.place.open(OPERATOR, DbRole.CASEWORK) as work:
        batches = queries.batches(work)
    lines = [f"{batch.id}  {batch.state:9} {_line(batch)}" for batch in batches]
    say(
        {"batches": [_facts(batch) for batch in batches]},
        "\n".join(lines) or "Nothing was imported yet.",
        as_json,
    )


@group.command()
@click.argument("batch")
@click.option("--as", "login", required=True, metavar="E-MAIL", help="The custodian who accepts.")
@as_json
def accept(batch: str, login: str, as_json: bool) -> None:
    """Accept a staged import as the second person; asks for password and code."""
    with _archive() as (opened, _):
        found = _called(opened, batch)
        signed_in = _sign_in(opened, login)
        try:
            with opened.place.open(signed_in.actor, DbRole.CASEWORK) as work:
                service.accept(work, found.id, found.version)
        except NotAllowed as error:
            raise fail("Only a custodian accepts, and never somebody's own import.") from error
        finally:
            with opened.place.open(signed_in.actor, DbRole.ACCOUNT) as work:
                accounts.sign_out(work, signed_in.token)
    say({"batch": found.id, "state": "accepted"}, f"Accepted: {_line(found)}.", as_json)


@group.command()
@click.argument("batch")
@click.option("--reason", required=True, prompt=True, help="Why it is sent back; kept with the batch.")
@as_json
def reject(batch: str, reason: str, as_json: bool) -> None:
    """Send a staged import back: all it brought is erased."""
    with _archive() as (opened, vault):
        found = _called(opened, batch)
        with opened.place.open(OPERATOR, DbRole.CASEWORK) as work:
            service.reject(work, vault, found.id, found.version, reason)
    say({"batch": found.id, "state": "rejected"}, "Rejected; nothing of it is left but its counts.", as_json)


@group.command()
@as_json
def verify(as_json: bool) -> None:
    """Check that every stored file is what it was on arrival."""
    with _archive() as (opened, vault):
        with opened.place.open(OPERATOR, DbRole.CASEWORK) as work:
            held = queries.held(work)
        damaged: list[Held] = []
        with progress("Checking", len(held)) as advance:
            for start in range(0, len(held), AT_ONCE):
                piece = held[start : start + AT_ONCE]
                with opened.place.open(OPERATOR, DbRole.CASEWORK) as work:
                    damaged += [one for one in piece if not vaults.verify(work, vault, one.object_id)]
                advance(len(piece))
    lines = [f"Damaged: {one.path}" for one in damaged]
    told = {"checked": len(held), "damaged": [{"object": one.object_id, "path": one.path} for one in damaged]}
    say(told, "\n".join([*lines, f"{len(held)} files checked, {len(damaged)} damaged."]), as_json)
    if damaged:
        raise SystemExit(1)


@group.command()
@click.argument("file", type=_List)
@as_json
def whose(file: Path, as_json: bool) -> None:
    """Say which opening a leaked picture comes from, by the mark it carries unseen."""
    with _archive() as (opened, vault), opened.place.open(OPERATOR, DbRole.CASEWORK) as work:
        found = pictures.trace(work, vault, file.read_bytes())
        names = account_queries.display_names(work, {found.account_id}) if found else {}
    if found is None:
        say({"found": False}, "No mark of ours could be read in this picture.", as_json)
        raise SystemExit(1)
    who = names.get(found.account_id, "a relative, in their own account")
    told = {"found": True, "who": who} | asdict(found)
    say(
        told,
        f"Opened {found.opened_at:%Y-%m-%d %H:%M} UTC by {who} (account {found.account_id}), "
        f"opening {found.opening_id}, object {found.object_id}, file {found.case_id}.",
        as_json,
    )


@contextmanager
def _archive() -> Iterator[tuple[Installation, Vault]]:
    settings = _settings_with_keys()
    with open_installation(settings) as opened, open_vault(settings) as vault:
        yield opened, vault


def _settings_with_keys() -> Settings:
    """The settings; on the embedded default what is missing is made, and said."""
    settings = config.load()
    if settings.embedded and settings.keys is None:
        folder = config.make_keys(settings.data)
        click.echo(f"No keys yet: new ones are in {folder}. Keep a copy apart from the database.", err=True)
        return config.load()
    settings.required_keys()
    return settings


def _sign_in(opened: Installation, login: str) -> SignedIn:
    password = click.prompt("Password", hide_input=True, err=True)
    code = click.prompt("Code from the telephone", err=True)
    with opened.place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        pending = accounts.sign_in(work, login, password)
    with opened.place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        signed_in = accounts.second_step(work, pending, code)
    if signed_in is None:
        raise fail("That did not fit: check e-mail, password and code, and try again.")
    return signed_in


def _called(opened: Installation, beginning: str) -> Batch:
    with opened.place.open(OPERATOR, DbRole.CASEWORK) as work:
        return queries.batch_called(work, beginning)


def _told(outcome: Outcome, dry_run: bool) -> dict[str, Any]:
    counts = outcome.counts
    return {
        "batch": outcome.batch_id,
        "dry_run": dry_run,
        "files": counts.files,
        "stored": counts.stored,
        "duplicates": counts.duplicates,
        "refused": counts.refused,
        "ignored": counts.ignored,
        "missing": counts.missing,
        "numbers": outcome.numbers,
        "oddities": {oddity.value: count for oddity, count in sorted(outcome.oddities.items())},
        "fates": [
            {
                "path": told.path,
                "fate": told.fate.value,
                "reason": told.reason,
                "original": told.original,
                "oddities": [oddity.value for oddity in told.oddities],
            }
            for told in outcome.fates
        ],
    }


def _row_problems(planned: importing.Plan) -> list[dict[str, Any]]:
    manifest = planned.surveyed.manifest
    return [
        {"line": problem.line, "flaw": problem.flaw.value, "column": problem.column}
        for problem in (manifest.problems if manifest else ())
    ]


def _in_words(outcome: Outcome, problems: list[dict[str, Any]]) -> str:
    counts = outcome.counts
    total = (
        f"{counts.files} files: {counts.stored} stored, {counts.duplicates} duplicates, "
        f"{counts.refused} refused, {counts.ignored} ignored. "
        f"{counts.missing} listed but missing. {outcome.numbers} numbered people."
    )
    notable = [told for told in outcome.fates if told.fate in {Fate.DUPLICATE, Fate.MISSING, Fate.REFUSED}]
    waiting = [f"Batch {outcome.batch_id} waits for a second person."] if outcome.batch_id else []
    lines = [
        total,
        *(f"  {told.fate:9} {told.path}  {told.original or told.reason or ''}" for told in notable),
        *(f"  odd: {oddity.value}: {count}" for oddity, count in sorted(outcome.oddities.items())),
        *(f"  list, line {each['line']}: {each['flaw']} {each['column']}" for each in problems),
        *waiting,
    ]
    return "\n".join(line.rstrip() for line in lines)


def _line(batch: Batch) -> str:
    counts = batch.counts
    return f"{batch.source}: {counts.files} files, {counts.stored} stored, {batch.numbers} numbered people"


def _facts(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "state": batch.state.value,
        "source": batch.source,
        "folder": batch.folder,
        "files": batch.counts.files,
        "stored": batch.counts.stored,
        "missing": batch.counts.missing,
        "numbers": batch.numbers,
        "staged_at": batch.proposed_at,
    }
