"""The tables of custody: legal holds, what they cover, and what checks have found."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment, Sealed, two_people, words
from portal.kernel.db import Base, access
from portal.kernel.dual_control import second_person
from portal.kernel.errors import Conflict, SamePerson
from portal.kernel.ids import new_id
from portal.vault.custody.vocab import HoldScope, HoldState
from portal.vault.vocab import Damage, Occasion

_MOVES = (
    "update(state, version, signed_by, signed_at, declined_by, declined_at, lift_asked_by, lift_asked_at,"
    " lift_reason, lifted_by, lifted_at)"
)


class VaultHold(Base):
    """A legal hold: what it covers is not erased, until two people have said that it may be."""

    __tablename__ = "vault_hold"
    __table_args__ = (
        two_people("proposed_by", "signed_by"),
        two_people("proposed_by", "declined_by"),
        two_people("lift_asked_by", "lifted_by"),
        CheckConstraint(
            "(signed_by is not null) = (state in ('standing', 'lifting', 'lifted'))",
            name="stands_when_signed",
        ),
        CheckConstraint("(declined_by is not null) = (state = 'declined')", name="declined_by_somebody"),
        CheckConstraint(
            "(lift_asked_by is not null) = (state in ('lifting', 'lifted'))", name="lifting_was_asked"
        ),
        CheckConstraint("(lift_asked_by is null) = (lift_reason is null)", name="lifting_has_reason"),
        CheckConstraint("(lifted_by is not null) = (state = 'lifted')", name="lifted_by_somebody"),
        access(casework=f"select, insert, {_MOVES}"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    scope: Mapped[HoldScope] = mapped_column(words(HoldScope))
    about: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[HoldState] = mapped_column(words(HoldState), default=HoldState.ASKED)
    version: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(Sealed("vault_hold.reason"))
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    declined_by: Mapped[UUID | None]
    declined_at: Mapped[datetime | None] = mapped_column(Moment)
    lift_asked_by: Mapped[UUID | None]
    lift_asked_at: Mapped[datetime | None] = mapped_column(Moment)
    lift_reason: Mapped[str | None] = mapped_column(Sealed("vault_hold.lift_reason"))
    lifted_by: Mapped[UUID | None]
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it from the class

    def sign(self, person: UUID, seen_version: int, now: datetime) -> None:
        """Let the hold stand, by a second person."""
        self._in(HoldState.ASKED)
        second_person(self, person, seen_version)
        self.state, self.signed_at = HoldState.STANDING, now

    def decline(self, person: UUID, seen_version: int, now: datetime) -> None:
        """Say no to a hold; whoever asked for it does not answer it."""
        self._in(HoldState.ASKED, seen_version)
        _another(self.proposed_by, person)
        self.state, self.declined_by, self.declined_at = HoldState.DECLINED, person, now

    def ask_to_lift(self, person: UUID, seen_version: int, reason: str, now: datetime) -> None:
        """Ask that the hold be lifted; it protects until a second person agrees."""
        self._in(HoldState.STANDING, seen_version)
        self.state, self.lift_asked_by, self.lift_asked_at = HoldState.LIFTING, person, now
        self.lift_reason = reason

    def lift(self, person: UUID, seen_version: int, now: datetime) -> None:
        """Lift the hold, by another person than the one who asked for it."""
        self._in(HoldState.LIFTING, seen_version)
        _another(self.lift_asked_by, person)
        self.state, self.lifted_by, self.lifted_at = HoldState.LIFTED, person, now

    def keep(self, person: UUID, seen_version: int) -> None:
        """Let the hold stand although somebody asked to lift it."""
        self._in(HoldState.LIFTING, seen_version)
        _another(self.lift_asked_by, person)
        self.state, self.lift_asked_by, self.lift_asked_at = HoldState.STANDING, None, None
        self.lift_reason = None

    def _in(self, state: HoldState, seen_version: int | None = None) -> None:
        if self.state is not state or seen_version not in {None, self.version}:
            raise Conflict("this hold has changed since it was read")


class VaultHeldObject(Base):
    """One object under one hold; its copies are held with it."""

    __tablename__ = "vault_held_object"
    __table_args__ = (access(casework="select, insert"),)

    hold_id: Mapped[UUID] = mapped_column(ForeignKey("vault_hold.id"), primary_key=True)
    object_id: Mapped[UUID] = mapped_column(ForeignKey("vault_object.id"), primary_key=True, index=True)


class VaultFinding(Base):
    """An object found damaged; written by the database's own function, settled by a custodian with a note."""

    __tablename__ = "vault_finding"
    __table_args__ = (
        CheckConstraint(
            "(settled_by is null) = (settled_at is null) and (settled_by is null) = (note is null)",
            name="settled_with_note",
        ),
        Index("uq_vault_finding_open", "object_id", unique=True, postgresql_where=text("settled_at is null")),
        access(casework="select, update(settled_by, settled_at, note)"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    object_id: Mapped[UUID] = mapped_column(ForeignKey("vault_object.id"))
    damage: Mapped[Damage] = mapped_column(words(Damage))
    occasion: Mapped[Occasion] = mapped_column(words(Occasion))
    found_at: Mapped[datetime] = mapped_column(Moment)
    settled_by: Mapped[UUID | None]
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    note: Mapped[str | None] = mapped_column(Sealed("vault_finding.note"))

    def settle(self, person: UUID, note: str, now: datetime) -> None:
        """Say what became of it; the finding stays, with the words beside it."""
        if self.settled_by is not None:
            raise Conflict("this is settled already")
        self.settled_by, self.settled_at, self.note = person, now, note


def _another(first: UUID | None, second: UUID) -> None:
    if first == second:
        raise SamePerson("the second person of a hold is never the first")
