"""Accounts made the way people make them: by link, password and paired phone."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import pyotp

from portal.accounts import queries, service
from portal.accounts.opening import service as opening
from portal.accounts.vocab import NewStaff
from portal.kernel.actor import ANONYMOUS, OPERATOR, Actor
from portal.kernel.db import DbRole
from portal.kernel.ids import new_file_number
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace

PASSWORD = "seven quiet lanterns by the well"


class Person(NamedTuple):
    """Somebody who can sign in."""

    account_id: UUID
    login: str
    password: str
    totp_secret: str


def a_relative_account(place: Workplace, display_name: str = "Rima Test") -> Person:
    """A relative who wrote to us and set up the account."""
    login = new_file_number()
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        opening = service.open_relative_account(work, login, display_name)
    return set_up(place, opening.account_id, login, opening.token)


def a_staff_account(place: Workplace, role: Role, *more: Role, display_name: str = "Samir Test") -> Person:
    """A colleague, invited by one administrator and signed for by another."""
    first, second = two_administrators(place)
    login = f"colleague-{uuid4().hex[:8]}@office.example"
    with place.open(first, DbRole.ADMIN) as work:
        invitation = service.propose_invitation(work, NewStaff(login, display_name, frozenset({role, *more})))
    with place.open(second, DbRole.ADMIN) as work:
        token = service.sign_invitation(work, invitation, 1)
        listed = next(account for account in queries.accounts(work) if account.login == login)
    return set_up(place, listed.id, login, token)


def two_administrators(place: Workplace) -> tuple[Actor, Actor]:
    """The first two administrators of this portal; made when there are none."""
    with place.open(OPERATOR, DbRole.ADMIN) as work:
        if queries.administrators(work) == 0:
            service.first_administrators(work, [_administrator("first"), _administrator("second")])
    with place.open(Actor(uuid4(), frozenset({Role.ADMINISTRATOR})), DbRole.ADMIN) as work:
        found = [account for account in queries.accounts(work) if Role.ADMINISTRATOR in account.roles]
    one, other = (Actor(account.id, frozenset(account.roles)) for account in found[:2])
    return one, other


def set_up(place: Workplace, account_id: UUID, login: str, token: str) -> Person:
    """Follow a link to its end: choose the password, pair the phone."""
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        opening.choose_password(work, token, PASSWORD)
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        secret = opening.look_up(work, token).totp_secret
        assert secret is not None
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        opening.confirm_factor(work, token, code_at(secret, place.clock()))
    return Person(account_id, login, PASSWORD, secret)


def code_at(secret: str, moment: datetime) -> str:
    """What the phone shows at this moment."""
    return pyotp.TOTP(secret).at(moment)


def _administrator(which: str) -> NewStaff:
    return NewStaff(f"{which}@office.example", f"Administrator {which}", frozenset({Role.ADMINISTRATOR}))
