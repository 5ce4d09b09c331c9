"""The calm rhythm: never at a quiet moment, never before now, the same for whatever happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.notifications.rhythm import EVENING, FRIDAY, THURSDAY, is_allowed, next_moment
from portal.notifications.vocab import DeliveryRules, Rhythm

MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
RULES = st.builds(
    lambda first, length, days, dates: DeliveryRules(
        first, min(first + length, 24), frozenset(days), frozenset(dates)
    ),
    st.integers(6, 20),
    st.integers(1, 8),
    st.sets(st.integers(0, 6), max_size=5),
    st.sets(st.tuples(st.integers(1, 12), st.integers(1, 28)), max_size=4),
)


@pytest.mark.promise("P10")
@given(now=MOMENTS, rules=RULES)
def test_a_message_never_leaves_at_a_quiet_moment(now: datetime, rules: DeliveryRules) -> None:
    moment = next_moment(now, rules, Rhythm())
    local = moment.astimezone(ZoneInfo(rules.zone))
    assert moment >= now
    if moment - now < timedelta(days=399):
        assert local.weekday() != FRIDAY
        assert local.weekday() not in rules.quiet_weekdays
        assert rules.hour_from <= local.hour < rules.hour_to
        assert local.weekday() != THURSDAY or local.hour < EVENING
        assert (local.month, local.day) not in rules.quiet_dates


@pytest.mark.promise("P10")
@given(now=MOMENTS)
def test_messages_leave_only_on_the_days_of_the_rhythm(now: datetime) -> None:
    moment = next_moment(now, DeliveryRules(), Rhythm())
    assert moment.astimezone(ZoneInfo("Asia/Damascus")).weekday() in Rhythm().weekdays


def test_when_no_day_of_the_rhythm_is_left_the_receivers_wish_wins() -> None:
    rules = DeliveryRules(quiet_weekdays=frozenset({0, 1, 2}))
    moment = next_moment(datetime(2026, 3, 2, 9, tzinfo=UTC), rules, Rhythm())
    assert moment.astimezone(ZoneInfo(rules.zone)).weekday() not in {0, 1, 2, FRIDAY}


def test_an_allowed_moment_is_now() -> None:
    monday_noon = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert is_allowed(monday_noon, DeliveryRules(), Rhythm())
