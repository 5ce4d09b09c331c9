"""How an entry is hashed onto the one before; the same words as in the database's own function."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log as it stands in the table."""

    seq: int
    at: datetime
    actor_id: UUID | None
    roles: str
    event: str
    subject_id: UUID | None
    case_id: UUID | None
    detail: str
    previous: str
    hash: str


def expected_hash(entry: Entry) -> str:
    """SHA-256 (hex) over the previous hash and every field in a fixed order; the free `detail` comes last."""
    moment = entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    fields = (
        entry.previous,
        str(entry.seq),
        moment,
        str(entry.actor_id or ""),
        entry.roles,
        entry.event,
        str(entry.subject_id or ""),
        str(entry.case_id or ""),
        entry.detail,
    )
    return hashlib.sha256("|".join(fields).encode()).hexdigest()


def holds(entry: Entry, before: Entry | None) -> bool:
    """True when the entry follows `before` without a gap and its hash is what its fields give."""
    follows = (
        (entry.seq == 1 and entry.previous == GENESIS)
        if before is None
        else (entry.seq == before.seq + 1 and entry.previous == before.hash)
    )
    return follows and entry.hash == expected_hash(entry)
