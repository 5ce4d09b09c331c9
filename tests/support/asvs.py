"""docs/ASVS.md out of the marks in the tests: `python -m tests.support.asvs > docs/ASVS.md`."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tests.support.asvs_reasons import REASONS
from tests.support.promises import Held, holders

MARK = "pytest.mark.asvs"
LEVELS = ("L1", "L2", "L3")


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement of the standard, in our own words."""

    id: str
    level: str
    chapter: str
    asks: str


def rows() -> list[Row]:
    """The rows of OWASP ASVS 5.0 that apply here, in the order of the standard."""
    path = Path(__file__).with_name("asvs_rows.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        return [Row(**line) for line in csv.DictReader(lines)]


def asvs_page() -> str:
    """The whole page, as it has to stand in docs/ASVS.md."""
    held = holders(MARK)
    parts = [_HEAD, _count(rows(), held)]
    for chapter, those in groupby(rows(), key=lambda row: row.chapter):
        lines = [_line(row, held.get(row.id, set())) for row in those]
        parts += ["", f"## {chapter}", "", "| row | level | asks | held by |", "|---|---|---|---|", *lines]
    return "\n".join(parts) + "\n"


_HEAD = """# OWASP ASVS 5.0, row by row

The rows of the Application Security Verification Standard that apply to this portal, in our own words, and the tests
that carry the mark `@pytest.mark.asvs("6.2.1")`. Where no test holds a row, one sentence says why.

This page is written by `python -m tests.support.asvs > docs/ASVS.md`. `tests/structure/test_asvs.py` fails when it is
not up to date, when a mark names an unknown row, and when a row has neither a test nor a sentence.
"""


def _count(all_rows: Sequence[Row], held: dict[str, set[Held]]) -> str:
    known = Counter(row.level for row in all_rows)
    tested = Counter(row.level for row in all_rows if row.id in held)
    lines = [f"| {level} | {known[level]} | {tested[level]} |" for level in LEVELS]
    return "\n".join(["| level | rows | held by a test |", "|---|---|---|", *lines])


def _line(row: Row, tests: set[Held]) -> str:
    told = "<br>".join(f"`{one.path}::{one.test}`" for one in sorted(tests))
    return f"| {row.id} | {row.level} | {row.asks} | {told or REASONS.get(row.id, '')} |"


if __name__ == "__main__":
    print(asvs_page(), end="")  # noqa: T201 - the page is the answer
