"""In which files a caseworker may ask for a recovery."""

from __future__ import annotations

from portal.accounts.recovery import policy as recovery
from portal.kernel.actor import Actor
from portal.kernel.permissions import Role


def may_ask(actor: Actor, place: Role | None) -> bool:
    """Let intake ask in any file, and a liaison in the files where they are the liaison."""
    return recovery.may_ask(actor) and (actor.has_role(Role.INTAKE) or place is Role.LIAISON)
