"""Case teams made the way intake makes them."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from portal.casework import service
from portal.casework.vocab import TEAM_ROLES
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor
from tests.support.factories.accounts import a_staff_account


class Team(NamedTuple):
    """The people of one case, and who put them there."""

    intake: Actor
    verifier: Actor
    analyst: Actor
    liaison: Actor


def a_colleague(place: Workplace, role: Role, *more: Role) -> Actor:
    """Somebody with an account and these roles."""
    account = a_staff_account(place, role, *more, display_name=f"{role.value.capitalize()} Test")
    return Actor(account.account_id, frozenset({role, *more}))


def a_team(place: Workplace, inquiry_id: UUID) -> Team:
    """A case with somebody in each of its places."""
    team = Team(an_actor(Role.INTAKE), *(a_colleague(place, role) for role in TEAM_ROLES))
    places = {role: getattr(team, role.value).id for role in TEAM_ROLES}
    with place.open(team.intake, DbRole.CASEWORK) as work:
        service.assign_team(work, inquiry_id, places)
    return team
