"""The background task that closes recoveries nobody took further."""

from __future__ import annotations

from procrastinate import Blueprint, JobContext

from portal.accounts.recovery import service
from portal.kernel.actor import WORKER
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace

tasks = Blueprint()


@tasks.periodic(cron="7 * * * *")
@tasks.task(name="expire_recoveries", pass_context=True)
def expire_recoveries(context: JobContext, timestamp: int) -> None:
    """Close what has lapsed, once an hour; its links have opened nothing since that moment anyway."""
    place: Workplace = context.additional_context["place"]
    with place.open(WORKER, DbRole.WORKER) as work:
        service.expire(work)
