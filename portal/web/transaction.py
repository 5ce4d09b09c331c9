"""The one transaction of a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, g

from portal.kernel.work import Work, Workplace
from portal.web import notices
from portal.web.audience import ZONES, Audience, current_audience


def workplace() -> Workplace:
    """The workplace this app was made with."""
    place: Workplace = current_app.extensions["workplace"]
    return place


@contextmanager
def request_work(audience: Audience | None = None) -> Iterator[Work]:
    """Open the work of this request: the signed-in actor, under the database role of the view's audience."""
    with workplace().open(g.actor, ZONES[audience or current_audience()].db_role) as work:
        yield work
    notices.keep(work.notices)
