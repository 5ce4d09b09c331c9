"""`portal bench matching`: how well inquiries find their records, on two files of one's own."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TextIO

import click

from portal.cli.output import as_json, fail, say
from portal.cli.tables import File, rows
from portal.kernel.clock import system_clock
from portal.matching.linkage.engine import linked
from portal.matching.linkage.ground import laid_out
from portal.matching.linkage.learning import learned
from portal.matching.linkage.vocab import Account, Linked, Reading

_TOLD = (
    "id", "given", "father", "grandfather", "family", "mother_given", "mother_family",
    "birth_year", "birth_place", "branch", "sex", "arrest_date",
)  # fmt: skip
_READ = (
    "id", "name_as_read", "mother_as_read", "birth_year", "place", "branch", "sex", "photo_date", "death_date",
)  # fmt: skip


@click.command()
@click.option("--inquiries", type=File, required=True, help=f"CSV with {', '.join(_TOLD)}.")
@click.option("--records", type=File, required=True, help=f"CSV with {', '.join(_READ)}.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="JSON lines.")
@as_json
def matching(inquiries: Path, records: Path, out: Path, as_json: bool) -> None:
    """Learn from INQUIRIES and RECORDS, link them, and write the likeliest records of each inquiry.

    Each is written with how probable it is that both are one person.
    """
    began = time.perf_counter()
    told = [_account(row) for row in rows(inquiries, *_TOLD)]
    read = [_reading(row) for row in rows(records, *_READ)]
    ground = laid_out(told, read)
    laid = time.perf_counter()
    weights = learned(ground, system_clock().date())
    learnt = time.perf_counter()
    pairs = _write(out, told, linked(ground, told, read, weights))
    ended = time.perf_counter()
    figures = {
        "inquiries": len(told),
        "records": len(read),
        "pairs": pairs,
        "read_s": round(laid - began, 2),
        "learn_s": round(learnt - laid, 2),
        "link_s": round(ended - learnt, 2),
        "peak_mb": _peak(),
    }
    words = (
        f"{len(told)} inquiries and {len(read)} records read in {figures['read_s']} s, weights learned in "
        f"{figures['learn_s']} s, {pairs} pairs written in {figures['link_s']} s; at most {figures['peak_mb']} MB."
    )
    say(figures, words, as_json)


def _write(out: Path, told: Sequence[Account], pairs: Iterable[Linked]) -> int:
    """A line for each inquiry, also for one that nothing was found for; returns how many pairs there are."""
    count, waiting = 0, dict.fromkeys(account.id for account in told)
    with out.open("w", encoding="utf-8") as file:
        for inquiry, found in groupby(pairs, key=lambda pair: pair.inquiry):
            listed: list[list[str | float]] = [[pair.record, pair.probability] for pair in found]
            count += len(listed)
            del waiting[inquiry]
            _line(file, inquiry, listed)
        for inquiry in waiting:
            _line(file, inquiry, [])
    return count


def _line(file: TextIO, inquiry: str, listed: list[list[str | float]]) -> None:
    file.write(json.dumps({"inquiry": inquiry, "records": listed}, ensure_ascii=False) + "\n")


def _account(row: Sequence[str]) -> Account:
    identity, given, father, grandfather, family, mother, mother_family, year, place, branch, sex, arrest = (
        row
    )
    arrested, exactly = _date(arrest)
    return Account(
        identity, given, father, grandfather, family, mother, mother_family,
        _year(year), place, branch, sex, arrested, exactly,
    )  # fmt: skip


def _reading(row: Sequence[str]) -> Reading:
    identity, name, mother, year, place, branch, sex, photographed, died = row
    return Reading(
        identity,
        name,
        mother=mother,
        birth_year=_year(year),
        place=place,
        branch=branch,
        sex=sex,
        photographed=_date(photographed)[0],
        died=_date(died)[0],
    )


def _year(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) == 4 else None


def _date(text: str) -> tuple[date | None, bool]:
    """The first day that is meant by a day, a month or a year, and whether it is a day."""
    if not text:
        return None, False
    try:
        parts = [int(part) for part in text.split("-")]
        return date(*[*parts, 1, 1][:3]), len(parts) == 3
    except (TypeError, ValueError):
        raise fail(f"{text} is no date (year, year-month or year-month-day).") from None


def _peak() -> int:
    """The most memory this process ever held, in megabytes."""
    peak = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return int(peak.split()[1]) // 1024
