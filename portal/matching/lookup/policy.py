"""Who may look through the archive for a name, and who reads that somebody did."""

from __future__ import annotations

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission


def may_search(actor: Actor) -> bool:
    """Let an analyst look, for a case that is open to them."""
    return actor.holds(Permission.MATCHING_CANDIDATE_READ)


def may_oversee(actor: Actor) -> bool:
    """Let an auditor read who looked for which name, and why."""
    return actor.holds(Permission.OVERSIGHT_ALERT_CLOSE)
