"""The table of stored objects: where each lies, under which key, whose it is, and its hash on arrival."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.columns import Moment
from portal.kernel.db import Base, access
from portal.kernel.errors import Conflict, NotFound
from portal.kernel.ids import new_id

_KEPT_UP = "update(kek_id, wrapped_key, erased_at, checked_at, noted_at)"


class VaultObject(Base):
    """One encrypted object; erasing its wrapped key erases what it held, wherever a copy lies."""

    __tablename__ = "vault_object"
    __table_args__ = (
        CheckConstraint("(wrapped_key is null) = (erased_at is not null)", name="key_or_erased"),
        CheckConstraint("noted_at is null or erased_at is not null", name="noted_when_erased"),
        CheckConstraint("(parent_id is null) = (recipe is null)", name="copy_has_recipe"),
        CheckConstraint("parent_id <> id", name="no_parent_of_itself"),
        Index("ix_vault_object_checked_at", "checked_at", postgresql_where=text("wrapped_key is not null")),
        Index("ix_vault_object_kek_id", "kek_id", postgresql_where=text("wrapped_key is not null")),
        access(
            casework=f"select, insert, {_KEPT_UP}",
            family="select",
            worker=f"select, {_KEPT_UP}",
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
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("vault_object.id"), index=True)
    recipe: Mapped[str | None] = mapped_column(Text)
    stored_at: Mapped[datetime] = mapped_column(Moment)
    checked_at: Mapped[datetime] = mapped_column(Moment)
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
    noted_at: Mapped[datetime | None] = mapped_column(Moment)

    def erase(self, now: datetime, is_held: bool) -> None:
        """Forget the key; what is under a legal hold keeps it, and what has none has nothing to forget."""
        if is_held:
            raise Conflict("what is under a legal hold is not erased")
        if self.wrapped_key is None:
            raise NotFound("this is erased already")
        self.wrapped_key, self.erased_at = None, now


class VaultHome(Base):
    """The place this database runs in; elsewhere it is a restored copy, and the ledger has to be followed first."""

    __tablename__ = "vault_home"
    __table_args__ = (CheckConstraint("here", name="only_one"), access())

    here: Mapped[bool] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(Text)
