"""Who may log a conversation, and when a relative may open the next layer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from portal.disclosure.telling.vocab import AFTERCARE
from portal.disclosure.vocab import BEFORE_A_FACE, Package, PackageState
from portal.inquiries.vocab import Layer
from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission

TELLABLE = frozenset({PackageState.APPROVED, PackageState.CONTACTED, PackageState.TOLD})


def may_log(actor: Actor, prepared_by: UUID, state: PackageState) -> bool:
    """Let the liaison who prepared an approved package write down the conversation."""
    return (
        actor.holds(Permission.DISCLOSURE_CONVERSATION_LOG) and actor.id == prepared_by and state in TELLABLE
    )


def may_end(actor: Actor, package: Package) -> bool:
    """Let the liaison who told a relative lead the case to its end, as long as what was told stands."""
    is_told = package.state is PackageState.TOLD and package.stands
    return is_told and may_log(actor, package.proposed_by, package.state)


def was_asked_after(told_at: datetime | None, talks: Iterable[datetime]) -> bool:
    """True when somebody spoke with the relative again, two days after the telling or later."""
    return told_at is not None and any(held_at >= told_at + AFTERCARE[0] for held_at in talks)


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
