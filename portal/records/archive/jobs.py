"""The background task that carries out imports ordered at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from procrastinate import Blueprint, JobContext

from portal.kernel.work import Workplace
from portal.records.archive import carrying
from portal.vault.service import Vault

tasks = Blueprint()


@dataclass(frozen=True, slots=True)
class Inbox:
    """What bringing in needs; the worker process brings it as `inbox`."""

    place: Workplace
    vault: Vault
    folder: Path | None


@tasks.periodic(cron="* * * * *")
@tasks.task(name="carry_out_imports", pass_context=True, queueing_lock="carry_out_imports")
def carry_out_imports(context: JobContext, timestamp: int) -> None:
    """Carry out what waits, and go on with what was interrupted."""
    inbox: Inbox = context.additional_context["inbox"]
    carrying.carry_out(inbox.place, inbox.vault, inbox.folder)
