"""What somebody types, read as it was meant; and a draft that comes back as it was kept."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.inquiries import answers
from portal.inquiries.answers import Draft, Step
from portal.inquiries.vocab import Receipt

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)  # half letters too
TYPED = st.dictionaries(ANY_TEXT, st.lists(ANY_TEXT).map(tuple))
DRAFTS = st.builds(
    Draft,
    pages=st.dictionaries(st.sampled_from(Step), TYPED),
    held=st.frozensets(st.sampled_from(Step)),
    receipt=st.none() | st.builds(Receipt, st.uuids(), st.text(), st.text()),
)


@pytest.mark.promise("P20")
@given(DRAFTS)
def test_a_draft_comes_back_as_it_was_kept(draft: Draft) -> None:
    assert answers.from_json(answers.to_json(draft)) == draft


@pytest.mark.promise("P20")
def test_a_page_that_no_longer_exists_does_not_cost_the_others() -> None:
    kept = json.loads(answers.to_json(Draft({Step.NAME: {"given": ("سامر",)}}, frozenset({Step.NAME}))))
    kept["pages"]["weather"] = {"sky": ["blue"]}
    kept["held"].append("weather")
    assert answers.from_json(json.dumps(kept)) == Draft(
        {Step.NAME: {"given": ("سامر",)}}, frozenset({Step.NAME})
    )


def test_a_page_holds_only_as_long_as_its_answers_do() -> None:
    draft = Draft().with_page(Step.NAME, {"given": ("a",)}, holds=True)
    assert draft.held == {Step.NAME}
    changed = draft.with_page(Step.NAME, {"given": ("",)}, holds=False)
    assert changed.held == frozenset()
    assert changed.pages[Step.NAME] == {"given": ("",)}
    assert draft.pages[Step.NAME] == {"given": ("a",)}  # what was kept before is not touched


@pytest.mark.asvs("16.2.5")
def test_the_token_of_an_account_stands_in_no_log() -> None:
    assert "secret" not in repr(Draft(receipt=Receipt(uuid4(), "AM-0000-0000", "secret")))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1984", 1984),
        ("١٩٨٤", 1984),  # Arabic-Indic
        ("۱۹۸۴", 1984),  # Eastern Arabic-Indic
        (" 7 ", 7),
        ("007", 7),
        ("", None),
        ("  ", None),
        (None, None),
    ],
)
def test_a_number_is_read_in_any_digits(typed: str | None, number: int | None) -> None:
    assert answers.number_in(typed) == number


@pytest.mark.parametrize(
    "typed", ["about 1980", "-5", "1.5", "19 84", "1" * 10, "१९८४x", "\N{ROMAN NUMERAL FIVE}"]
)
def test_what_is_no_number_is_not_guessed(typed: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        answers.number_in(typed)
    assert answers.year_in(typed) is None
    assert answers.month_in(typed) is None


@pytest.mark.parametrize(
    ("day", "month", "year", "possible"),
    [
        (None, None, None, True),
        (31, None, None, True),
        (32, None, None, False),
        (0, None, None, False),
        (31, 1, None, True),
        (31, 4, None, False),
        (29, 2, None, True),  # without a year it may have been a leap year
        (29, 2, 2012, True),
        (29, 2, 2013, False),
        (None, 12, None, True),
        (None, 13, None, False),
        (None, 0, None, False),
    ],
)
def test_what_is_not_known_of_a_day_is_taken_as_possible(
    day: int | None, month: int | None, year: int | None, possible: bool
) -> None:
    assert answers.is_day_of(day, month, year) is possible


@pytest.mark.parametrize(
    ("typed", "line"),
    [("  Samer   Nader ", "Samer Nader"), ("a\n b\tc", "a b c"), ("   ", None), (None, None)],
)
def test_a_line_has_no_needless_blanks(typed: str | None, line: str | None) -> None:
    assert answers.one_line(typed) == line


@pytest.mark.asvs("1.3.11")
@pytest.mark.asvs("2.2.1")
@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" rima@mail.example ", "rima@mail.example"),
        ("rima+two@post.mail.example", "rima+two@post.mail.example"),
        ("rima٢@mail.example", "rima2@mail.example"),
        ("rima", None),
        ("rima@mail", None),
        ("rima@mail.example, nour@mail.example", None),
        ("Rima <rima@mail.example>", None),
        ("rima@mail.example\nBcc: nour@mail.example", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_is_one_address_and_nothing_more(typed: str | None, address: str | None) -> None:
    assert answers.email_in(typed) == address


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+963 (11) 555-0101", "+963115550101"),
        ("٠٩٣٣ ٥٥٥ ٠١٠", "0933555010"),
        ("0933.555/010", "0933555010"),
        ("12345", None),
        ("1" * 16, None),
        ("933+555010", None),
        ("my sister's number", None),
        ("", None),
        (None, None),
    ],
)
def test_a_telephone_number_is_kept_in_plain_digits(typed: str | None, number: str | None) -> None:
    assert answers.phone_in(typed) == number


@given(ANY_TEXT)
def test_no_text_whatever_breaks_the_reading(text: str) -> None:
    assert (answers.year_in(text) or 0) >= 0
    assert answers.month_in(text) in {None, *range(1, 13)}
    assert (answers.one_line(text) or "").split() == text.split()
    for found in (answers.email_in(text), answers.phone_in(text)):
        assert found is None or not any(letter.isspace() for letter in found)


@given(*[st.none() | st.integers(0, 10**9 - 1)] * 3)
def test_any_three_numbers_are_a_day_or_not(day: int | None, month: int | None, year: int | None) -> None:
    assert answers.is_day_of(day, month, year) in {True, False}
