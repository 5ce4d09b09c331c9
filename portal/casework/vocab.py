"""Facts of the case team, and of those a case is closed to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.kernel.permissions import Role

# The roles a case needs somebody for; whoever signs comes from outside the team.
TEAM_ROLES = (Role.VERIFIER, Role.ANALYST, Role.LIAISON)


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody who works on a case, and as what."""

    account_id: UUID
    role: Role


class WhyOpen(StrEnum):
    """Why a place of a team needs another person."""

    CHANGED_ROLE = "changed_role"
    EMPTY = "empty"
    LEFT = "left"
    ON_LEAVE = "on_leave"


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """A place of a case that needs another person: where, which, why and since when."""

    inquiry_id: UUID
    reference: str
    role: Role
    why: WhyOpen
    since: datetime


@dataclass(frozen=True, slots=True)
class OwnConflict:
    """A case closed to oneself, by one's own word; of the case itself nothing is left to read."""

    declared_at: datetime
    reason: str = field(repr=False)
