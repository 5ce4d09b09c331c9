"""Names on their way, as staff and as the relative see them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, text

from portal.accounts import queries as accounts
from portal.disclosure.publication import policy
from portal.disclosure.publication.eligibility import hindrances
from portal.disclosure.publication.models import Publication, PublicationVoice
from portal.disclosure.publication.vocab import (
    EligibleName,
    NameFile,
    NamesDesk,
    NameState,
    OpenName,
    OwnVoice,
    Spelling,
    Stance,
    Voice,
)
from portal.kernel.errors import NotFound
from portal.kernel.work import Work

_ELIGIBLE = text("select record_id, name from portal_eligible_names() order by name, record_id")


def eligible(work: Work) -> list[EligibleName]:
    """The people of whom every known verified relative was told, and whose name nobody was asked for yet."""
    work.require(policy.may_ask)
    return [EligibleName(*row) for row in work.session.execute(_ELIGIBLE)]


def desk(work: Work) -> NamesDesk:
    """The editor's desk in one look."""
    return NamesDesk(tuple(eligible(work)), tuple(name_files(work)))


def name_files(work: Work) -> list[NameFile]:
    """The names on their way and those that stand, oldest first."""
    work.require(policy.may_read)
    rows = work.session.scalars(
        select(Publication).where(Publication.state != NameState.HIDDEN).order_by(Publication.asked_at)
    )
    return [facts(work, row) for row in rows]


def name_file(work: Work, publication_id: UUID) -> NameFile:
    """One name on its way."""
    work.require(policy.may_read)
    row = work.session.get(Publication, publication_id)
    if row is None:
        raise NotFound("no such name")
    return facts(work, row)


def open_name(work: Work, publication_id: UUID) -> OpenName:
    """One name on its way, and the names of those who signed."""
    file = name_file(work, publication_id)
    return OpenName(file, accounts.display_names(work, {file.proposed_by, file.signed_by}))


def own_voice(work: Work) -> OwnVoice | None:
    """The question this relative was asked, and what they answered; None before they were told and asked."""
    work.require(policy.may_answer)
    row = work.session.scalar(
        select(PublicationVoice)
        .where(PublicationVoice.account_id == work.actor_id)
        .order_by(PublicationVoice.id)
    )
    if row is None:
        return None
    state = work.session.scalar(select(Publication.state).where(Publication.id == row.publication_id))
    return OwnVoice(row.id, row.stance, _spelling(row), state is NameState.PUBLISHED, row.suggested)


def voices_of(work: Work, publication_id: UUID) -> tuple[Voice, ...]:
    """Every answer on one name, without whose it is."""
    rows = work.session.scalars(
        select(PublicationVoice)
        .where(PublicationVoice.publication_id == publication_id)
        .order_by(PublicationVoice.id)
    )
    return tuple(Voice(row.stance, _spelling(row), row.answered_at) for row in rows)


def untold(work: Work, record_id: UUID) -> int:
    """How many known verified relatives of a person have not been told."""
    return int(work.session.scalar(select(func.portal_untold_relatives(record_id))) or 0)


def facts(work: Work, row: Publication) -> NameFile:
    """The frozen facts of a row."""
    voices = voices_of(work, row.id)
    against = hindrances(voices, untold(work, row.record_id))
    return NameFile(
        id=row.id,
        version=row.version,
        state=row.state,
        spelling=Spelling(row.name_ar, row.name_latin) if row.name_ar else None,
        voices=voices,
        hindrances=against,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        due_at=row.due_at,
        may_propose=policy.may_propose(work.actor, row.state) and not against,
        may_sign=policy.may_sign(work.actor, row.proposed_by, row.state) and not against,
    )


def _spelling(row: PublicationVoice) -> Spelling | None:
    return Spelling(row.name_ar, row.name_latin) if row.name_ar and row.stance is Stance.AGREED else None
