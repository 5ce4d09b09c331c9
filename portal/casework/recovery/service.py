"""Lead a recovery through the desk: the conversation opens the contact, the second signature sends the notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from portal.accounts.recovery import queries as recoveries
from portal.accounts.recovery import service as recovery
from portal.accounts.recovery.vocab import Conversation
from portal.casework import queries as casework
from portal.casework.recovery import policy
from portal.casework.recovery.vocab import OpenedConversation, Said
from portal.inquiries import queries as inquiry_queries
from portal.inquiries import service as inquiries
from portal.inquiries.vocab import SafeContact
from portal.kernel.work import Work
from portal.notifications import service as notifications
from portal.notifications.vocab import Urgency


def open_conversation(work: Work, inquiry_id: UUID) -> OpenedConversation:
    """Open the agreed word, to ask for it; this is a reading of the contact and is remembered as one."""
    contact = _read(work, inquiry_id)
    return OpenedConversation(
        inquiry_id,
        inquiry_queries.reference_of(work, inquiry_id),
        contact.code_word,
        inquiries.envelope_to(work, inquiry_id, contact) is not None,
    )


def ask(work: Work, inquiry_id: UUID, said: Said) -> UUID:
    """Ask for a way back; the notice is written now, by whoever may read the contact, and leaves when signed."""
    contact = _read(work, inquiry_id)
    return recovery.ask(
        work,
        Conversation(
            account_id=inquiry_queries.relative_of(work, inquiry_id),
            inquiry_id=inquiry_id,
            lost=said.lost,
            marks=said.marks,
            notes=said.notes,
            has_code_word=contact.code_word is not None,
            envelope_id=_notice(work, inquiry_id, contact),
        ),
    )


def sign(work: Work, recovery_id: UUID, seen_version: int, wait: timedelta) -> None:
    """Give the second signature; the relative is told in the one content-free way, at their own hours."""
    notice = recovery.sign(work, recovery_id, seen_version, wait)
    if notice is not None:
        notifications.release(work, notice)


def hand(work: Work, recovery_id: UUID, seen_version: int) -> str:
    """Make the link to hand to the relative, in the files in which one may ask for it."""
    place = casework.own_place(work, recoveries.file_of(work, recovery_id))
    work.require(policy.may_ask, place)
    return recovery.hand(work, recovery_id, seen_version)


def _read(work: Work, inquiry_id: UUID) -> SafeContact:
    inquiry_queries.reference_of(work, inquiry_id)  # a file nobody may see is not there, rather than refused
    work.require(policy.may_ask, casework.own_place(work, inquiry_id))
    return inquiries.read_contact(work, inquiry_id)


def _notice(work: Work, inquiry_id: UUID, contact: SafeContact) -> UUID | None:
    """A paused family is not written to, whatever happens; the notice in the account stands all the same."""
    envelope = inquiries.envelope_to(work, inquiry_id, contact)
    if envelope is None or inquiry_queries.inquiry_file(work, inquiry_id).is_paused:
        return None
    return notifications.prepare(work, replace(envelope, urgency=Urgency.ANY_DAY))
