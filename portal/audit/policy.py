"""Who may read and check the log."""

from __future__ import annotations

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission


def may_read(actor: Actor) -> bool:
    """Let an auditor read what happened; the log holds no content of any record."""
    return actor.holds(Permission.AUDIT_ENTRY_READ)


def may_verify(actor: Actor) -> bool:
    """Let an auditor or the operator recompute the log."""
    return actor.holds(Permission.AUDIT_LOG_VERIFY)
