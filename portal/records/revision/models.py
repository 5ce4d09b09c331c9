"""Proposed changes of records: a correction or a withdrawal, until a second person has answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Integer, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment, Sealed, two_people, words
from portal.kernel.db import Base, access
from portal.kernel.dual_control import second_person
from portal.kernel.errors import Conflict, SamePerson
from portal.kernel.ids import new_id
from portal.records.vocab import RevisionKind, RevisionState, WithdrawalGround


class Revision(Base):
    """What one person holds wrong in a record; `set_aside` are the quotations they no longer hold true."""

    __tablename__ = "record_revision"
    __table_args__ = (
        two_people("proposed_by", "signed_by"),
        two_people("proposed_by", "returned_by"),
        CheckConstraint("(state = 'signed') = (signed_by is not null)", name="signed_by_somebody"),
        CheckConstraint("(state = 'returned') = (returned_by is not null)", name="returned_by_somebody"),
        CheckConstraint("(kind = 'withdrawal') = (ground is not null)", name="withdrawn_on_a_ground"),
        Index(
            "uq_record_revision_open", "record_id", unique=True, postgresql_where=text("state = 'proposed'")
        ),
        access(
            casework="select, insert, update(state, version, signed_by, signed_at, returned_by, returned_at)"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    record_id: Mapped[UUID] = mapped_column(ForeignKey("record.id"), index=True)
    record_version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[RevisionKind] = mapped_column(words(RevisionKind))
    state: Mapped[RevisionState] = mapped_column(words(RevisionState), default=RevisionState.PROPOSED)
    set_aside: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    ground: Mapped[WithdrawalGround | None] = mapped_column(words(WithdrawalGround))
    reason: Mapped[str] = mapped_column(Sealed("record_revision.reason"))
    fingerprint: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    returned_by: Mapped[UUID | None]
    returned_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this as it stands

    def sign(self, person: UUID, seen_version: int, now: datetime) -> None:
        """Let it count, by a second person."""
        self._open()
        second_person(self, person, seen_version)
        self.state, self.signed_at = RevisionState.SIGNED, now

    def give_back(self, person: UUID, seen_version: int, now: datetime) -> None:
        """Say no; whoever proposed it does not answer it."""
        self._open()
        if person == self.proposed_by:
            raise SamePerson("the proposer cannot answer their own proposal")
        if seen_version != self.version:
            raise Conflict("this has changed since it was read")
        self.state, self.returned_by, self.returned_at = RevisionState.RETURNED, person, now

    def _open(self) -> None:
        if self.state is not RevisionState.PROPOSED:
            raise Conflict("this has its answer already")
