"""Who asks for a hand-over, who signs it, who takes it out, who notes its receipt."""

from __future__ import annotations

from uuid import UUID

from portal.disclosure.handover.vocab import HandoverState
from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission


def may_read(actor: Actor) -> bool:
    """Let custodians and approvers see hand-overs."""
    return actor.holds(Permission.DISCLOSURE_HANDOVER_READ)


def may_read_own(actor: Actor) -> bool:
    """Let a relative read when something left about the person they asked for."""
    return actor.holds(Permission.DISCLOSURE_OWN_READ)


def may_propose(actor: Actor) -> bool:
    """Let a custodian, who keeps the originals, ask."""
    return actor.holds(Permission.DISCLOSURE_HANDOVER_PROPOSE)


def may_sign(actor: Actor, proposed_by: UUID, state: HandoverState) -> bool:
    """Let an approver answer what somebody else asked."""
    return (
        actor.holds(Permission.DISCLOSURE_HANDOVER_SIGN)
        and actor.id != proposed_by
        and state is HandoverState.ASKED
    )


def may_pack(actor: Actor, signed_by: UUID | None, state: HandoverState) -> bool:
    """Let only whoever gave the second signature take the closed package out, once."""
    return actor.id is not None and actor.id == signed_by and state is HandoverState.SIGNED


def may_receive(actor: Actor, state: HandoverState) -> bool:
    """Let a custodian or approver write down that it arrived."""
    return may_read(actor) and state is HandoverState.PACKED
