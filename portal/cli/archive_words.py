"""What `portal archive` says: for people, and for programs."""

from __future__ import annotations

from typing import Any

from portal.records.archive import importing
from portal.records.archive.vocab import Batch, Outcome
from portal.records.vocab import Fate


def told(outcome: Outcome, dry_run: bool) -> dict[str, Any]:
    """The whole outcome, for a program."""
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


def row_problems(planned: importing.Plan) -> list[dict[str, Any]]:
    """What could not be read of the list, row by row."""
    manifest = planned.surveyed.manifest
    return [
        {"line": problem.line, "flaw": problem.flaw.value, "column": problem.column}
        for problem in (manifest.problems if manifest else ())
    ]


def in_words(outcome: Outcome, problems: list[dict[str, Any]]) -> str:
    """The outcome, for people."""
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


def line(batch: Batch) -> str:
    """One import in a line."""
    counts = batch.counts
    return f"{batch.source}: {counts.files} files, {counts.stored} stored, {batch.numbers} numbered people"


def facts(batch: Batch) -> dict[str, Any]:
    """One import, for a program."""
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
