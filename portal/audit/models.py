"""The table of the log; the application may only call the function that appends to it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment
from portal.kernel.db import Base, access


class AuditEntry(Base):
    """One act: written once by `portal_audit_append`, chained to the entry before by SHA-256."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_actor_id_event_at", "actor_id", "event", "at"),
        Index("ix_audit_entry_case_id", "case_id"),
        Index("ix_audit_entry_subject_id", "subject_id"),
        access(oversight="select", family="select"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[UUID | None]
    roles: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None]
    detail: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)
