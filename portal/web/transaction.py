"""The one transaction of a request."""

from __future__ import annotations

from contextlib import AbstractContextManager

from flask import current_app, g

from portal.kernel.work import Work, Workplace
from portal.web.audience import ZONES, Audience, current_audience


def workplace() -> Workplace:
    """The workplace this app was made with."""
    place: Workplace = current_app.extensions["workplace"]
    return place


def request_work(audience: Audience | None = None) -> AbstractContextManager[Work]:
    """Open the work of this request: the signed-in actor, under the database role of the view's audience."""
    return workplace().open(g.actor, ZONES[audience or current_audience()].db_role)
