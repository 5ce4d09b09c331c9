"""The time in which the demo's story happens: it began weeks ago and has come to the present."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.kernel.clock import Clock, system_clock

BEGAN = timedelta(weeks=6)
BETWEEN_ACTS = timedelta(minutes=80)


class StoryTime:
    """A clock that goes on a little with each act and never past the present."""

    def __init__(self, present: Clock = system_clock) -> None:
        self._present = present
        self._moment = present() - BEGAN

    def __call__(self) -> datetime:
        """The moment of the next act."""
        self._moment = min(self._moment + BETWEEN_ACTS, self._present())
        return self._moment
