"""Sign-in slows down further and further, and never for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.accounts import throttle

LAST = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("failures", range(throttle.FREE))
def test_the_first_attempts_are_free(failures: int) -> None:
    assert throttle.open_again(failures, LAST) is None


@pytest.mark.asvs("6.3.1")
@pytest.mark.parametrize(("failures", "seconds"), [(5, 30), (6, 60), (7, 120), (8, 240), (9, 480)])
def test_each_further_one_doubles_the_wait(failures: int, seconds: int) -> None:
    assert throttle.open_again(failures, LAST) == LAST + timedelta(seconds=seconds)


@pytest.mark.asvs("6.1.1")
@pytest.mark.parametrize("failures", [10, 50, 10_000])
def test_nobody_is_locked_out_for_good(failures: int) -> None:
    assert throttle.open_again(failures, LAST) == LAST + throttle.WINDOW


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_one_household_is_one_network(address: str, network: str) -> None:
    assert throttle.network_of(address) == network
