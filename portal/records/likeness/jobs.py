"""The background task that compares photographs which have come in."""

from __future__ import annotations

from procrastinate import Blueprint, JobContext

from portal.records.archive.jobs import Inbox
from portal.records.likeness import service

tasks = Blueprint()


@tasks.periodic(cron="*/5 * * * *")
@tasks.task(name="compare_photographs", pass_context=True, queueing_lock="compare_photographs")
def compare_photographs(context: JobContext, timestamp: int) -> None:
    """Compare some of those that wait; the next round goes on."""
    inbox: Inbox = context.additional_context["inbox"]
    service.compare(inbox.place, inbox.vault)
