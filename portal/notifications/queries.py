"""Whether a message is ours, and what became of the envelopes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select

from portal.kernel import crypto
from portal.kernel.work import Work
from portal.notifications.models import MessageCheck, QueuedEnvelope
from portal.notifications.vocab import EnvelopeState

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of one envelope; without its address."""

    id: UUID
    state: EnvelopeState
    queued_at: datetime
    send_after: datetime
    sent_at: datetime | None


def is_ours(work: Work, typed: str) -> bool:
    """True when a message with this code left our house; the code tells nothing else."""
    return bool(work.session.scalar(select(exists().where(MessageCheck.code_hash == code_hash(typed)))))


def code_hash(code: str) -> bytes:
    """What is kept of a code; look-alike letters are read as the one that is meant."""
    letters = "".join(c for c in code.upper() if c.isalnum()).translate(_READ_AS)
    return crypto.blind_index(letters, "message_check.code")


def sendings_to(work: Work, recipient_ref: UUID) -> list[Sending]:
    """The envelopes for one receiver, oldest first."""
    rows = work.session.execute(
        select(
            QueuedEnvelope.id,
            QueuedEnvelope.state,
            QueuedEnvelope.queued_at,
            QueuedEnvelope.send_after,
            QueuedEnvelope.sent_at,
        )
        .where(QueuedEnvelope.recipient_ref == recipient_ref)
        .order_by(QueuedEnvelope.queued_at)
    )
    return [Sending(*row) for row in rows]
