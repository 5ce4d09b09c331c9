"""Words of a recovery: what was lost, what was said in the conversation, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.kernel.errors import Conflict, Invalid


class Lost(StrEnum):
    """What the relative cannot use any more."""

    BOTH = "both"
    PASSWORD = "password"  # noqa: S105 - the name of a thing, not a secret
    PHONE = "phone"

    @property
    def has_password(self) -> bool:
        """True when another password is needed."""
        return self is not Lost.PHONE

    @property
    def has_phone(self) -> bool:
        """True when another phone is needed."""
        return self is not Lost.PASSWORD


class Mark(StrEnum):
    """What the relative could say; all but the code word are things that only they and we know."""

    ARREST = "arrest"
    CODE_WORD = "code_word"
    CONTACT = "contact"
    CONVERSATION = "conversation"
    DISTINGUISHING = "distinguishing"
    FILED = "filed"


class RecoveryState(StrEnum):
    """How far a recovery has come; nothing of the account changes before the last."""

    ASKED = "asked"
    COOLING = "cooling"
    DECLINED = "declined"
    DONE = "done"
    EXPIRED = "expired"
    HANDED = "handed"
    STOPPED = "stopped"


OPEN = (RecoveryState.ASKED, RecoveryState.COOLING, RecoveryState.HANDED)
# From here on the relative is told, and whoever can still sign in stops it.
ANNOUNCED = (RecoveryState.COOLING, RecoveryState.HANDED)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What came out of a conversation with somebody who cannot sign in any more."""

    account_id: UUID
    inquiry_id: UUID
    lost: Lost
    marks: frozenset[Mark]
    notes: str = field(repr=False)
    has_code_word: bool
    envelope_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CaseRecovery:
    """A recovery as the desk sees it: what the second person signs, and what became of it."""

    id: UUID
    version: int
    inquiry_id: UUID
    state: RecoveryState
    lost: Lost
    marks: frozenset[Mark]
    notes: str = field(repr=False)
    is_announced: bool
    proposed_by: UUID
    proposed_at: datetime
    signed_by: UUID | None
    signed_at: datetime | None
    opens_at: datetime | None
    handed_by: UUID | None
    handed_at: datetime | None
    lapses_at: datetime
    ended_by: UUID | None
    ended_at: datetime | None
    stop_seen_at: datetime | None

    @property
    def people(self) -> tuple[UUID | None, ...]:
        """Everybody whose name stands under it."""
        return (self.proposed_by, self.signed_by, self.handed_by, self.ended_by)


@dataclass(frozen=True, slots=True)
class WaitingRecovery:
    """A recovery that waits for somebody, and since when."""

    id: UUID
    inquiry_id: UUID
    since: datetime


@dataclass(frozen=True, slots=True)
class OwnRecovery:
    """A recovery of one's own account that is under way: what it would change, and from when on."""

    id: UUID
    lost: Lost
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class WayBack:
    """Where the bearer of a link stands; `secret` is there once a key for the new phone was made."""

    login: str
    lost: Lost
    has_password: bool
    secret: str | None = field(repr=False)


class NotEnoughSaid(Invalid):
    """What the relative could say does not tell them from somebody who knows the family."""


class RecoveryWaits(Conflict):
    """There is a recovery of this account already that is under way."""


class TooEarly(Conflict):
    """The time in which the relative can stop it is not over."""
