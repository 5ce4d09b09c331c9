"""Reads of inquiries; what a family reads never touches what it may not know."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from portal.inquiries import policy
from portal.inquiries.models import Inquirer, Inquiry, SafeContactRow, SoughtPerson, WishRow
from portal.inquiries.vocab import (
    FamilyStatus,
    InquiryFile,
    InquiryState,
    Layer,
    OwnFile,
    OwnInquiry,
    SafeContact,
    Sought,
    WaitingInquiry,
    Wish,
    default_wish,
)
from portal.kernel.errors import NotFound
from portal.kernel.work import Work

_SOUGHT = (
    SoughtPerson.inquiry_id,
    SoughtPerson.given,
    SoughtPerson.father,
    SoughtPerson.grandfather,
    SoughtPerson.family,
    SoughtPerson.mother,
    SoughtPerson.mother_family,
    SoughtPerson.birth_year,
    SoughtPerson.birth_place,
    SoughtPerson.arrested_year,
    SoughtPerson.arrested_month,
    SoughtPerson.arrested_day,
    SoughtPerson.arrest_place,
    SoughtPerson.branch,
)


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
    return OwnFile(inquiry, sought(work, inquiry.id), _marks(work, inquiry.id), wishes_of(work, inquiry.id))


def sought(work: Work, inquiry_id: UUID) -> Sought:
    """What is known of the person searched for in one inquiry."""
    row = work.session.execute(
        select(*_SOUGHT).where(SoughtPerson.inquiry_id == inquiry_id)
    ).one_or_none()
    if row is None:
        raise NotFound("no such inquiry")
    return Sought(*row)


def searchable(work: Work) -> list[Sought]:
    """The people searched for in active inquiries that their family has not paused."""
    work.require(policy.may_read)
    query = _standing(select(*_SOUGHT).join(Inquiry, Inquiry.id == SoughtPerson.inquiry_id))
    rows = work.session.execute(query.where(Inquiry.state == InquiryState.ACTIVE).order_by(Inquiry.filed_at))
    return [Sought(*row) for row in rows]


def state_of(work: Work, inquiry_id: UUID) -> InquiryState:
    """Where an inquiry stands; for staff only."""
    state = work.session.scalar(select(Inquiry.state).where(Inquiry.id == inquiry_id))
    if state is None:
        raise NotFound("no such inquiry")
    return state


def relative_of(work: Work, inquiry_id: UUID) -> UUID:
    """The account of the relative who asked."""
    account_id = work.session.scalar(select(Inquiry.account_id).where(Inquiry.id == inquiry_id))
    if account_id is None:
        raise NotFound("no such inquiry")
    return account_id


def wishes_of(work: Work, inquiry_id: UUID) -> Mapping[Layer, Wish]:
    """What the relative wishes to know, layer by layer; what was left open has its careful default."""
    rows = work.session.execute(
        select(WishRow.layer, WishRow.wish).where(WishRow.inquiry_id == inquiry_id)
    )
    said = {layer: wish for layer, wish in rows}
    return {layer: said.get(layer, default_wish(layer)) for layer in Layer}


def waiting(work: Work, *states: InquiryState) -> list[WaitingInquiry]:
    """Inquiries in these states, the longest waiting first."""
    work.require(policy.may_read)
    query = select(Inquiry.id, Inquiry.reference, Inquiry.state, Inquiry.filed_at, Inquiry.paused_at)
    rows = work.session.execute(
        query.where(Inquiry.state.in_(states), Inquiry.withdrawn_at.is_(None)).order_by(Inquiry.filed_at)
    )
    return [WaitingInquiry(r.id, r.reference, r.state, r.filed_at, r.paused_at is not None) for r in rows]


def reference_of(work: Work, inquiry_id: UUID) -> str:
    """The file number."""
    reference = work.session.scalar(select(Inquiry.reference).where(Inquiry.id == inquiry_id))
    if reference is None:
        raise NotFound("no such inquiry")
    return reference


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
            Inquirer.full_name,
        )
        .join(Inquirer, Inquirer.inquiry_id == Inquiry.id)
        .where(Inquiry.id == inquiry_id)
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
        is_paused=row.paused_at is not None,
        inquirer_name=row.full_name,
        sought=sought(work, inquiry_id),
        marks=_marks(work, inquiry_id),
        wishes=wishes_of(work, inquiry_id),
    )


def safe_contact(work: Work, inquiry_id: UUID) -> SafeContact:
    """How a family may be reached; only the service hands this out, since each reading is remembered."""
    row = work.session.execute(
        select(SafeContactRow, Inquiry.language)
        .join(Inquiry, Inquiry.id == SafeContactRow.inquiry_id)
        .where(SafeContactRow.inquiry_id == inquiry_id)
    ).one_or_none()
    if row is None:
        raise NotFound("no such contact")
    contact = row.SafeContactRow
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


def _standing(query: Select[*tuple[object, ...]]) -> Select[*tuple[object, ...]]:
    still: tuple[ColumnElement[bool], ...] = (Inquiry.withdrawn_at.is_(None), Inquiry.paused_at.is_(None))
    return query.where(*still)


def _marks(work: Work, inquiry_id: UUID) -> str | None:
    return work.session.scalar(select(SoughtPerson.marks).where(SoughtPerson.inquiry_id == inquiry_id))
