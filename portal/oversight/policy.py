"""Who looks at alerts about how somebody reads."""

from __future__ import annotations

from uuid import UUID

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission, Role


def may_review(actor: Actor) -> bool:
    """Let an auditor see what a second person was asked to look at."""
    return actor.holds(Permission.OVERSIGHT_ALERT_CLOSE)


def may_close(actor: Actor, concerned: UUID) -> bool:
    """Let an auditor say that they have looked, but never at how they read themselves."""
    return may_review(actor) and actor.id != concerned


def may_tell(actor: Actor) -> bool:
    """Let only the machine's own hand write to the auditors."""
    return actor.has_role(Role.WORKER)
