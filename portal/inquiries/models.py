"""Tables of an inquiry; what is private is encrypted, what a family must not see it has no right to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.inquiries.vocab import Channel, InquiryState, Layer, Purpose, Relation, Wish
from portal.kernel.columns import Moment, Sealed, two_people, words
from portal.kernel.db import Base, access
from portal.kernel.ids import new_id

FAMILY_STATUS = (
    "case when withdrawn_at is not null or paused_at is not null then 'paused'"
    " when state in ('told', 'aftercare', 'closed') then 'told'"
    " when contact_wished_at is not null then 'contact_us'"
    " when state in ('submitted', 'triage') then 'received'"
    " when state = 'verifying' then 'checking' else 'searching' end"
)


class Inquiry(Base):
    """One inquiry of one relative; `family_status` is all its family may read of `state`.

    An empty one stands behind the second password of somebody who is forced; no desk ever sees it.
    """

    __tablename__ = "inquiry"
    __table_args__ = (
        Index("uq_inquiry_reference", "reference", unique=True, postgresql_where=text("not is_decoy")),
        access(
            casework="select, update(state, contact_wished_at)",
            family="select(id, reference, account_id, relation, filed_at, language, paused_at, withdrawn_at,"
            " family_status), insert, update(paused_at, withdrawn_at)",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(Text)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), unique=True)
    relation: Mapped[Relation] = mapped_column(words(Relation))
    state: Mapped[InquiryState] = mapped_column(words(InquiryState))
    language: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime] = mapped_column(Moment)
    paused_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    contact_wished_at: Mapped[datetime | None] = mapped_column(Moment)
    family_status: Mapped[str] = mapped_column(Text, Computed(FAMILY_STATUS, persisted=True))
    is_decoy: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())

    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - a visitor may file but not read back


class SoughtPerson(Base):
    """What the family knows of the person; names are plain, since they are matched."""

    __tablename__ = "sought_person"
    __table_args__ = (
        access(
            casework="select, update(father, grandfather, family, mother, mother_family, birth_year, birth_place)",
            family="select, insert",
        ),
    )

    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"), primary_key=True)
    given: Mapped[str | None] = mapped_column(Text)
    father: Mapped[str | None] = mapped_column(Text)
    grandfather: Mapped[str | None] = mapped_column(Text)
    family: Mapped[str | None] = mapped_column(Text)
    mother: Mapped[str | None] = mapped_column(Text)
    mother_family: Mapped[str | None] = mapped_column(Text)
    birth_year: Mapped[int | None] = mapped_column(Integer)
    birth_place: Mapped[str | None] = mapped_column(Text)
    arrested_year: Mapped[int | None] = mapped_column(Integer)
    arrested_month: Mapped[int | None] = mapped_column(Integer)
    arrested_day: Mapped[int | None] = mapped_column(Integer)
    arrest_place: Mapped[str | None] = mapped_column(Text)
    branch: Mapped[str | None] = mapped_column(Text)
    marks: Mapped[str | None] = mapped_column(Sealed("sought_person.marks"))


class Inquirer(Base):
    """Who asks."""

    __tablename__ = "inquirer"
    __table_args__ = (access(casework="select", family="select, insert"),)

    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"), primary_key=True)
    full_name: Mapped[str] = mapped_column(Sealed("inquirer.full_name"))


class SafeContactRow(Base):
    """How somebody may be reached without harm."""

    __tablename__ = "safe_contact"
    __table_args__ = (
        CheckConstraint("0 <= hour_from and hour_from < hour_to and hour_to <= 24", name="hours_of_one_day"),
        CheckConstraint("(channel = 'none') = (address is null)", name="address_of_channel"),
        access(casework="select", family="select, insert"),
    )

    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"), primary_key=True)
    channel: Mapped[Channel] = mapped_column(words(Channel))
    address: Mapped[str | None] = mapped_column(Sealed("safe_contact.address"))
    hour_from: Mapped[int] = mapped_column(Integer)
    hour_to: Mapped[int] = mapped_column(Integer)
    quiet_weekdays: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    shared: Mapped[bool] = mapped_column(Boolean)
    must_not_know: Mapped[str | None] = mapped_column(Sealed("safe_contact.must_not_know"))
    code_word: Mapped[str | None] = mapped_column(Sealed("safe_contact.code_word"))
    sender_name: Mapped[str | None] = mapped_column(Sealed("safe_contact.sender_name"))


class WishRow(Base):
    """Whether one layer is wished for."""

    __tablename__ = "wish"
    __table_args__ = (access(casework="select", family="select, insert, update(wish)"),)

    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"), primary_key=True)
    layer: Mapped[Layer] = mapped_column(words(Layer), primary_key=True)
    wish: Mapped[Wish] = mapped_column(words(Wish))


class Consent(Base):
    """One consent for one purpose, with the words that were shown."""

    __tablename__ = "consent"
    __table_args__ = (
        access(
            casework="select",
            family="select, insert, update(withdrawn_at)",
            oversight="select(purpose, given_at, withdrawn_at)",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"), index=True)
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    words: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class InquiryDraft(Base):
    """What a visitor has typed so far; found only by the token in their browser."""

    __tablename__ = "inquiry_draft"
    __table_args__ = (access(family="select, insert, update, delete", worker="select(touched_at), delete"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    answers: Mapped[str] = mapped_column(Sealed("inquiry_draft.answers"))
    touched_at: Mapped[datetime] = mapped_column(Moment, index=True)


class BreakGlass(Base):
    """Somebody opened a case outside their assignment, for an hour and with a reason; another person reads why."""

    __tablename__ = "break_glass"
    __table_args__ = (
        two_people("account_id", "reviewed_by"),
        CheckConstraint("until = opened_at + interval '1 hour'", name="one_hour"),
        CheckConstraint(
            "(reviewed_by is null) = (reviewed_at is null) and (reviewed_by is null) = (review is null)",
            name="reviewed_whole",
        ),
        Index("ix_break_glass_inquiry_id_account_id_until", "inquiry_id", "account_id", "until"),
        Index("ix_break_glass_opened_at", "opened_at"),
        access(
            casework="select(id, inquiry_id, account_id, until), insert",
            oversight="select, update(reviewed_by, reviewed_at, review)",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"))
    account_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(Sealed("break_glass.reason"))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
    review: Mapped[str | None] = mapped_column(Sealed("break_glass.review"))
