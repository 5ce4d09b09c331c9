"""The seal covers every letter; a paper's cause is found in our own words however it is written."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.disclosure.packages.seal import names_the_cause, seal_of
from portal.disclosure.vocab import Item
from portal.inquiries.vocab import Layer
from portal.records.vocab import Part

FILE, RECORD = UUID(int=1), UUID(int=2)
ITEMS = (
    Item(Layer.FACT, 0, "The documents show it."),
    Item(Layer.PAPERS, 0, "heart failure", "The death certificate", part=Part.CAUSE),
    Item(Layer.FACE, 0, object_id=UUID(int=3)),
)


def _seal(items: tuple[Item, ...] = ITEMS, version: int = 1) -> str:
    return seal_of(FILE, RECORD, version, items)


@pytest.mark.promise("P7")
@pytest.mark.parametrize(
    "changed",
    [
        (replace(ITEMS[0], text="The documents show it!"), *ITEMS[1:]),
        (replace(ITEMS[0], layer=Layer.DATE_PLACE), *ITEMS[1:]),
        (replace(ITEMS[0], position=1), *ITEMS[1:]),
        (ITEMS[0], replace(ITEMS[1], source="A paper"), ITEMS[2]),
        (ITEMS[0], replace(ITEMS[1], part=Part.PLACE), ITEMS[2]),
        (*ITEMS[:2], replace(ITEMS[2], object_id=uuid4())),
        ITEMS[:2],
        ITEMS[::-1],
    ],
)
def test_any_change_gives_another_seal(changed: tuple[Item, ...]) -> None:
    assert _seal(changed) != _seal()


@pytest.mark.promise("P7")
def test_the_record_as_it_was_read_is_part_of_the_seal() -> None:
    assert _seal(version=2) != _seal()
    assert seal_of(uuid4(), RECORD, 1, ITEMS) != _seal()
    assert seal_of(FILE, uuid4(), 1, ITEMS) != _seal()


@pytest.mark.promise("P7")
@given(st.text(max_size=40), st.text(max_size=40))
def test_two_texts_share_a_seal_only_when_they_are_the_same(one: str, other: str) -> None:
    items = [(Item(Layer.FACT, 0, text),) for text in (one, other)]
    assert (_seal(items[0]) == _seal(items[1])) is (one == other)


@pytest.mark.promise("P13")
@pytest.mark.parametrize(
    ("written", "cause"),
    [
        ("He died of Heart  Failure.", "heart failure"),
        ("توفي بسبب تَوَقُّف القلب في السجن", "توقف القلب"),
        ("توقـــف القلب", "توقف القلب"),
    ],
)
def test_a_paper_s_cause_is_found_in_our_own_words(written: str, cause: str) -> None:
    assert names_the_cause([Item(Layer.FACT, 0, written)], [cause])


@pytest.mark.promise("P13")
def test_a_quotation_may_say_what_the_paper_says() -> None:
    assert not names_the_cause(ITEMS, ["heart failure"])
    assert not names_the_cause([Item(Layer.FACT, 0, "His heart was warm.")], ["heart failure", ""])
