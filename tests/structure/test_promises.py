"""Every promise that all the rest stands on has its tests, and the page of promises says which."""

from __future__ import annotations

from pathlib import Path

from tests.support.promises import HELD, PROMISES, holders, promises_page

PAGE = Path(__file__).parents[2] / "docs" / "PROMISES.md"


def test_there_are_twenty_two_promises() -> None:
    assert list(PROMISES) == [f"P{number}" for number in range(1, 23)]


def test_what_everything_rests_on_is_held_by_tests() -> None:
    assert sorted(HELD - holders().keys()) == []


def test_a_mark_names_a_promise_that_exists() -> None:
    assert sorted(holders().keys() - PROMISES.keys()) == []


def test_the_page_of_promises_says_what_the_marks_say() -> None:
    told = PAGE.read_text(encoding="utf-8")
    assert told == promises_page(), "run: python -m tests.support.promises > docs/PROMISES.md"
