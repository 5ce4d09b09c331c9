"""The background task that follows every sign-in alike."""

from __future__ import annotations

from uuid import UUID

from procrastinate import Blueprint, JobContext

from portal.disclosure.protection import service
from portal.kernel.actor import WORKER
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace

tasks = Blueprint()


@tasks.task(name="entered", pass_context=True)
def entered(context: JobContext, account_id: str) -> None:
    """Raise a hold if this sign-in was a forced one."""
    place: Workplace = context.additional_context["place"]
    with place.open(WORKER, DbRole.WORKER) as work:
        service.follow(work, UUID(account_id))
