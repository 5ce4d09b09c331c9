"""The report of an import, line by line: every file's fate, where witnesses disagree, which numbers are missing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from sqlalchemy import Integer, cast, func, select

from portal.kernel.work import Work
from portal.records.archive import policy, queries
from portal.records.archive.models import ImportFile, Record
from portal.records.archive.vocab import Counts, Disagreement, Gap, Told

MOST_GAPS = 1000
_PARTS = ("number", "branch", "date", "photographer", "kind")
_LONGEST_NUMBER = 9  # digits; a longer one is no place in a series


def report(work: Work, batch_id: UUID) -> list[str]:
    """The whole report of a staged import, as lines of text."""
    batch = queries.batch(work, batch_id)
    told = queries.fates(work, batch_id)
    return [
        f"Archive: {batch.source}",
        f"Folder: {batch.folder}",
        f"Layout: {batch.layout}",
        f"State: {batch.state.value}",
        *lines(told, batch.counts, batch.numbers),
        *_heading("Where folder and list disagree"),
        *map(_disagreement, disagreements(work, batch_id)),
        *_heading("Gaps in the series of the whole archive"),
        *(f"{gap.branch or '-'}\t{gap.first}-{gap.last}\t{gap.numbers}" for gap in gaps(work)),
    ]


def lines(told: Iterable[Told], counts: Counts, numbers: int) -> Iterator[str]:
    """The counts and one line for each file: fate, path, reason or original, what is odd."""
    yield f"Files: {counts.files}"
    yield f"Stored: {counts.stored}"
    yield f"Duplicates: {counts.duplicates}"
    yield f"Refused: {counts.refused}"
    yield f"Ignored: {counts.ignored}"
    yield f"Missing: {counts.missing}"
    yield f"Numbered people: {numbers}"
    yield from _heading("Each file")
    for one in told:
        odd = " ".join(oddity.value for oddity in one.oddities)
        yield "\t".join((one.fate.value, _on_one_line(one.path), _because(one), odd)).rstrip()


def disagreements(work: Work, batch_id: UUID) -> Iterator[Disagreement]:
    """What folder and list say of each file where they do not say the same, in the order of the folder."""
    work.require(policy.may_read_batches)
    rows = work.session.execute(
        select(ImportFile.path, ImportFile.witnesses)
        .where(ImportFile.batch_id == batch_id, ImportFile.witnesses.is_not(None))
        .order_by(ImportFile.position)
    )
    for path, witnesses in rows:
        both = json.loads(witnesses or "{}")
        if any(_differ(both["folder"], both["list"], part) for part in _PARTS):
            yield Disagreement(path, both["folder"], both["list"])


def gaps(work: Work) -> list[Gap]:
    """Numbers between two known people of one branch that nobody is known under: a list of work.

    A number written with letters, or too long to be counted, stands in no series.
    """
    work.require(policy.may_read_batches)
    counted = select(Record.branch, cast(Record.number, Integer).label("number")).where(
        Record.number.regexp_match(f"^[0-9]{{1,{_LONGEST_NUMBER}}}$")
    )
    each = counted.cte("counted").prefix_with("materialized")  # the cast must never see a longer number
    after = func.lead(each.c.number).over(partition_by=each.c.branch, order_by=each.c.number).label("after")
    pairs = select(each.c.branch, each.c.number, after).subquery()
    rows = work.session.execute(
        select(pairs.c.branch, pairs.c.number + 1, pairs.c.after - 1)
        .where(pairs.c.after > pairs.c.number + 1)
        .order_by(pairs.c.after - pairs.c.number, pairs.c.branch, pairs.c.number)
        .limit(MOST_GAPS)
    )
    return [Gap(*row) for row in rows]


def _heading(words: str) -> list[str]:
    return ["", f"{words}:"]


def _because(one: Told) -> str:
    return f"same as {_on_one_line(one.original)}" if one.original else one.reason or ""


def _disagreement(found: Disagreement) -> str:
    said = (
        f"{part}: folder {_on_one_line(found.folder[part] or '')}, list {_on_one_line(found.list[part] or '')}"
        for part in _PARTS
        if _differ(found.folder, found.list, part)
    )
    return "\t".join((_on_one_line(found.path), *said))


def _differ(folder: Mapping[str, str | None], listed: Mapping[str, str | None], part: str) -> bool:
    return bool(folder.get(part) and listed.get(part) and folder[part] != listed[part])


def _on_one_line(text: str) -> str:
    """A name cannot break out of its line of the report."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
