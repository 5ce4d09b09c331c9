"""The vault's background tasks: checks by schedule, rotation, erasures that wait for the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog
from procrastinate import Blueprint, JobContext

from portal.kernel.actor import WORKER
from portal.kernel.db import DbRole
from portal.kernel.errors import Unavailable
from portal.kernel.work import Workplace
from portal.vault import ledger, rotation
from portal.vault.custody import service
from portal.vault.service import Vault

tasks = Blueprint()
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Keeping:
    """What keeping the vault needs; the worker process brings it as `keeping`."""

    place: Workplace
    vault: Vault
    period: timedelta

    def follow_ledger(self) -> ledger.Followed | None:
        """Erase again what was erased before this database was restored, if it was.

        While the store does not answer, messages still go out; a restored database hands nothing out meanwhile.
        """
        try:
            with self.place.open(WORKER, DbRole.WORKER) as work:
                return ledger.follow(work, self.vault.objects)
        except Unavailable as error:
            log.warning("ledger_not_followed", why=str(error))
            return None


@tasks.periodic(cron="*/15 * * * *")
@tasks.task(name="check_store", pass_context=True)
def check_store(context: JobContext, timestamp: int) -> None:
    """Check the objects whose turn it is."""
    keeping: Keeping = context.additional_context["keeping"]
    service.check_round(keeping.place, keeping.vault, keeping.period)


@tasks.periodic(cron="7 * * * *")
@tasks.task(name="rewrap", pass_context=True)
def rewrap(context: JobContext, timestamp: int) -> None:
    """Wrap anew whatever is still under a former key; mostly nothing."""
    keeping: Keeping = context.additional_context["keeping"]
    rotation.finish(keeping.place, keeping.vault.keys, WORKER, DbRole.WORKER, lambda done: None)


@tasks.periodic(cron="*/10 * * * *")
@tasks.task(name="finish_erasures", pass_context=True)
def finish_erasures(context: JobContext, timestamp: int) -> None:
    """Enter in the ledger what was erased while the store did not answer."""
    keeping: Keeping = context.additional_context["keeping"]
    with keeping.place.open(WORKER, DbRole.WORKER) as work:
        ledger.finish(work, keeping.vault.objects)
