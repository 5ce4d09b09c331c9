"""The searches of the archive, kept for those who look after the house; written once, never changed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment, Sealed
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id


class NameSearch(Base):
    """Somebody looked through the archive for a name, for one inquiry and with a reason."""

    __tablename__ = "name_search"
    __table_args__ = (
        CheckConstraint("found >= 0", name="counted"),
        access(casework="insert", oversight="select"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"), index=True)
    account_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Sealed("name_search.name"))
    reason: Mapped[str] = mapped_column(Sealed("name_search.reason"))
    found: Mapped[int]
    searched_at: Mapped[datetime] = mapped_column(Moment, index=True)
