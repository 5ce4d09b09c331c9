"""Reads of inquiries; what a family reads never touches what it may not know."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, not_, select, text

from portal.inquiries import answers, policy
from portal.inquiries.answers import Draft
from portal.inquiries.models import (
    Consent,
    Inquirer,
    Inquiry,
    InquiryDraft,
    SafeContactRow,
    SoughtPerson,
    WishRow,
)
from portal.inquiries.vocab import (
    Channel,
    ConsentTotal,
    FamilyStatus,
    InquiryFile,
    InquiryState,
    KeptConsent,
    Layer,
    OwnFile,
    OwnInquiry,
    Purpose,
    SafeContact,
    Sought,
    WaitingInquiry,
    Wish,
    default_wish,
)
from portal.kernel.crypto import keyed_hash
from portal.kernel.errors import NotFound
from portal.kernel.paging import PAGE_SIZE, Page, page_of
from portal.kernel.work import Work

_Value = TypeVar("_Value")
# Named alike, so that a row is read straight into its fact.
_SOUGHT = tuple(getattr(SoughtPerson, each.name) for each in fields(Sought))
_PRESENT = text("select set_config('portal.presented', :proof, true)")


def own_inquiry(work: Work) -> OwnInquiry | None:
    """The signed-in relative's inquiry, in the words a family sees."""
    work.require(policy.may_own)
    row = work.session.execute(
        select(
            Inquiry.id,
            Inquiry.reference,
            Inquiry.relation,
            Inquiry.family_status,
            Inquiry.paused_at,
            Inquiry.withdrawn_at,
            Inquiry.filed_at,
            Inquiry.language,
        ).where(Inquiry.account_id == work.actor_id)
    ).one_or_none()
    if row is None:
        return None
    is_paused = row.paused_at is not None or row.withdrawn_at is not None
    status = FamilyStatus(row.family_status)
    return OwnInquiry(row.id, row.reference, row.relation, status, is_paused, row.filed_at, row.language)


def own_file(work: Work) -> OwnFile:
    """Everything the signed-in relative told us."""
    inquiry = own_inquiry(work)
    if inquiry is None:
        raise NotFound("no file of one's own")
    return OwnFile(
        inquiry=inquiry,
        inquirer_name=_inquirer_name(work, inquiry.id) or "",
        sought=sought(work, inquiry.id),
        marks=_marks(work, inquiry.id),
        contact=_contact(work, inquiry.id),
        wishes=wishes_of(work, inquiry.id),
        consents=consents_of(work, inquiry.id),
    )


def sought(work: Work, inquiry_id: UUID) -> Sought:
    """What is known of the person searched for in one inquiry."""
    row = work.session.execute(select(*_SOUGHT).where(SoughtPerson.inquiry_id == inquiry_id)).one_or_none()
    if row is None:
        raise NotFound("no such inquiry")
    return _person(row)


def searchable(work: Work) -> list[Sought]:
    """The people searched for in active inquiries that their family has not paused."""
    work.require(policy.may_read)
    return _people(work, Inquiry.state == InquiryState.ACTIVE, Inquiry.paused_at.is_(None))


def people_sought(work: Work) -> list[Sought]:
    """The people of every file that this person may see and whose family has not withdrawn."""
    work.require(policy.may_read)
    return _people(work)


def state_of(work: Work, inquiry_id: UUID) -> InquiryState:
    """Where an inquiry stands; for staff only."""
    return _existing(work.session.scalar(select(Inquiry.state).where(Inquiry.id == inquiry_id)))


def relative_of(work: Work, inquiry_id: UUID) -> UUID:
    """The account of the relative who asked."""
    return _existing(work.session.scalar(select(Inquiry.account_id).where(Inquiry.id == inquiry_id)))


def wishes_of(work: Work, inquiry_id: UUID) -> Mapping[Layer, Wish]:
    """What the relative wishes to know, layer by layer; what was left open has its careful default."""
    rows = work.session.execute(select(WishRow.layer, WishRow.wish).where(WishRow.inquiry_id == inquiry_id))
    said = {row.layer: row.wish for row in rows}
    return {layer: said.get(layer, default_wish(layer)) for layer in Layer}


def consents_of(work: Work, inquiry_id: UUID) -> tuple[KeptConsent, ...]:
    """The consents of one inquiry, each with the words that were shown."""
    rows = work.session.execute(
        select(Consent.purpose, Consent.words, Consent.given_at, Consent.withdrawn_at)
        .where(Consent.inquiry_id == inquiry_id)
        .order_by(Consent.purpose.desc(), Consent.given_at)
    )
    return tuple(KeptConsent(r.purpose, r.words, r.given_at, r.withdrawn_at) for r in rows)


def consent_totals(work: Work) -> list[ConsentTotal]:
    """How many consents stand and how many were withdrawn, for each purpose; nobody's name."""
    rows = work.session.execute(
        select(Consent.purpose, func.count(Consent.given_at), func.count(Consent.withdrawn_at))
        .group_by(Consent.purpose)
        .order_by(Consent.purpose)
    )
    return [ConsentTotal(*row) for row in rows]


def waiting(work: Work, *states: InquiryState) -> list[WaitingInquiry]:
    """Inquiries in these states, the longest waiting first."""
    work.require(policy.may_read)
    return [_line(row) for row in work.session.execute(_waiting(states))]


def waiting_page(work: Work, states: Sequence[InquiryState], number: int) -> Page[WaitingInquiry]:
    """One page of the inquiries in these states."""
    work.require(policy.may_read)
    wanted = _waiting(states).limit(PAGE_SIZE + 1).offset((number - 1) * PAGE_SIZE)
    return page_of([_line(row) for row in work.session.execute(wanted)], number)


def load_draft(work: Work, token: str, *, lock: bool = False) -> Draft | None:
    """What the bearer of this token has typed so far, if it is still kept."""
    query = select(InquiryDraft.answers).where(InquiryDraft.token_hash == presented(work, token))
    kept = work.session.scalar(query.with_for_update() if lock else query)
    return None if kept is None else answers.from_json(kept)


def presented(work: Work, token: str) -> bytes:
    """Lay the token of a draft before the database, which shows a visitor only what stands under it."""
    proof = keyed_hash(token, "inquiries.draft")
    work.session.execute(_PRESENT, {"proof": proof.hex()})
    return proof


def reference_of(work: Work, inquiry_id: UUID) -> str:
    """The file number."""
    return _existing(work.session.scalar(select(Inquiry.reference).where(Inquiry.id == inquiry_id)))


def numbers_of_open(work: Work, ids: Collection[UUID]) -> dict[UUID, str]:
    """The file numbers of those of these inquiries that still go on."""
    work.require(policy.may_read)
    rows = work.session.execute(
        select(Inquiry.id, Inquiry.reference).where(
            Inquiry.id.in_(ids), Inquiry.state != InquiryState.CLOSED, Inquiry.withdrawn_at.is_(None)
        )
    )
    return {row.id: row.reference for row in rows}


def language_of(work: Work, inquiry_id: UUID) -> str:
    """The language in which this family wrote."""
    return _existing(work.session.scalar(select(Inquiry.language).where(Inquiry.id == inquiry_id)))


def inquiry_file(work: Work, inquiry_id: UUID) -> InquiryFile:
    """An inquiry for staff, without the way to its family."""
    row = work.session.execute(
        select(
            Inquiry.id,
            Inquiry.reference,
            Inquiry.relation,
            Inquiry.state,
            Inquiry.filed_at,
            Inquiry.language,
            Inquiry.paused_at,
            Inquiry.withdrawn_at,
        ).where(Inquiry.id == inquiry_id)
    ).one_or_none()
    if row is None:
        raise NotFound("no such inquiry")
    return InquiryFile(
        id=row.id,
        reference=row.reference,
        relation=row.relation,
        state=row.state,
        filed_at=row.filed_at,
        language=row.language,
        is_paused=row.paused_at is not None or row.withdrawn_at is not None,
        inquirer_name=_inquirer_name(work, inquiry_id),
        sought=sought(work, inquiry_id),
        marks=_marks(work, inquiry_id),
        wishes=wishes_of(work, inquiry_id),
        consents=consents_of(work, inquiry_id),
    )


def safe_contact(work: Work, inquiry_id: UUID) -> SafeContact:
    """How a family may be reached; only the service hands this out, since each reading is remembered.

    Whoever withdrew the consent to be contacted is not reached at all: they come to us, if they wish. Nor is
    anybody while a hold stands for their file.
    """
    contact = _contact(work, inquiry_id)
    agreed = exists().where(
        Consent.inquiry_id == inquiry_id, Consent.purpose == Purpose.CONTACT, Consent.withdrawn_at.is_(None)
    )
    if work.session.scalar(select(and_(agreed, not_(func.portal_is_held(inquiry_id))))):
        return contact
    return replace(contact, channel=Channel.NONE, address=None)


def _contact(work: Work, inquiry_id: UUID) -> SafeContact:
    row = work.session.execute(
        select(SafeContactRow, Inquiry.language)
        .join(Inquiry, Inquiry.id == SafeContactRow.inquiry_id)
        .where(SafeContactRow.inquiry_id == inquiry_id)
    ).one_or_none()
    if row is None:
        raise NotFound("no such contact")
    contact: SafeContactRow = row.SafeContactRow
    return SafeContact(
        channel=contact.channel,
        address=contact.address,
        hour_from=contact.hour_from,
        hour_to=contact.hour_to,
        quiet_weekdays=frozenset(contact.quiet_weekdays),
        shared=contact.shared,
        must_not_know=contact.must_not_know,
        code_word=contact.code_word,
        sender_name=contact.sender_name,
        language=row.language,
    )


def _waiting(states: Sequence[InquiryState]) -> Select[*tuple[object, ...]]:
    columns = (Inquiry.id, Inquiry.reference, Inquiry.state, Inquiry.filed_at, Inquiry.paused_at)
    return (
        select(*columns)
        .where(Inquiry.state.in_(states), Inquiry.withdrawn_at.is_(None))
        .order_by(Inquiry.filed_at, Inquiry.id)
    )


def _line(row: Row[*tuple[object, ...]]) -> WaitingInquiry:
    return WaitingInquiry(row.id, row.reference, row.state, row.filed_at, row.paused_at is not None)


def _existing(value: _Value | None) -> _Value:
    if value is None:
        raise NotFound("no such inquiry")
    return value


def _people(work: Work, *conditions: ColumnElement[bool]) -> list[Sought]:
    asked = select(*_SOUGHT).join(Inquiry, Inquiry.id == SoughtPerson.inquiry_id)
    going_on = asked.where(Inquiry.withdrawn_at.is_(None), *conditions)
    return [_person(row) for row in work.session.execute(going_on.order_by(Inquiry.filed_at))]


def _person(row: Row[*tuple[object, ...]]) -> Sought:
    return Sought(**row._mapping)  # noqa: SLF001 - the documented way to read a row by its names


def _inquirer_name(work: Work, inquiry_id: UUID) -> str | None:
    return work.session.scalar(select(Inquirer.full_name).where(Inquirer.inquiry_id == inquiry_id))


def _marks(work: Work, inquiry_id: UUID) -> str | None:
    return work.session.scalar(select(SoughtPerson.marks).where(SoughtPerson.inquiry_id == inquiry_id))
