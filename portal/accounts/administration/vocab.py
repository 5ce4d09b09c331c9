"""Words of the alcove: what administrators propose and read, and why they may be refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from portal.accounts.vocab import Desk, ListedAccount
from portal.kernel.errors import Conflict
from portal.kernel.permissions import Role


@dataclass(frozen=True, slots=True)
class NewRoles:
    """Other roles for a colleague, and why."""

    account_id: UUID
    roles: frozenset[Role]
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a leave, the first and the last of them included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class WaitingChange:
    """A change of roles without its second signature: exactly what the second person signs."""

    id: UUID
    version: int
    account_id: UUID
    display_name: str
    before: tuple[Role, ...]
    after: tuple[Role, ...]
    reason: str = field(repr=False)
    proposed_by: str
    proposed_at: datetime
    may_sign: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change of roles that two people signed, or that was taken back."""

    before: tuple[Role, ...]
    after: tuple[Role, ...]
    proposed_by: str
    proposed_at: datetime
    signed_by: str | None
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Leave:
    """A time in which somebody gets no new tasks."""

    id: UUID
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class MayDo:
    """Which acts the page of an account offers to who reads it."""

    change_roles: bool
    deactivate: bool
    ask_for_link: bool
    mark_leave: bool


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account as administrators see it."""

    account: ListedAccount
    waiting: tuple[WaitingChange, ...]
    past: tuple[PastChange, ...]
    leaves: tuple[Leave, ...]
    may: MayDo


@dataclass(frozen=True, slots=True)
class AdministratorsDesk:
    """What an administrator finds on the desk: accounts, invitations and changes that wait."""

    people: Desk
    changes: tuple[WaitingChange, ...]


class TooFewAdministrators(Conflict):
    """With this, fewer than two people could still sign for each other."""


class ChangeWaits(Conflict):
    """There is a change of this person's roles already that waits for its second signature."""
