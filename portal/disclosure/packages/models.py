"""Packages and their items."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.disclosure.vocab import PackageState
from portal.inquiries.vocab import Layer
from portal.kernel.columns import Moment, Sealed, two_people, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id
from portal.records.vocab import Part


class Disclosure(Base):
    """What one relative may be told of one record; one package for each file stands, former ones stay."""

    __tablename__ = "disclosure"
    __table_args__ = (
        two_people("proposed_by", "signed_by"),
        CheckConstraint(
            "state not in ('approved', 'contacted', 'told') or (signed_by is not null and fingerprint is not null)",
            name="approved_by_another",
        ),
        CheckConstraint("state <> 'told' or conversation_id is not null", name="told_by_a_person"),
        CheckConstraint(
            "signed_by is null or state not in ('prepared', 'sealed')", name="unsealed_is_unsigned"
        ),
        Index(
            "uq_disclosure_inquiry_id",
            "inquiry_id",
            unique=True,
            postgresql_where=text("state <> 'superseded'"),
        ),
        access(
            casework="select, insert, update",
            family="select(id, inquiry_id, account_id, state, layers, told_at)",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    match_id: Mapped[UUID] = mapped_column(ForeignKey("match.id"))
    record_id: Mapped[UUID] = mapped_column(ForeignKey("record.id"), index=True)
    record_version: Mapped[int] = mapped_column(Integer)
    state: Mapped[PackageState] = mapped_column(words(PackageState), default=PackageState.PREPARED)
    layers: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    fingerprint: Mapped[str | None] = mapped_column(Text)
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    contacted_at: Mapped[datetime | None] = mapped_column(Moment)
    conversation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("conversation.id", use_alter=True, name="fk_disclosure_conversation_id_conversation")
    )
    told_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    items: Mapped[list[DisclosureItem]] = relationship(
        order_by="DisclosureItem.rank, DisclosureItem.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this as it stands


class DisclosureItem(Base):
    """One piece of a layer; `rank` is the layer's place in the order of telling."""

    __tablename__ = "disclosure_item"
    __table_args__ = (
        UniqueConstraint("disclosure_id", "layer", "position"),
        CheckConstraint("(text is null) <> (object_id is null)", name="text_or_picture"),
        CheckConstraint("part is null or source is not null", name="quoted_with_source"),
        access(casework="select, insert, update, delete", family="select"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    disclosure_id: Mapped[UUID] = mapped_column(ForeignKey("disclosure.id"))
    layer: Mapped[Layer] = mapped_column(words(Layer))
    rank: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer)
    text: Mapped[str | None] = mapped_column(Sealed("disclosure_item.text"))
    source: Mapped[str | None] = mapped_column(Sealed("disclosure_item.source"))
    object_id: Mapped[UUID | None] = mapped_column(ForeignKey("vault_object.id"), index=True)
    part: Mapped[Part | None] = mapped_column(words(Part))
