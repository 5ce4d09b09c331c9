"""File numbers that can be read out on the telephone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.ids import _LETTERS, new_file_number, read_file_number

NUMBERS = st.builds(new_file_number)


@given(NUMBERS)
def test_a_number_is_read_as_it_was_given(number: str) -> None:
    assert read_file_number(number) == number
    assert read_file_number(number.lower().replace("-", " ")) == number
    assert read_file_number(number.removeprefix("AM-")) == number


@given(NUMBERS, st.integers(0, 7), st.sampled_from(_LETTERS))
def test_one_wrong_letter_is_noticed(number: str, place: int, letter: str) -> None:
    letters = list(number[3:].replace("-", ""))
    if letters[place] != letter:
        letters[place] = letter
        assert read_file_number("AM" + "".join(letters)) is None


@given(st.text(max_size=40))
def test_no_text_makes_it_stumble(typed: str) -> None:
    read_file_number(typed)
