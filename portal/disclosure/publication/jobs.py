"""The background task that lets signed names stand when their waiting time has passed."""

from __future__ import annotations

from uuid import UUID

from procrastinate import Blueprint, JobContext

from portal.disclosure.publication import service
from portal.kernel.actor import WORKER
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace

tasks = Blueprint()


@tasks.task(name="publish", pass_context=True)
def publish(context: JobContext, publication_id: str) -> None:
    """Let one name stand, if it is due."""
    place: Workplace = context.additional_context["place"]
    with place.open(WORKER, DbRole.WORKER) as work:
        service.publish_if_due(work, UUID(publication_id))
