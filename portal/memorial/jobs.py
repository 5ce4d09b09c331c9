"""The background task that keeps the index of names."""

from __future__ import annotations

from procrastinate import Blueprint, JobContext

from portal.kernel.actor import WORKER
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace
from portal.memorial import service
from portal.memorial.shelf import shelf

tasks = Blueprint()


@tasks.periodic(cron="* * * * *")
@tasks.task(name="keep_index", pass_context=True, queueing_lock="keep_index")
def keep_index(context: JobContext, timestamp: int) -> None:
    """Make the index of names anew when it is due."""
    place: Workplace = context.additional_context["place"]
    with place.open(WORKER, DbRole.WORKER) as work:
        service.keep_index(work, shelf())
