"""File an inquiry, open it, steer it, and let its family pause or change their wishes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from portal.accounts import service as accounts
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.inquiries import answers, glass, policy, queries
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
    Filing,
    InquiryFile,
    InquiryState,
    Layer,
    OwnInquiry,
    Purpose,
    Receipt,
    SafeContact,
    Wish,
)
from portal.kernel.errors import Conflict, NotFound
from portal.kernel.ids import new_file_number, new_id
from portal.kernel.work import Work
from portal.notifications.vocab import DeliveryRules, Envelope

DRAFTS_LAST = timedelta(days=7)


def file_inquiry(work: Work, filing: Filing) -> Receipt:
    """Take in what a relative tells us; they leave with a file number and the way to their own account."""
    work.require(policy.may_file)
    reference, inquiry_id = new_file_number(), new_id()
    opening = accounts.open_relative_account(work, reference, filing.inquirer_name, filing.contact.language)
    work.session.add(
        Inquiry(
            id=inquiry_id,
            reference=reference,
            account_id=opening.account_id,
            relation=filing.relation,
            state=InquiryState.SUBMITTED,
            language=filing.contact.language,
            filed_at=work.now,
        )
    )
    work.session.flush()  # what belongs to an inquiry is accepted only beside an inquiry filed just now
    work.session.add_all(_belongings(work, inquiry_id, filing))
    audit.record(work, Event.INQUIRIES_INQUIRY_FILED, inquiry_id, case_id=inquiry_id)
    return Receipt(inquiry_id, reference, opening.token)


def save_draft(work: Work, token: str, draft: Draft) -> None:
    """Keep what a visitor has typed so far, for whoever holds the token and nobody else."""
    work.require(policy.may_file)
    kept = {"answers": answers.to_json(draft), "touched_at": work.now}
    work.session.execute(
        insert(InquiryDraft)
        .values(token_hash=queries.presented(work, token), **kept)
        .on_conflict_do_update(index_elements=[InquiryDraft.token_hash], set_=kept)
    )


def drop_draft(work: Work, token: str) -> None:
    """Erase what a visitor has typed, because they wish it."""
    work.session.execute(
        delete(InquiryDraft).where(InquiryDraft.token_hash == queries.presented(work, token))
    )


def file_draft(work: Work, token: str, filing: Filing) -> Receipt:
    """File what was drafted, once: only the receipt stays in the draft's place, for whoever sends it again.

    On a bad line the answer to the first sending may never arrive; the file number must not be lost with it.
    """
    draft = queries.load_draft(work, token, lock=True)
    if draft is None:
        raise NotFound("no such draft, or no longer")
    if draft.receipt is not None:
        return draft.receipt
    receipt = file_inquiry(work, filing)
    save_draft(work, token, Draft(receipt=receipt))
    return receipt


def clear_drafts(work: Work) -> int:
    """Erase drafts that nobody has come back to for a week; what is erased was never sent to us."""
    work.require(policy.may_clear_drafts)
    gone = work.session.scalars(
        delete(InquiryDraft)
        .where(InquiryDraft.touched_at < work.now - DRAFTS_LAST)
        .returning(InquiryDraft.touched_at)
    )
    return len(gone.all())


def open_inquiry(work: Work, inquiry_id: UUID) -> InquiryFile:
    """Open an inquiry to work on it; the reading is remembered and the family can see it.

    Outside one's assignment it opens only after a reason was given: `ReasonNeeded`.
    """
    work.require(policy.may_read)
    glass.ask_for_reason(work, inquiry_id)
    found = queries.inquiry_file(work, inquiry_id)
    audit.record(work, Event.INQUIRIES_INQUIRY_READ, inquiry_id, case_id=inquiry_id)
    return found


def read_contact(work: Work, inquiry_id: UUID) -> SafeContact:
    """Open the way to a family; a reading of its own, remembered."""
    work.require(policy.may_read_contact)
    glass.ask_for_reason(work, inquiry_id)
    found = queries.safe_contact(work, inquiry_id)
    audit.record(work, Event.INQUIRIES_CONTACT_READ, inquiry_id, case_id=inquiry_id)
    return found


def envelope_to(work: Work, inquiry_id: UUID, contact: SafeContact) -> Envelope | None:
    """The one message as this relative may get it: their hours, their days, never on the day of the arrest."""
    if contact.channel is not Channel.EMAIL or not contact.address:
        return None
    person = queries.sought(work, inquiry_id)
    day = (person.arrested_month, person.arrested_day)
    anniversary = frozenset({(day[0], day[1])}) if day[0] and day[1] else frozenset()
    rules = DeliveryRules(contact.hour_from, contact.hour_to, contact.quiet_weekdays, anniversary)
    return Envelope(inquiry_id, contact.address, contact.language, rules, contact.sender_name)


def complete(work: Work, inquiry_id: UUID, said: Mapping[str, str | int]) -> None:
    """Enter what a family said later, where they had left a line empty; what they wrote themselves stays."""
    empty = [getattr(SoughtPerson, part).is_(None) for part in said]
    entered = work.session.scalar(
        update(SoughtPerson)
        .where(SoughtPerson.inquiry_id == inquiry_id, *empty)
        .values(dict(said))
        .returning(SoughtPerson.inquiry_id)
    )
    if entered is None:
        raise Conflict("a line that was empty has been filled since")


def take_in(work: Work, inquiry_id: UUID) -> None:
    """Intake takes an inquiry in: somebody now answers for it."""
    work.require(policy.may_triage)
    advance(work, inquiry_id, InquiryState.TRIAGE)


def advance(work: Work, inquiry_id: UUID, then: InquiryState) -> None:
    """Move an inquiry on in its life; the act that causes this has its own rule about who may."""
    now = work.session.scalar(select(Inquiry.state).where(Inquiry.id == inquiry_id).with_for_update())
    if now is None:
        raise NotFound("no such inquiry")
    if not policy.may_follow(now, then):
        raise Conflict(f"an inquiry does not go from {now} to {then}")
    work.session.execute(update(Inquiry).where(Inquiry.id == inquiry_id).values(state=then))
    detail = {"from": now.value, "to": then.value}
    audit.record(work, Event.INQUIRIES_INQUIRY_ADVANCED, inquiry_id, case_id=inquiry_id, detail=detail)


def ask_to_contact(work: Work, inquiry_id: UUID) -> None:
    """Let the family's page say: please contact us. It says so for ordinary questions too."""
    _set_contact(work, inquiry_id, wished=True)


def contacted(work: Work, inquiry_id: UUID) -> None:
    """The conversation took place; the page goes back to its ordinary word."""
    _set_contact(work, inquiry_id, wished=False)


def pause(work: Work) -> None:
    """The family pauses: nobody contacts them and nothing goes on until they resume."""
    _set_paused(work, paused=True)


def resume(work: Work) -> None:
    """The family takes it up again."""
    _set_paused(work, paused=False)


def change_wishes(work: Work, wishes: Mapping[Layer, Wish]) -> None:
    """The relative changes what they want to know; each decides alone, and may change it again."""
    own = _own(work)
    for layer, wish in wishes.items():
        work.session.execute(
            update(WishRow).where(WishRow.inquiry_id == own.id, WishRow.layer == layer).values(wish=wish)
        )
    audit.record(work, Event.INQUIRIES_WISHES_CHANGED, own.id, case_id=own.id)


def withdraw_consent(work: Work, purpose: Purpose) -> None:
    """Withdraw one consent, in one step and without a reason; without consent to search nothing goes on."""
    own = _own(work)
    standing = (Consent.inquiry_id == own.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
    if work.session.scalar(select(Consent.id).where(*standing)) is None:
        return  # pressed twice: it is as they wish
    work.session.execute(update(Consent).where(*standing).values(withdrawn_at=work.now))
    if purpose is Purpose.SEARCH:
        work.session.execute(update(Inquiry).where(Inquiry.id == own.id).values(withdrawn_at=work.now))
    detail = {"purpose": purpose.value}
    audit.record(work, Event.INQUIRIES_CONSENT_WITHDRAWN, own.id, case_id=own.id, detail=detail)


def _belongings(work: Work, inquiry_id: UUID, filing: Filing) -> list[object]:
    person, contact = filing.sought, filing.contact
    parts = {name: getattr(person, name) for name in person.__slots__ if name != "inquiry_id"}
    return [
        SoughtPerson(inquiry_id=inquiry_id, marks=filing.marks, **parts),
        Inquirer(inquiry_id=inquiry_id, full_name=filing.inquirer_name),
        SafeContactRow(
            inquiry_id=inquiry_id,
            channel=contact.channel,
            address=contact.address,
            hour_from=contact.hour_from,
            hour_to=contact.hour_to,
            quiet_weekdays=sorted(contact.quiet_weekdays),
            shared=contact.shared,
            must_not_know=contact.must_not_know,
            code_word=contact.code_word,
            sender_name=contact.sender_name,
        ),
        *(WishRow(inquiry_id=inquiry_id, layer=layer, wish=wish) for layer, wish in filing.wishes.items()),
        *(
            Consent(
                inquiry_id=inquiry_id,
                purpose=consent.purpose,
                words=consent.words,
                language=contact.language,
                given_at=work.now,
            )
            for consent in filing.consents
        ),
    ]


def _set_contact(work: Work, inquiry_id: UUID, wished: bool) -> None:
    moment = work.now if wished else None
    work.session.execute(update(Inquiry).where(Inquiry.id == inquiry_id).values(contact_wished_at=moment))


def _set_paused(work: Work, *, paused: bool) -> None:
    own = _own(work)
    moment = work.now if paused else None
    work.session.execute(update(Inquiry).where(Inquiry.id == own.id).values(paused_at=moment))
    detail = {"paused": paused}
    audit.record(work, Event.INQUIRIES_INQUIRY_PAUSED, own.id, case_id=own.id, detail=detail)


def _own(work: Work) -> OwnInquiry:
    own = queries.own_inquiry(work)
    if own is None:
        raise NotFound("no file of one's own")
    return own
