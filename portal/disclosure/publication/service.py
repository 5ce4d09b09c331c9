"""Ask for a name, propose it, sign it, let it stand, and take it off the moment one relative wishes so."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.disclosure.publication import policy, queries
from portal.disclosure.publication.eligibility import agreed_spellings, hindrances
from portal.disclosure.publication.models import Publication, PublicationVoice
from portal.disclosure.publication.vocab import Consent, NameState, Spelling, Stance
from portal.kernel import deferral
from portal.kernel.crypto import fingerprint
from portal.kernel.dual_control import second_person
from portal.kernel.errors import Conflict, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.memorial import service as memorial

TASK = "publication:publish"
_RELATIVES = text("select inquiry_id, account_id, name from portal_told_relatives(:record)")


def ask(work: Work, record_id: UUID) -> UUID:
    """Ask every relative who was told of this person; nobody else learns that the question exists."""
    work.require(policy.may_ask)
    if record_id not in {name.record_id for name in queries.eligible(work)}:
        raise Conflict("not every known relative was told, or they were asked already")
    publication = Publication(id=new_id(), record_id=record_id, asked_by=work.actor_id, asked_at=work.now)
    work.session.add(publication)
    for inquiry_id, account_id, name in work.session.execute(_RELATIVES, {"record": record_id}):
        work.session.add(
            PublicationVoice(
                publication_id=publication.id, inquiry_id=inquiry_id, account_id=account_id, suggested=name
            )
        )
        audit.record(work, Event.DISCLOSURE_NAME_ASKED, publication.id, case_id=inquiry_id)
    return publication.id


def agree(work: Work, consent: Consent) -> None:
    """A relative agrees to this exact spelling; an earlier proposal is void, since it said something else."""
    voice = _own_voice(work)
    voice.stance, voice.answered_at = Stance.AGREED, work.now
    voice.name_ar, voice.name_latin = consent.spelling.name_ar, consent.spelling.name_latin
    voice.asked_words, voice.language = consent.words, consent.language
    _take_off(work, voice)
    audit.record(work, Event.DISCLOSURE_NAME_AGREED, voice.publication_id, case_id=voice.inquiry_id)


def answer_later(work: Work) -> None:
    """A relative says not now; nothing is published on their word."""
    _decline(work, Stance.NOT_NOW)


def object_to(work: Work) -> None:
    """A relative objects or withdraws: the name is off the memorial in this same step."""
    _decline(work, Stance.OBJECTED)


def propose(work: Work, publication_id: UUID, seen_version: int) -> None:
    """An editor proposes the one spelling that was agreed to."""
    row = _locked(work, publication_id)
    work.require(policy.may_propose, row.state)
    if row.version != seen_version:
        raise Conflict("this has changed since it was read")
    spelling = _agreed(work, row)
    row.name_ar, row.name_latin, row.fingerprint = spelling.name_ar, spelling.name_latin, _seal(row, spelling)
    row.proposed_by, row.proposed_at, row.state = work.actor_id, work.now, NameState.PROPOSED
    audit.record(work, Event.DISCLOSURE_NAME_PROPOSED, row.id)


def sign(work: Work, publication_id: UUID, seen_version: int, wait: timedelta) -> None:
    """The second person signs; the name stands when the waiting time since the last answer has passed."""
    row = _locked(work, publication_id)
    work.require(policy.may_sign, row.proposed_by, row.state)
    if _seal(row, _agreed(work, row)) != row.fingerprint:
        raise Conflict("the spelling is not the one that was proposed")
    second_person(row, work.actor_id, seen_version)
    row.state, row.signed_at = NameState.SIGNED, work.now
    row.due_at = _last_answer(work, row) + wait
    audit.record(work, Event.DISCLOSURE_NAME_SIGNED, row.id)
    if row.due_at <= work.now:
        _publish(work, row)
    else:
        deferral.defer(work, TASK, {"publication_id": str(row.id)}, row.due_at)


def publish_if_due(work: Work, publication_id: UUID) -> None:
    """The worker lets a signed name stand, if nothing has come in between."""
    row = _locked(work, publication_id)
    if row.state is not NameState.SIGNED or row.due_at is None or row.due_at > work.now:
        return
    voices = queries.voices_of(work, row.id)
    if hindrances(voices, queries.untold(work, row.record_id)):
        return
    if _seal(row, _agreed(work, row)) == row.fingerprint:
        _publish(work, row)


def _publish(work: Work, row: Publication) -> None:
    row.name_id = memorial.publish(work, row.name_ar or "", row.name_latin)
    row.state = NameState.PUBLISHED
    audit.record(work, Event.DISCLOSURE_NAME_PUBLISHED, row.id)


def _decline(work: Work, stance: Stance) -> None:
    voice = _own_voice(work)
    voice.stance, voice.answered_at = stance, work.now
    voice.name_ar = voice.name_latin = voice.asked_words = voice.language = None
    _take_off(work, voice)
    event = Event.DISCLOSURE_NAME_DECLINED if stance is Stance.NOT_NOW else Event.DISCLOSURE_NAME_HIDDEN
    audit.record(work, event, voice.publication_id, case_id=voice.inquiry_id)


def _take_off(work: Work, voice: PublicationVoice) -> None:
    """What rested on the former answer no longer stands; the database does this, for a relative may not."""
    work.session.flush()  # the function looks at the answer that was just given
    work.session.execute(select(func.portal_name_answered(voice.id)))


def _own_voice(work: Work) -> PublicationVoice:
    work.require(policy.may_answer)
    voice = work.session.scalar(
        select(PublicationVoice)
        .where(PublicationVoice.account_id == work.actor_id)
        .order_by(PublicationVoice.id)
        .with_for_update()
    )
    if voice is None:
        raise NotFound("nobody asked")
    return voice


def _locked(work: Work, publication_id: UUID) -> Publication:
    row = work.session.scalar(select(Publication).where(Publication.id == publication_id).with_for_update())
    if row is None:
        raise NotFound("no such name")
    return row


def _agreed(work: Work, row: Publication) -> Spelling:
    voices = queries.voices_of(work, row.id)
    if hindrances(voices, queries.untold(work, row.record_id)):
        raise Conflict("something stands against publishing this name")
    return next(iter(agreed_spellings(voices)))


def _last_answer(work: Work, row: Publication) -> datetime:
    return max(voice.answered_at or row.asked_at for voice in queries.voices_of(work, row.id))


def _seal(row: Publication, spelling: Spelling) -> str:
    return fingerprint({"name": str(row.id), "ar": spelling.name_ar, "latin": spelling.name_latin})
