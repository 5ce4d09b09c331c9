"""How many objects a round of checks takes, so that the whole store is gone through once in each period."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

EVERY = timedelta(minutes=15)
# A round may fail or be late: the plan ends a tenth before the period does.
_PLANNED = 0.9
_CATCHING_UP = 20


def share(objects: int, period: timedelta, every: timedelta = EVERY) -> int:
    """The part of one round, the same all through the period."""
    return ceil(objects * (every / (period * _PLANNED)))


def most(objects: int, overdue: int, period: timedelta, every: timedelta = EVERY) -> int:
    """What one round takes at most: its share, or more as long as something is overdue."""
    fair = share(objects, period, every)
    return max(fair, min(overdue, fair * _CATCHING_UP))
