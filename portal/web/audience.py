"""The six audiences: where each lives, which database role it takes, and who may enter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask import Blueprint, request

from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role


class Audience(StrEnum):
    """A group of people who share a path, a layout and a wall."""

    ACCOUNT = "account"
    ADMIN = "admin"
    CASEWORK = "casework"
    FAMILY = "family"
    OVERSIGHT = "oversight"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Zone:
    """Where an audience lives."""

    prefix: str
    db_role: DbRole
    roles: frozenset[Role]


_CASEWORK = frozenset(
    {
        Role.ANALYST,
        Role.APPROVER,
        Role.CUSTODIAN,
        Role.EDITOR,
        Role.INTAKE,
        Role.LIAISON,
        Role.TRANSCRIBER,
        Role.VERIFIER,
    }
)

ZONES: dict[Audience, Zone] = {
    Audience.ACCOUNT: Zone("/account", DbRole.ACCOUNT, frozenset(Role) - {Role.OPERATOR, Role.WORKER}),
    Audience.ADMIN: Zone("/admin", DbRole.ADMIN, frozenset({Role.ADMINISTRATOR})),
    Audience.CASEWORK: Zone("/casework", DbRole.CASEWORK, _CASEWORK),
    Audience.FAMILY: Zone("/family", DbRole.FAMILY, frozenset({Role.RELATIVE})),
    Audience.OVERSIGHT: Zone("/oversight", DbRole.OVERSIGHT, frozenset({Role.AUDITOR, Role.DATA_PROTECTION})),
    Audience.PUBLIC: Zone("", DbRole.PUBLIC, frozenset()),
}


def blueprint(context: str, audience: Audience, path: str = "") -> Blueprint:
    """A room's blueprint for one audience: `<context>_<audience>.<view>` below the audience's prefix."""
    return Blueprint(f"{context}_{audience.value}", context, url_prefix=ZONES[audience].prefix + path)


def audience_of(blueprint_name: str | None) -> Audience:
    """The audience a blueprint was made for; what has none is public."""
    return Audience((blueprint_name or "public").rpartition("_")[2])


def current_audience() -> Audience:
    """The audience of this request; an address that leads nowhere is read from its first folder."""
    if request.blueprint:
        return audience_of(request.blueprint)
    first = request.path.split("/")[1]
    return Audience(first) if first in {a.value for a in Audience} else Audience.PUBLIC


def home_of(actor: Actor) -> str:
    """Where an actor's own pages begin."""
    for audience in (Audience.FAMILY, Audience.CASEWORK, Audience.OVERSIGHT, Audience.ADMIN):
        if actor.roles & ZONES[audience].roles:
            return ZONES[audience].prefix + "/"
    return "/"
