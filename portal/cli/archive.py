"""`portal archive`: bring a folder in, say what waits, accept, reject, and check what is held."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

import click

from portal import config
from portal.accounts import queries as account_queries
from portal.accounts import service as accounts
from portal.accounts.vocab import SignedIn
from portal.cli import archive_words as words
from portal.cli.installation import Installation, open_installation, open_vault
from portal.cli.output import as_json, fail, progress, say
from portal.config import Settings
from portal.kernel.actor import ANONYMOUS, OPERATOR
from portal.kernel.db import DbRole
from portal.kernel.errors import NotAllowed
from portal.records.archive import archives, importing, queries, reporting, service
from portal.records.archive.layout import Layout
from portal.records.archive.vocab import Batch, Held, Import, Outcome
from portal.records.likeness import service as likeness
from portal.vault import service as vaults
from portal.vault.pictures import service as pictures
from portal.vault.service import Vault

AT_ONCE = 100
_Folder = click.Path(exists=True, file_okay=False, path_type=Path)
_New = click.Path(dir_okay=False, path_type=Path)
_List = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def group() -> None:
    """The archive."""


@group.command("import")
@click.argument("folder", type=_Folder)
@click.option(
    "--layout",
    help="For example photos/{date}/{photographer}/{branch}-{number}/{file}; remembered for the same source.",
)
@click.option("--manifest", type=_List, help="The list that came with the archive; manifest.csv is found.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--source", metavar="LABEL", help="Whose archive this is.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="NAME=HEADING",
    help="Under which heading of the list a column stands, as number=Serial; remembered for the same source.",
)
@click.option("--report", "report_file", type=_New, help="A new file for each file's fate.")
@as_json
def import_(
    folder: Path,
    manifest: Path | None,
    dry_run: bool,
    report_file: Path | None,
    as_json: bool,
    **said: Any,
) -> None:
    """Stage a folder; a second person accepts it later."""
    if said["layout"] is not None:
        Layout.parse(said["layout"])  # what cannot be used is told before anything is opened
    with _archive() as (opened, vault):
        planned = _planned(opened, folder, manifest, **said)
        with _new_file(report_file) as report, progress("Importing", planned.entries) as advance:
            if dry_run:
                outcome = importing.dry_run(opened.place, vault.sandbox, planned, advance)
            else:
                outcome = importing.stage_folder(opened.place, vault, planned, advance)
            if report is not None:
                report.writelines(f"{line}\n" for line in _reported(opened, outcome))
    problems = words.row_problems(planned)
    say(
        words.told(outcome, dry_run) | {"manifest_problems": problems},
        words.in_words(outcome, problems),
        as_json,
    )


@group.command()
@as_json
def status(as_json: bool) -> None:
    """List every import and what it waits for."""
    with _archive() as (opened, _), opened.place.open(OPERATOR, DbRole.CASEWORK) as work:
        batches = queries.batches(work)
    lines = [f"{batch.id}  {batch.state:9} {words.line(batch)}" for batch in batches]
    say(
        {"batches": [words.facts(batch) for batch in batches]},
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
    say({"batch": found.id, "state": "accepted"}, f"Accepted: {words.line(found)}.", as_json)


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
@as_json
def compare(as_json: bool) -> None:
    """Compare accepted photographs that were not compared yet; a person says which are the same picture."""
    looked_at = found = 0
    with _archive() as (opened, vault), progress("Comparing", None) as advance:
        while (done := likeness.compare(opened.place, vault, progress=advance)).looked_at:
            looked_at, found = looked_at + done.looked_at, found + done.found
    say(
        {"looked_at": looked_at, "found": found},
        f"Compared {looked_at} photographs; {found} pairs that look alike wait for an analyst.",
        as_json,
    )


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
        f"opening {found.opening_id}, object {found.object_id}, file {found.case_id or 'none'}.",
        as_json,
    )


@group.command()
@click.option("--source", required=True, metavar="LABEL", help="Which archive.")
@click.option("--giver", help="Who gave it.")
@click.option("--mandate", help="Under which mandate it is held.")
@as_json
def describe(source: str, giver: str | None, mandate: str | None, as_json: bool) -> None:
    """Say who gave an archive and under which mandate it is held."""
    with _archive() as (opened, _), opened.place.open(OPERATOR, DbRole.CASEWORK) as work:
        found = archives.remembered(work, source)
        if found is None:
            raise fail(f"No archive is called {source}; `portal archive status` lists them.")
        archives.kept(work, Import(source, found.layout, "", None, found.columns, giver, mandate))
    say({"source": source}, "Written down.", as_json)


def _planned(
    opened: Installation,
    folder: Path,
    manifest: Path | None,
    *,
    layout: str | None,
    source: str | None,
    columns: tuple[str, ...],
) -> importing.Plan:
    """What was asked, filled up with what is remembered of this source."""
    with opened.place.open(OPERATOR, DbRole.CASEWORK) as work:
        known = archives.remembered(work, source or importing.usual_source(folder))
    pattern = layout or (known.layout if known else None)
    if pattern is None:
        raise fail(
            "Say with --layout how the folders are to be read; it is remembered for the same --source."
        )
    mapped = dict(_column(each) for each in columns) or (dict(known.columns) if known else {})
    return importing.plan(folder, pattern, manifest, source, mapped)


def _column(written: str) -> tuple[str, str]:
    name, equals, heading = written.partition("=")
    if not equals or not heading.strip():
        raise fail(f"Write --column {written} as NAME=HEADING, for example --column number=Serial.")
    return name.strip(), heading.strip()


@contextmanager
def _new_file(path: Path | None) -> Iterator[TextIO | None]:
    """A new file that only its owner reads; an older one is never written over."""
    if path is None:
        yield None
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise fail(f"The report cannot be written to {path}: {error.strerror}.") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        yield file


def _reported(opened: Installation, outcome: Outcome) -> list[str]:
    if outcome.batch_id is None:
        return list(reporting.lines(outcome.fates, outcome.counts, outcome.numbers))
    with opened.place.open(OPERATOR, DbRole.CASEWORK) as work:
        return reporting.report(work, outcome.batch_id)


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
