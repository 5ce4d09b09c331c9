"""Who sees that a relative may be under pressure, and who lifts the hold."""

from __future__ import annotations

from uuid import UUID

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission


def may_raise(actor: Actor) -> bool:
    """Let the portal itself raise a hold; it happens without anybody's decision."""
    return actor.holds(Permission.DISCLOSURE_HOLD_RAISE)


def may_read(actor: Actor) -> bool:
    """Let approvers and the liaison of the case see it; the database narrows a liaison to assigned cases."""
    return actor.holds(Permission.DISCLOSURE_HOLD_LIFT)


def may_propose(actor: Actor, proposed_by: UUID | None) -> bool:
    """Let whoever sees a hold propose to lift it; the same person does not propose twice."""
    return may_read(actor) and actor.id != proposed_by


def may_sign(actor: Actor, proposed_by: UUID | None) -> bool:
    """Let an approver lift what another person proposed to lift."""
    return (
        actor.holds(Permission.DISCLOSURE_HOLD_SIGN) and proposed_by is not None and actor.id != proposed_by
    )
