"""A second password kept, and what follows when somebody is forced to use it."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, text

from portal.accounts.duress import service
from portal.disclosure.protection import queries
from portal.disclosure.protection import service as protection
from portal.disclosure.protection.vocab import StandingHold
from portal.kernel.actor import WORKER, Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor
from tests.support.factories.accounts import Person

SECOND = "nine grey pebbles in a drawer"


def keep(place: Workplace, person: Person, second: str = SECOND) -> Person:
    """The relative keeps a second password; gives what they type when they are forced."""
    with place.open(Actor(person.account_id, frozenset({Role.RELATIVE})), DbRole.ACCOUNT) as work:
        service.keep(work, person.password, second)
    return person._replace(password=second)


def decoy_of(addresses: Addresses, person: Person) -> Actor:
    """Whoever sits in the empty account."""
    found = as_owner(
        addresses,
        "select d.id from account d join account r on d.decoy_index = r.login_index where r.id = :id",
        id=person.account_id,
    )
    return Actor(found[0], frozenset({Role.RELATIVE}))


def follow_sign_ins(place: Workplace, addresses: Addresses) -> int:
    """Do what the background process does after sign-ins; gives how many there were."""
    jobs = as_owner(addresses, "select args from procrastinate_jobs where task_name = 'protection:entered'")
    for arguments in jobs:
        said = json.loads(arguments) if isinstance(arguments, str) else arguments
        with place.open(WORKER, DbRole.WORKER) as work:
            protection.follow(work, UUID(said["account_id"]))
    return len(jobs)


def force(place: Workplace, addresses: Addresses, person: Person) -> None:
    """Somebody forces the relative in, and the background process does its work."""
    with place.open(WORKER, DbRole.WORKER) as work:
        protection.follow(work, decoy_of(addresses, person).id)  # type: ignore[arg-type]


def holds(place: Workplace, actor: Actor | None = None) -> list[StandingHold]:
    """The holds that somebody sees; without a name, an approver."""
    with place.open(actor or an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        return queries.standing(work)


def lift(place: Workplace, inquiry_id: UUID) -> None:
    """Two approvers lift a hold."""
    for act in ("propose", "sign"):
        with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
            found = protection.open_hold(work, inquiry_id)
            if act == "propose":
                protection.propose_lift(work, found.id, found.version, "she came alone and knew the word")
            else:
                protection.sign_lift(work, found.id, found.version)


def as_owner(addresses: Addresses, statement: str, **values: object) -> list[Any]:
    """Say something to the database in its owner's name, whom no policy hinders; gives the first column."""
    engine = create_engine(addresses.owner)
    try:
        with engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return list(result.scalars()) if result.returns_rows else []
    finally:
        engine.dispose()
