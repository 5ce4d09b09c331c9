"""Who may have a family asked, and who asks them."""

from __future__ import annotations

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission


def may_ask(actor: Actor) -> bool:
    """Let whoever compares with the archive have the family asked; they never speak with them."""
    return actor.holds(Permission.CASEWORK_QUESTION_ASK)


def may_read(actor: Actor) -> bool:
    """Let whoever compares, and whoever speaks with families, see what is still asked."""
    return actor.holds(Permission.CASEWORK_QUESTION_READ)


def may_answer(actor: Actor) -> bool:
    """Let whoever speaks with families enter what they say; which families are theirs, the case team tells."""
    return actor.holds(Permission.CASEWORK_QUESTION_ANSWER)
