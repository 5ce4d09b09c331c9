"""The words of a hand-over: where it stands, to whom it goes, and what was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.kernel.errors import Invalid


class HandoverState(StrEnum):
    """Where a hand-over stands; only what another person signed is ever packed."""

    ASKED = "asked"
    DECLINED = "declined"
    PACKED = "packed"
    RECEIVED = "received"
    SIGNED = "signed"


class NotAKey(Invalid):
    """What was given as the recipient's public key is none."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who receives it, and the public key whose owner alone can open it."""

    name: str = field(repr=False)
    institution: str = field(repr=False)
    public_key: str


@dataclass(frozen=True, slots=True)
class Wish:
    """Which items of one record go to whom, and why."""

    record_id: UUID
    items: frozenset[UUID]
    recipient: Recipient
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Handover:
    """A hand-over as custodians and approvers see it."""

    id: UUID
    version: int
    state: HandoverState
    record_id: UUID
    recipient: Recipient
    reason: str = field(repr=False)
    objects: tuple[UUID, ...]
    proposed_by: UUID
    proposed_at: datetime
    signed_by: UUID | None
    signed_at: datetime | None
    packed_at: datetime | None
    sha256: str | None
    received_at: datetime | None
    receipt: str | None = field(repr=False)
    may_sign: bool
    may_pack: bool
    may_receive: bool
