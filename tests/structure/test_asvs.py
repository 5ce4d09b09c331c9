"""Every row of the security standard has its tests or a sentence why not, and the page says which."""

from __future__ import annotations

from pathlib import Path

from tests.support.asvs import MARK, asvs_page, rows
from tests.support.asvs_reasons import REASONS
from tests.support.promises import holders

PAGE = Path(__file__).parents[2] / "docs" / "ASVS.md"
KNOWN = {row.id for row in rows()}


def test_a_mark_names_a_row_that_exists() -> None:
    assert sorted(holders(MARK).keys() - KNOWN) == []


def test_a_row_has_its_tests_or_a_sentence_why_not() -> None:
    held = holders(MARK).keys()
    assert sorted(KNOWN - held - REASONS.keys()) == []
    assert sorted(held & REASONS.keys()) == []
    assert sorted(REASONS.keys() - KNOWN) == []


def test_the_page_of_the_standard_says_what_the_marks_say() -> None:
    told = PAGE.read_text(encoding="utf-8")
    assert told == asvs_page(), "run: python -m tests.support.asvs > docs/ASVS.md"
