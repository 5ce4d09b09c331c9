"""The two questions of verification and what may be said to each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class DecisionKind(StrEnum):
    """Identity and kinship are separate questions and separate decisions."""

    IDENTITY = "identity"
    KINSHIP = "kinship"


class DecisionState(StrEnum):
    """Where a decision stands between its two people."""

    PROPOSED = "proposed"
    RETURNED = "returned"
    SIGNED = "signed"


class Finding(StrEnum):
    """What the verifier found."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


class Basis(StrEnum):
    """What a finding rests on."""

    CALL_WITH_KNOWN_PERSON = "call_with_known_person"
    CIVIL_REGISTRY = "civil_registry"
    FAMILY_BOOKLET = "family_booklet"
    IDENTITY_DOCUMENT = "identity_document"
    INTERVIEW = "interview"
    WITNESS = "witness"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a verifier proposes, and why."""

    inquiry_id: UUID
    kind: DecisionKind
    finding: Finding
    basis: frozenset[Basis]
    reason: str


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """One decision as the two people see it; `may_sign` says whether this reader could be the second."""

    id: UUID
    version: int
    inquiry_id: UUID
    kind: DecisionKind
    finding: Finding
    basis: tuple[Basis, ...]
    reason: str
    state: DecisionState
    proposed_by: UUID
    proposed_at: datetime
    signed_by: UUID | None
    signed_at: datetime | None
    returned_by: UUID | None
    return_reason: str | None
    may_sign: bool
