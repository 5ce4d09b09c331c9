"""A recovery code survives handwriting, and only one that we could have made is read."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.credentials import codes

A_CODE = st.text(codes.LETTERS, min_size=16, max_size=16)
pytestmark = pytest.mark.usefixtures("place")  # brings the field keys


@pytest.mark.asvs("6.5.3")
@pytest.mark.asvs("6.5.4")
def test_codes_hold_eighty_bits_and_no_two_are_alike() -> None:
    made = {codes.new_code() for _ in range(500)}
    assert len(made) == 500
    assert len(codes.LETTERS) == 32
    assert all(len(code.replace("-", "")) == 16 for code in made)
    assert not set("".join(made)) & set("ILOU")


@given(A_CODE, st.sampled_from(["", " ", "-", " - "]))
def test_a_code_is_read_however_it_is_typed(code: str, between: str) -> None:
    typed = between.join(code[i : i + 4] for i in range(0, 16, 4))
    assert codes.read(typed) == codes.read(typed.lower()) == code


def test_what_looks_alike_is_read_as_what_is_meant() -> None:
    assert codes.read("OOil-uuuu-٠١٢٣-abcd") == "0011VVVV0123ABCD"


@given(st.text(max_size=40))
def test_nothing_else_is_a_code(typed: str) -> None:
    read = codes.read(typed)
    assert read is None or (len(read) == 16 and set(read) <= set(codes.LETTERS))


@given(st.text("0123456789", min_size=6, max_size=6))
def test_six_digits_are_never_a_code(typed: str) -> None:
    assert codes.read(typed) is None


def test_a_code_fits_one_account_only() -> None:
    one, other, code = uuid4(), uuid4(), codes.new_code()
    assert codes.hash_of(one, code) == codes.hash_of(one, code.lower())
    assert codes.hash_of(one, code) != codes.hash_of(other, code)
