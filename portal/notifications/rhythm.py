"""When a message may leave: the calm rhythm and the receiver's own quiet hours; pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from portal.notifications.vocab import DeliveryRules, Rhythm, Urgency

THURSDAY, FRIDAY = 3, 4
EVENING = 16
_SEARCHED_DAYS = 400
_EVERY_DAY = frozenset(range(7))


def of(urgency: Urgency, calm: Rhythm) -> Rhythm:
    """The rhythm of a message: the calm one, unless it may not be kept back so long."""
    if urgency is Urgency.AT_ONCE:
        return Rhythm(immediate=True)
    return replace(calm, weekdays=_EVERY_DAY) if urgency is Urgency.ANY_DAY else calm


def next_moment(now: datetime, rules: DeliveryRules, rhythm: Rhythm) -> datetime:
    """The first moment from `now` on that the rhythm and the receiver allow.

    When the receiver's quiet days leave no day of the rhythm, their wish wins: the rhythm gives way.
    """
    if rhythm.immediate:
        return now
    for weekdays in (rhythm.weekdays, _EVERY_DAY):
        for days in range(_SEARCHED_DAYS):
            found = _on_day(now, now + timedelta(days=days), rules, weekdays)
            if found is not None:
                return found
    return now + timedelta(days=_SEARCHED_DAYS)


def is_allowed(moment: datetime, rules: DeliveryRules, rhythm: Rhythm) -> bool:
    """True when a message may leave at this very moment."""
    return next_moment(moment, rules, rhythm) == moment


def _on_day(now: datetime, day: datetime, rules: DeliveryRules, weekdays: frozenset[int]) -> datetime | None:
    local = day.astimezone(ZoneInfo(rules.zone))
    if local.weekday() not in weekdays - rules.quiet_weekdays - {FRIDAY}:
        return None
    if (local.month, local.day) in rules.quiet_dates:
        return None
    closes = min(rules.hour_to, EVENING) if local.weekday() == THURSDAY else rules.hour_to
    opening = local.replace(hour=rules.hour_from, minute=0, second=0, microsecond=0)
    moment = max(now, opening)
    return (
        moment
        if moment < local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=closes)
        else None
    )
