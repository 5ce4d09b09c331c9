"""Who acts: an identity and the roles it holds, frozen for the length of one piece of work."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from portal.kernel.permissions import GRANTS, Permission, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or one of the machine's own hands; `id` is None only for a logged-out visitor.

    What is `withheld` is not theirs for now, though one of their roles grants it.
    """

    id: UUID | None
    roles: frozenset[Role] = frozenset()
    withheld: frozenset[Permission] = frozenset()

    @property
    def is_signed_in(self) -> bool:
        """True for everyone the portal knows by account."""
        return self.id is not None

    def holds(self, permission: Permission) -> bool:
        """True when one of the actor's roles grants this permission."""
        return permission not in self.withheld and any(permission in GRANTS[role] for role in self.roles)

    def has_role(self, role: Role) -> bool:
        """True when the actor has this very role."""
        return role in self.roles


ANONYMOUS = Actor(None)
OPERATOR = Actor(UUID("00000000-0000-4000-8000-00000000000a"), frozenset({Role.OPERATOR}))
WORKER = Actor(UUID("00000000-0000-4000-8000-00000000000b"), frozenset({Role.WORKER}))
