"""The worker knows every task of the house, and when each is to be done."""

from __future__ import annotations

from portal.accounts.sessions import ENTERED
from portal.cli.worker import queue_of

PERIODIC = (
    "inquiries:clear_drafts",
    "memorial:keep_index",
    "recovery:expire_recoveries",
    "vault:check_store",
    "vault:finish_erasures",
    "vault:rewrap",
)
DEFERRED = (ENTERED, "notifications:deliver", "oversight:tell_of_alert", "publication:publish")


def test_the_queue_knows_every_task_and_when_to_do_it() -> None:
    # Asked for once in a process, as by the worker itself: gathering the tasks gives them their names.
    queue = queue_of("postgresql://nobody@/nothing")
    assert {*PERIODIC, *DEFERRED} <= set(queue.tasks)
    assert {(name, "") for name in PERIODIC} <= set(queue.periodic_registry.periodic_tasks)
