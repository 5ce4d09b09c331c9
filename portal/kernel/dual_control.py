"""Two different people, written once for all contexts."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from portal.kernel.errors import Conflict, NotAllowed, SamePerson


class Proposed(Protocol):
    """Something one person proposed and another may sign."""

    signed_by: UUID | None
    version: int

    @property
    def proposed_by(self) -> UUID | None:
        """Who proposed it, once somebody has."""


def second_person(subject: Proposed, actor_id: UUID | None, seen_version: int) -> None:
    """Put the second signature: never the proposer's, never twice, never under a stale page."""
    if actor_id is None:
        raise NotAllowed("a signature needs a person")
    if actor_id == subject.proposed_by:
        raise SamePerson("the proposer cannot give the second signature")
    if subject.proposed_by is None or subject.signed_by is not None or subject.version != seen_version:
        raise Conflict("this has changed since it was read")
    subject.signed_by = actor_id


def all_different(*people: UUID | None) -> None:
    """Refuse when one person stands in two places of the same chain of decisions."""
    known = [person for person in people if person is not None]
    if len(set(known)) != len(known):
        raise SamePerson("one person cannot stand in two places of this decision")
