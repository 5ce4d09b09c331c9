"""The background task of the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from procrastinate import Blueprint, JobContext

from portal.kernel.actor import WORKER
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace
from portal.notifications import service
from portal.notifications.mailer import Mailer
from portal.notifications.vocab import Rhythm

tasks = Blueprint()


@dataclass(frozen=True, slots=True)
class PostOffice:
    """What delivering needs; the worker process brings it as `post_office`."""

    place: Workplace
    mailer: Mailer
    organisation: str
    rhythm: Rhythm


@tasks.task(name="deliver", pass_context=True)
def deliver(context: JobContext, envelope_id: str) -> None:
    """Deliver one envelope."""
    office: PostOffice = context.additional_context["post_office"]
    with office.place.open(WORKER, DbRole.WORKER) as work:
        service.deliver(work, office.mailer, office.organisation, UUID(envelope_id), office.rhythm)
