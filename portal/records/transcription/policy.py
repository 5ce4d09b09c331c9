"""Who may read papers, and who decides where two readings differ."""

from __future__ import annotations

from portal.kernel.actor import Actor
from portal.kernel.permissions import Permission
from portal.records.transcription.vocab import ReadingState


def may_transcribe(actor: Actor) -> bool:
    """Let a transcriber read papers."""
    return actor.holds(Permission.RECORDS_READING_WRITE)


def may_read(actor: Actor, state: ReadingState | None, has_read: bool) -> bool:
    """Let two people read a paper, each once and apart from the other."""
    return may_transcribe(actor) and not has_read and state in {None, ReadingState.READ_ONCE}


def may_settle(actor: Actor, state: ReadingState | None, has_read: bool) -> bool:
    """Let only a third person decide, one who has not read the paper before."""
    return may_transcribe(actor) and not has_read and state is ReadingState.DISPUTED
