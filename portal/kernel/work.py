"""Work: one database session, one actor, one moment; it commits all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVarTuple
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal.kernel.actor import Actor
from portal.kernel.clock import Clock, system_clock
from portal.kernel.db import DbRole
from portal.kernel.errors import Alarm, Conflict, NotAllowed, ReadingStopped, Refused

Subjects = TypeVarTuple("Subjects")

_ENTER = text(
    "select set_config('role', :role, true), set_config('portal.actor', :actor, true),"
    " set_config('portal.roles', :roles, true)"
)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the person who acts is told on the next page: a word of ours and a number."""

    word: str
    number: int


@dataclass(slots=True)
class Work:
    """What a service needs to act: session, actor, moment. Nobody but this module commits."""

    session: Session
    actor: Actor
    now: datetime
    notices: list[Notice] = field(default_factory=list)
    _closing: list[Callable[[], None]] = field(default_factory=list)
    _following: list[Callable[[], None]] = field(default_factory=list)

    @property
    def actor_id(self) -> UUID:
        """The identity that signs; an act that needs one is refused to a visitor."""
        if self.actor.id is None:
            raise NotAllowed("this needs a signed-in person")
        return self.actor.id

    def require(self, policy: Callable[[Actor, *Subjects], bool], *subjects: *Subjects) -> None:
        """Go on only if the policy says yes; a no is remembered even though nothing else is."""
        if not policy(self.actor, *subjects):
            raise NotAllowed(policy.__name__)

    def at_close(self, act: Callable[[], None]) -> None:
        """Run `act` as the last thing before the commit, in this same transaction."""
        self._closing.append(act)

    def afterwards(self, act: Callable[[], None]) -> None:
        """Run `act` once the commit has succeeded; for what no rollback could bring back."""
        self._following.append(act)

    def close(self) -> None:
        """Write what was kept for the end; called once, by the workplace."""
        for act in self._closing:
            act()

    def follow(self) -> None:
        """Do what waited for the commit; called once, by the workplace."""
        for act in self._following:
            act()


class Refusal(Protocol):
    """Remembers a refused attempt in a transaction of its own."""

    def __call__(self, work: Work, error: Refused) -> None:
        """Write the refusal down."""


class Workplace:
    """Opens pieces of work on one database; each takes on a role and an actor; nothing is carried over."""

    def __init__(
        self, engine: Engine, clock: Clock = system_clock, remember_refusal: Refusal | None = None
    ) -> None:
        self.engine = engine
        self.clock = clock
        self._remember_refusal = remember_refusal

    @contextmanager
    def open(self, actor: Actor, role: DbRole) -> Iterator[Work]:
        """One transaction: committed when the block ends well, rolled back otherwise."""
        try:
            with self._transaction(actor, role) as work:
                yield work
        except (NotAllowed, ReadingStopped) as error:
            self.remember(actor, role, error)
            raise
        except Alarm as error:
            self._raise_alarm(actor, role, error)
            raise

    def remember(self, actor: Actor, role: DbRole, error: Refused) -> None:
        """Write a refused attempt down on its own, so that it survives the rollback."""
        # The public has no right even to the log; nothing it may ask for can be refused by a policy.
        if self._remember_refusal is not None and role is not DbRole.PUBLIC:
            with self._transaction(actor, role) as work:
                self._remember_refusal(work, error)

    def _raise_alarm(self, actor: Actor, role: DbRole, error: Alarm) -> None:
        """Let an alarm be written down on its own, so that it survives the rollback."""
        if error.note is not None:
            with self._transaction(actor, role) as work:
                error.note(work)

    @contextmanager
    def _transaction(self, actor: Actor, role: DbRole) -> Iterator[Work]:
        with Session(self.engine, expire_on_commit=False) as session:
            session.execute(_ENTER, _identity(actor, role))
            work = Work(session, actor, self.clock())
            try:
                yield work
                session.flush()  # the closing acts read what the block has written
                work.close()
                session.commit()
                work.follow()
            except StaleDataError as error:
                raise Conflict("somebody else changed this at the same time") from error


def _identity(actor: Actor, role: DbRole) -> dict[str, str]:
    return {
        "role": role.value,
        "actor": "" if actor.id is None else str(actor.id),
        "roles": ",".join(sorted(actor.roles)),
    }
