"""Administrators who work, and changes of roles as they make them."""

from __future__ import annotations

from uuid import UUID

from portal.accounts.administration import service
from portal.accounts.administration.vocab import NewRoles
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.factories.accounts import a_staff_account

REASON = "she takes over from a colleague"


def active_administrators(place: Workplace, how_many: int) -> list[Actor]:
    """So many administrators who have set up their accounts."""
    people = [
        a_staff_account(place, Role.ADMINISTRATOR, display_name=f"Working {number}")
        for number in range(how_many)
    ]
    return [Actor(person.account_id, frozenset({Role.ADMINISTRATOR})) for person in people]


def a_proposed_change(place: Workplace, by: Actor, account_id: UUID, *roles: Role) -> UUID:
    """A change of roles that waits for its second signature."""
    with place.open(by, DbRole.ADMIN) as work:
        return service.propose_roles(work, NewRoles(account_id, frozenset(roles), REASON))
