"""Who may ask, propose and sign a name; who may answer for themselves."""

from __future__ import annotations

from uuid import UUID

from portal.disclosure.publication.vocab import NameState
from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission


def may_ask(actor: Actor) -> bool:
    """Let an editor ask the relatives who were told."""
    return actor.holds(Permission.DISCLOSURE_NAME_ASK)


def may_read(actor: Actor) -> bool:
    """Let editors and those who sign read the answers; without whose they are."""
    return actor.holds(Permission.DISCLOSURE_NAME_READ)


def may_propose(actor: Actor, state: NameState) -> bool:
    """Let an editor propose a name that waits."""
    return actor.holds(Permission.DISCLOSURE_NAME_ASK) and state is NameState.ASKED


def may_sign(actor: Actor, proposed_by: UUID | None, state: NameState) -> bool:
    """Let somebody else than the editor who proposed give the second signature."""
    return (
        actor.holds(Permission.DISCLOSURE_NAME_SIGN)
        and actor.id != proposed_by
        and state is NameState.PROPOSED
    )


def may_answer(actor: Actor) -> bool:
    """Let a relative answer for themselves."""
    return actor.holds(Permission.DISCLOSURE_NAME_OWN)
