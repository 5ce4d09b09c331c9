"""Words of the room: states, who may hold which roles together, and what crosses its doors."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from portal.kernel.actor import Actor
from portal.kernel.errors import Conflict, Invalid, TooMany
from portal.kernel.ids import read_file_number
from portal.kernel.permissions import Role

# Who speaks with families, and who works on the archive. Nobody stands in both circles, and every other
# role stands alone: it signs, compares, checks or administers what these propose.
DESK = frozenset({Role.EDITOR, Role.INTAKE, Role.LIAISON, Role.VERIFIER})
ARCHIVE = frozenset({Role.CUSTODIAN, Role.TRANSCRIBER})
STAFF = frozenset(Role) - {Role.OPERATOR, Role.RELATIVE, Role.WORKER}


class AccountState(StrEnum):
    """Whether somebody may sign in."""

    ACTIVE = "active"
    DEACTIVATED = "deactivated"
    INVITED = "invited"


class InvitationKind(StrEnum):
    """How an account came to be opened; only staff invitations are proposed and signed."""

    FIRST = "first"
    OWN = "own"
    STAFF = "staff"


class Factor(StrEnum):
    """What was shown beside the password."""

    CODE = "code"
    PAPER = "paper"
    PASSKEY = "passkey"


class Refusal(StrEnum):
    """Why a password cannot be used."""

    COMMON = "common"
    IN_USE = "in_use"
    OWN_WORD = "own_word"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A colleague to be invited; `login` is the work e-mail."""

    login: str
    display_name: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Opening:
    """A link by which one person sets up one account; the token is shown once and never stored."""

    account_id: UUID
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Setup:
    """Where setting up stands; `totp_secret` is there once a password has been chosen."""

    login: str
    is_relative: bool
    totp_secret: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pairing:
    """Another phone that is being paired."""

    login: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pending:
    """The first step of signing in, sealed: it does not tell even its bearer whether it fitted."""

    sealed: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an attempt comes from: its address, the token of a remembered browser, and whether to remember this one."""

    address: str = ""
    device: str = field(default="", repr=False)
    remember: bool = False


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just begun; `device` is what the browser is to carry if it asked to be remembered."""

    token: str = field(repr=False)
    actor: Actor
    device: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands behind a session, and whether a factor was shown only just now."""

    actor: Actor
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class StaffAddress:
    """Where a colleague is written to: their work e-mail, in their language."""

    id: UUID
    login: str = field(repr=False)
    language: str


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A colleague, as others see them."""

    id: UUID
    display_name: str


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """A staff account, as administrators see it."""

    id: UUID
    login: str
    display_name: str
    roles: tuple[Role, ...]
    state: AccountState


@dataclass(frozen=True, slots=True)
class WaitingInvitation:
    """An invitation without its second signature: exactly what the second person signs."""

    id: UUID
    version: int
    login: str
    display_name: str
    roles: tuple[Role, ...]
    state: AccountState
    proposed_by: str
    proposed_at: datetime
    may_sign: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """What an administrator finds on the desk."""

    accounts: tuple[ListedAccount, ...]
    waiting: tuple[WaitingInvitation, ...]


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One of a person's own open sessions."""

    id: UUID
    created_at: datetime
    last_seen_at: datetime
    is_this: bool


class TryLater(TooMany):
    """Too many attempts from here for this login; it opens again by itself after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("sign-in is slowed down")
        self.wait = wait


class TookTooLong(Conflict):
    """The second step came too late, or belongs to no first step."""


class PasswordRefused(Invalid):
    """This password is too easy to guess, too short or too long."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


class WrongPassword(Invalid):
    """This is not the password in force."""


class CodeRefused(Invalid):
    """The six digits are not those of this moment."""


class LoginTaken(Conflict):
    """There is an account with this login already."""


def may_combine(roles: frozenset[Role]) -> bool:
    """True when separation of duties lets one person hold these roles together."""
    if not roles or not roles <= STAFF:
        return False
    return len(roles) == 1 or roles <= DESK or roles <= ARCHIVE


def folded(login: str) -> str:
    """The one spelling of a login: a file number as we print it, an e-mail in small letters."""
    plain = western_digits(unicodedata.normalize("NFKC", login)).strip().casefold()
    return plain if "@" in plain else read_file_number(plain) or re.sub(r"[\W_]", "", plain)


def western_digits(text: str) -> str:
    """The digits 0 to 9 for those of any script, so that every keyboard will do."""
    return "".join(str(unicodedata.digit(letter, letter)) for letter in text)
