"""Facts of the case team."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from portal.kernel.permissions import Role

# The roles a case needs somebody for; whoever signs comes from outside the team.
TEAM_ROLES = (Role.VERIFIER, Role.ANALYST, Role.LIAISON)


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody who works on a case, and as what."""

    account_id: UUID
    role: Role
