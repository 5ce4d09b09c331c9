"""Probabilities among all records, none of them included."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from portal.matching.linkage.frame import LEVELS, Pairs
from portal.matching.linkage.scoring import Scored, best_of, probabilities

WEIGHTS = st.lists(st.tuples(st.integers(0, 4), st.floats(-60, 60)), max_size=30)


@given(WEIGHTS, st.integers(1, 10**6), st.floats(0.001, 0.999))
def test_the_probabilities_of_an_inquiry_never_exceed_one(
    pairs: list[tuple[int, float]], records: int, found: float
) -> None:
    left = np.array(sorted(inquiry for inquiry, _ in pairs), dtype=np.int64)
    chances = probabilities(left, np.array([weight for _, weight in pairs]), records, found)
    assert ((chances >= 0) & (chances <= 1)).all()
    assert all(chances[left == inquiry].sum() <= 1 + 1e-9 for inquiry in set(left.tolist()))


def test_two_records_that_fit_alike_share_what_one_would_have() -> None:
    one = probabilities(np.array([0]), np.array([12.0]), 1000, 0.3)
    two = probabilities(np.array([0, 0]), np.array([12.0, 12.0]), 1000, 0.3)
    assert one[0] > 0.95
    assert two[0] == two[1] < 0.5


def test_nothing_said_is_what_any_record_has() -> None:
    assert probabilities(np.array([0]), np.array([0.0]), 1000, 0.5)[0] < 0.002


def test_the_best_of_each_inquiry_come_first() -> None:
    left, right = np.array([0, 0, 0, 1]), np.array([7, 8, 9, 7])
    levels = np.zeros((4, len(LEVELS)), dtype=np.int64)
    kept = best_of(Scored(Pairs(left, right, levels), np.array([1.0, 3.0, 2.0, -5.0])), 2)
    assert kept.pairs.right.tolist() == [8, 9, 7]
    assert kept.pairs.left.tolist() == [0, 0, 1]
