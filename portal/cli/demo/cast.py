"""The invented people of the demo who sign in: each by invitation, password and paired telephone."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import pyotp

from portal.accounts import queries, service
from portal.accounts.opening import service as opening_service
from portal.accounts.vocab import NewStaff, Opening
from portal.kernel.actor import ANONYMOUS, OPERATOR, Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace

_WORDS = (
    "almond", "basil", "cedar", "cotton", "fig", "harbour", "jasmine", "lantern", "lemon", "mint", "olive", "orchard",
    "pine", "plum", "quince", "river", "saffron", "silver", "thyme", "valley", "walnut", "willow",
)  # fmt: skip

STAFF: tuple[tuple[str, Role], ...] = (
    ("Salma Intake", Role.INTAKE),
    ("Vera Verifier", Role.VERIFIER),
    ("Victor Verifier", Role.VERIFIER),
    ("Karim Custodian", Role.CUSTODIAN),
    ("Klara Custodian", Role.CUSTODIAN),
    ("Tarek Transcriber", Role.TRANSCRIBER),
    ("Tina Transcriber", Role.TRANSCRIBER),
    ("Toni Transcriber", Role.TRANSCRIBER),
    ("Amal Analyst", Role.ANALYST),
    ("Anton Analyst", Role.ANALYST),
    ("Ayla Analyst", Role.ANALYST),
    ("Lina Liaison", Role.LIAISON),
    ("Lukas Liaison", Role.LIAISON),
    ("Paula Approver", Role.APPROVER),
    ("Peter Approver", Role.APPROVER),
    ("Elias Editor", Role.EDITOR),
    ("Eva Editor", Role.EDITOR),
    ("Omar Auditor", Role.AUDITOR),
    ("Dalia Data-Protection", Role.DATA_PROTECTION),
)
ADMINISTRATORS = ("Adam Administrator", "Ada Administrator")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who can sign in to the demo."""

    actor: Actor
    role: str
    name: str
    login: str
    password: str
    totp_secret: str
    stage: str = ""

    def shown(self) -> dict[str, Any]:
        """What is printed and written to the list of accounts."""
        return {key: value for key, value in asdict(self).items() if key != "actor"}


@dataclass(slots=True)
class Cast:
    """Everybody, by role, in the order in which they came."""

    place: Workplace
    members: list[Member] = field(default_factory=list)

    def one(self, role: Role, place: int = 0) -> Actor:
        """The first, second ... person of a role."""
        return [member.actor for member in self.members if member.role == role.value][place]

    def invite_staff(self) -> None:
        """Two first administrators, and everybody else invited by one and signed for by the other."""
        wished = [_staff(name, Role.ADMINISTRATOR) for name in ADMINISTRATORS]
        with self.place.open(OPERATOR, DbRole.ADMIN) as work:
            openings = service.first_administrators(work, wished)
        for person, opening in zip(wished, openings, strict=True):
            self._admit(person, opening)
        for name, role in STAFF:
            self._invite(_staff(name, role))

    def set_up(self, login: str, name: str, opening: Opening, stage: str) -> Member:
        """A relative chooses a password and pairs a telephone."""
        return self._enter(Role.RELATIVE, login, name, opening, stage)

    def _invite(self, person: NewStaff) -> None:
        with self.place.open(self.one(Role.ADMINISTRATOR), DbRole.ADMIN) as work:
            invitation = service.propose_invitation(work, person)
        with self.place.open(self.one(Role.ADMINISTRATOR, 1), DbRole.ADMIN) as work:
            token = service.sign_invitation(work, invitation, 1)
            account = next(a for a in queries.accounts(work) if a.login == person.login)
        self._admit(person, Opening(account.id, token))

    def _admit(self, person: NewStaff, opening: Opening) -> None:
        (role,) = person.roles
        self._enter(role, person.login, person.display_name, opening)

    def _enter(self, role: Role, login: str, name: str, opening: Opening, stage: str = "") -> Member:
        password = _password()
        with self.place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
            opening_service.choose_password(work, opening.token, password)
        with self.place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
            secret = opening_service.look_up(work, opening.token).totp_secret or ""
            opening_service.confirm_factor(work, opening.token, pyotp.TOTP(secret).at(work.now))
        actor = Actor(opening.account_id, frozenset({role}))
        member = Member(actor, role.value, name, login, password, secret, stage)
        self.members.append(member)
        return member


def shown(members: Iterable[Member]) -> list[dict[str, Any]]:
    """The list of accounts as it is written down."""
    return [member.shown() for member in members]


def _staff(name: str, role: Role) -> NewStaff:
    return NewStaff(
        f"{name.split(maxsplit=1)[0].lower()}.{role.value}@office.example", name, frozenset({role})
    )


def _password() -> str:
    words = [secrets.choice(_WORDS) for _ in range(4)]
    return "-".join([*words, str(secrets.randbelow(9000) + 1000)])
