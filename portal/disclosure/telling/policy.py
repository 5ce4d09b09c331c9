"""Who may log a conversation, and when a relative may open the next layer."""

from __future__ import annotations

from uuid import UUID

from portal.disclosure.vocab import BEFORE_A_FACE, PackageState
from portal.inquiries.vocab import Layer
from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission

TELLABLE = frozenset({PackageState.APPROVED, PackageState.CONTACTED, PackageState.TOLD})


def may_log(actor: Actor, prepared_by: UUID, state: PackageState) -> bool:
    """Let the liaison who prepared an approved package write down the conversation."""
    return (
        actor.holds(Permission.DISCLOSURE_CONVERSATION_LOG) and actor.id == prepared_by and state in TELLABLE
    )


def may_read_own(actor: Actor) -> bool:
    """Let a relative read what was released to them."""
    return actor.holds(Permission.DISCLOSURE_OWN_READ)


def may_open_photograph(actor: Actor) -> bool:
    """Let a relative open the picture that was released to them."""
    return actor.holds(Permission.DISCLOSURE_PHOTOGRAPH_OPEN)


def may_ask_for(layer: Layer, offered: tuple[Layer, ...], released: frozenset[Layer]) -> bool:
    """A layer comes after the text: the fact first; a face only after the words about photographs."""
    if layer not in offered or layer in released:
        return False
    if layer is Layer.FACE:
        return released >= BEFORE_A_FACE
    return layer is Layer.FACT or Layer.FACT in released
