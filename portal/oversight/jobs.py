"""The background task that writes to auditors as soon as there is an alert."""

from __future__ import annotations

from uuid import UUID

from procrastinate import Blueprint, JobContext

from portal.kernel.actor import WORKER
from portal.kernel.db import DbRole
from portal.notifications.jobs import PostOffice
from portal.oversight import service

tasks = Blueprint()


@tasks.task(name="tell_of_alert", pass_context=True)
def tell_of_alert(context: JobContext, alert_id: str) -> None:
    """Write to the auditors about one alert."""
    office: PostOffice = context.additional_context["post_office"]
    with office.place.open(WORKER, DbRole.WORKER) as work:
        service.tell_of_alert(work, UUID(alert_id), office.rhythm)
