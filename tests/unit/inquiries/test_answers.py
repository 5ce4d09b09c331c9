"""What was typed is kept as it is; numbers, days and addresses are read in any script."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.inquiries.answers import (
    Draft,
    Step,
    email_in,
    from_json,
    is_day_of,
    month_in,
    number_in,
    one_line,
    phone_in,
    to_json,
    year_in,
)
from portal.inquiries.vocab import Receipt

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
PAGES = st.dictionaries(st.sampled_from(Step), st.dictionaries(ANY_TEXT, st.lists(ANY_TEXT).map(tuple)))


@pytest.mark.promise("P20")
@given(PAGES, st.frozensets(st.sampled_from(Step)))
def test_a_draft_comes_back_letter_by_letter(
    pages: dict[Step, dict[str, tuple[str, ...]]], held: frozenset[Step]
) -> None:
    draft = Draft(pages, held)
    assert from_json(to_json(draft)) == draft


def test_a_receipt_comes_back() -> None:
    draft = Draft(receipt=Receipt(uuid4(), "AM-7K4Q-2M9X", "token"))
    assert from_json(to_json(draft)) == draft
    assert "token" not in repr(draft)


def test_a_page_that_no_longer_exists_is_left_out() -> None:
    kept = json.dumps(
        {"pages": {"former": {}, "you": {"full_name": ["Rima"]}}, "held": ["former"], "receipt": None}
    )
    assert from_json(kept) == Draft({Step.YOU: {"full_name": ("Rima",)}})


def test_a_page_that_no_longer_holds_is_kept_all_the_same() -> None:
    draft = Draft().with_page(Step.NAME, {"given": ("a",)}, holds=True)
    changed = draft.with_page(Step.NAME, {"given": ("",)}, holds=False)
    assert changed.pages[Step.NAME] == {"given": ("",)}
    assert draft.held == {Step.NAME}
    assert changed.held == frozenset()


@pytest.mark.parametrize(
    ("typed", "number"),
    [("1984", 1984), ("١٩٨٤", 1984), ("۱۹۸۴", 1984), (" 05 ", 5), ("", None), (None, None), ("  ", None)],
)
def test_numbers_are_read_in_the_digits_of_any_script(typed: str | None, number: int | None) -> None:
    assert number_in(typed) == number


@pytest.mark.parametrize("typed", ["about 1984", "-5", "1e3", "19.84", "½", "9" * 5000, "一"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        number_in(typed)
    assert year_in(typed) is None
    assert month_in(typed) is None


@given(ANY_TEXT)
def test_no_text_whatever_breaks_the_reading(text: str) -> None:
    assert year_in(text) is None or year_in(text) >= 0  # type: ignore[operator]  # not None here
    assert month_in(text) in {None, *range(1, 13)}
    assert (one_line(text) or "").split() == text.split()
    for found in (email_in(text), phone_in(text)):
        assert found is None or (found and not any(letter.isspace() for letter in found))


@given(*[st.none() | st.integers(0, 10**9 - 1)] * 3)
def test_any_three_numbers_are_a_day_or_not(day: int | None, month: int | None, year: int | None) -> None:
    assert is_day_of(day, month, year) in {True, False}
    if day is not None and not 1 <= day <= 31:
        assert not is_day_of(day, month, year)


@pytest.mark.parametrize(
    ("typed", "email", "phone"),
    [
        ("rima@mail.example", "rima@mail.example", None),
        (" rima@mail.example ", "rima@mail.example", None),
        ("rima@mail", None, None),
        ("a@b.example,c@d.example", None, None),
        ("Rima <rima@mail.example>", None, None),
        ("rima@mail.example\nBcc: x@y.example", None, None),
        ("+963 11 555-0101", None, "+963115550101"),
        ("٠٩٣٣٥٥٥٠١٠", None, "0933555010"),
        ("12345", None, None),
        ("", None, None),
    ],
)
def test_addresses_are_recognised(typed: str, email: str | None, phone: str | None) -> None:
    assert (email_in(typed), phone_in(typed)) == (email, phone)
