"""Alerts about how somebody reads, each looked at by somebody else."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.audit.vocab import AlertCause, ReadingKind
from portal.kernel.columns import Moment, Sealed, two_people, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id


class InsiderAlert(Base):
    """Somebody read more than their work seems to need; only `portal_raise_alert` writes it."""

    __tablename__ = "insider_alert"
    __table_args__ = (
        two_people("actor_id", "seen_by"),
        CheckConstraint(
            "(seen_by is null) = (seen_at is null) and (seen_by is null) = (note is null)", name="seen_whole"
        ),
        Index("ix_insider_alert_actor_id_kind_at", "actor_id", "kind", "at"),
        Index("ix_insider_alert_at", "at"),
        access(oversight="select, update(seen_by, seen_at, note)", worker="select(id, actor_id)"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    actor_id: Mapped[UUID]
    kind: Mapped[ReadingKind] = mapped_column(words(ReadingKind))
    cause: Mapped[AlertCause] = mapped_column(words(AlertCause))
    at: Mapped[datetime] = mapped_column(Moment)
    seen_by: Mapped[UUID | None]
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    note: Mapped[str | None] = mapped_column(Sealed("insider_alert.note"))
