"""Which signs count as alike, and that no pair is missed or named twice."""

from __future__ import annotations

from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from portal.records.likeness.finding import ALIKE, alike
from portal.vault.vocab import SIGNS

_CHANCE = Random(11)  # noqa: S311 - the same signs each time; nothing secret
BASES = [_CHANCE.getrandbits(SIGNS) for _ in range(4)]


def _flipped(signs: int, places: set[int]) -> int:
    for place in places:
        signs ^= 1 << place
    return signs


near = st.builds(_flipped, st.sampled_from(BASES), st.sets(st.integers(0, SIGNS - 1), max_size=ALIKE + 4))


@given(st.lists(near, max_size=12), st.lists(near, max_size=12))
def test_every_pair_with_a_new_one_is_found_once(old: list[int], new: list[int]) -> None:
    known = {UUID(int=number): signs for number, signs in enumerate(old)}
    fresh = {UUID(int=1000 - number): signs for number, signs in enumerate(new)}
    everything = known | fresh
    expected = {
        (one, other)
        for one in everything
        for other in everything
        if one < other
        and (one in fresh or other in fresh)
        and (everything[one] ^ everything[other]).bit_count() <= ALIKE
    }
    found = list(alike(fresh, known))
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_nothing_is_alike_where_nothing_is_new() -> None:
    assert list(alike({}, {UUID(int=1): 5, UUID(int=2): 5})) == []
