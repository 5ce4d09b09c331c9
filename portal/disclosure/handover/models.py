"""Hand-overs and their items."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.disclosure.handover.vocab import HandoverState
from portal.kernel.columns import Moment, Sealed, two_people, words
from portal.kernel.db import Base, access
from portal.kernel.dual_control import second_person
from portal.kernel.errors import Conflict, SamePerson
from portal.kernel.ids import new_id

_MOVES = (
    "update(state, version, signed_by, signed_at, declined_by, packed_at, sha256, received_by,"
    " received_at, receipt)"
)


class HandoverRow(Base):
    """What leaves the house, to whom, why, and by whose two hands."""

    __tablename__ = "handover"
    __table_args__ = (
        two_people("proposed_by", "signed_by"),
        two_people("proposed_by", "declined_by"),
        CheckConstraint(
            "(signed_by is not null) = (state in ('signed', 'packed', 'received'))", name="leaves_when_signed"
        ),
        CheckConstraint("(declined_by is not null) = (state = 'declined')", name="declined_by_somebody"),
        CheckConstraint(
            "(sha256 is not null) = (state in ('packed', 'received')) and (sha256 is null) = (packed_at is null)",
            name="packed_has_hash",
        ),
        CheckConstraint(
            "(receipt is not null) = (state = 'received') and (receipt is null) = (received_by is null)",
            name="received_has_receipt",
        ),
        access(casework=f"select, insert, {_MOVES}"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    record_id: Mapped[UUID] = mapped_column(ForeignKey("record.id"), index=True)
    state: Mapped[HandoverState] = mapped_column(words(HandoverState), default=HandoverState.ASKED)
    version: Mapped[int] = mapped_column(Integer, default=1)
    name: Mapped[str] = mapped_column(Sealed("handover.name"))
    institution: Mapped[str] = mapped_column(Sealed("handover.institution"))
    public_key: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Sealed("handover.reason"))
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    declined_by: Mapped[UUID | None]
    packed_at: Mapped[datetime | None] = mapped_column(Moment)
    sha256: Mapped[str | None] = mapped_column(Text)
    received_by: Mapped[UUID | None]
    received_at: Mapped[datetime | None] = mapped_column(Moment)
    receipt: Mapped[str | None] = mapped_column(Sealed("handover.receipt"))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it from the class

    def sign(self, person: UUID, seen_version: int, now: datetime) -> None:
        """Let it leave, by a second person."""
        self._in(HandoverState.ASKED, seen_version)
        second_person(self, person, seen_version)
        self.state, self.signed_at = HandoverState.SIGNED, now

    def decline(self, person: UUID, seen_version: int) -> None:
        """Say no; whoever asked does not answer it."""
        self._in(HandoverState.ASKED, seen_version)
        if person == self.proposed_by:
            raise SamePerson("the second person of a hand-over is never the first")
        self.state, self.declined_by = HandoverState.DECLINED, person

    def pack(self, sha256: str, now: datetime) -> None:
        """Remember what exactly left; it is packed once."""
        self._in(HandoverState.SIGNED, self.version)
        self.state, self.sha256, self.packed_at = HandoverState.PACKED, sha256, now

    def receive(self, person: UUID, seen_version: int, receipt: str, now: datetime) -> None:
        """Remember the recipient's word that it arrived."""
        self._in(HandoverState.PACKED, seen_version)
        self.state, self.received_by, self.received_at = HandoverState.RECEIVED, person, now
        self.receipt = receipt

    def _in(self, state: HandoverState, seen_version: int) -> None:
        if self.state is not state or seen_version != self.version:
            raise Conflict("this hand-over has changed since it was read")


class HandoverItem(Base):
    """One stored object that was chosen."""

    __tablename__ = "handover_item"
    __table_args__ = (access(casework="select, insert"),)

    handover_id: Mapped[UUID] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    object_id: Mapped[UUID] = mapped_column(ForeignKey("vault_object.id"), primary_key=True, index=True)
