"""The background task that erases drafts nobody has come back to."""

from __future__ import annotations

from procrastinate import Blueprint, JobContext

from portal.inquiries import service
from portal.kernel.actor import WORKER
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace

tasks = Blueprint()


@tasks.periodic(cron="17 3 * * *")
@tasks.task(name="clear_drafts", pass_context=True)
def clear_drafts(context: JobContext, timestamp: int) -> None:
    """Erase old drafts, once a night."""
    place: Workplace = context.additional_context["place"]
    with place.open(WORKER, DbRole.WORKER) as work:
        service.clear_drafts(work)
