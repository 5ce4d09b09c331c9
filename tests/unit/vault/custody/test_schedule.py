"""Whatever the store holds, every object is checked within the period."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.vault.custody.schedule import EVERY, most, share


@pytest.mark.promise("P17")
@given(objects=st.integers(1, 400), days=st.integers(1, 3))
def test_every_object_is_checked_within_the_period(objects: int, days: int) -> None:
    """Rounds one after the other, each taking those not looked at for longest; a tenth of the time may be lost."""
    period = timedelta(days=days)
    checked = deque([timedelta(0)] * objects)
    rounds = int(2 * period / EVERY)
    for number in range(1, rounds + 1):
        if number % 12 == 0:
            continue  # this round did not take place
        now = number * EVERY
        overdue = sum(1 for moment in checked if moment < now - period)
        assert overdue == 0
        for _ in range(min(most(objects, overdue, period), objects)):
            checked.popleft()
            checked.append(now)


@given(objects=st.integers(0, 10**7), days=st.integers(1, 365))
def test_a_round_stays_small_unless_something_is_overdue(objects: int, days: int) -> None:
    period = timedelta(days=days)
    fair = share(objects, period)
    assert most(objects, 0, period) == fair
    assert fair <= most(objects, objects, period) <= 20 * max(fair, 1)
    rounds = period / EVERY
    assert fair * rounds >= objects


def test_the_archive_that_exists_is_gone_through_in_thirty_days_by_fifty_two_at_a_time() -> None:
    assert share(134_000, timedelta(days=30)) == 52
