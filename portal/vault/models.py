"""The table of stored objects: where each lies, under which key, whose it is, and its hash on arrival."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id


class VaultObject(Base):
    """One encrypted object; erasing its wrapped key erases what it held, wherever a copy lies."""

    __tablename__ = "vault_object"
    __table_args__ = (
        CheckConstraint("(wrapped_key is null) = (erased_at is not null)", name="key_or_erased"),
        access(
            casework="select, insert, update(kek_id, wrapped_key, erased_at)",
            family="select",
            worker="select, update(kek_id, wrapped_key, erased_at)",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    store_name: Mapped[str] = mapped_column(Text, unique=True)
    purpose: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text, index=True)
    kek_id: Mapped[str] = mapped_column(Text)
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("vault_object.id"))
    recipe: Mapped[str | None] = mapped_column(Text)
    stored_at: Mapped[datetime] = mapped_column(Moment)
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
