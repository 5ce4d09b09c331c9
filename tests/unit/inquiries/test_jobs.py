"""The night's task runs under the worker's own role and erases what nobody came back to."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Protocol

from portal.inquiries import jobs, queries, service
from portal.inquiries.answers import Draft
from portal.kernel.actor import ANONYMOUS
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace


class Clock(Protocol):
    """The clock of a test."""

    def advance(self, **amount: float) -> None:
        """Move it."""


def test_old_drafts_are_erased_at_night(place: Workplace, clock: Clock) -> None:
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        service.save_draft(work, "a token", Draft())
    clock.advance(days=8)
    jobs.clear_drafts(SimpleNamespace(additional_context={"place": place}), 0)
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        assert queries.load_draft(work, "a token") is None
