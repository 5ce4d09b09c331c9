"""A name on its way to the memorial: nobody asked too early, two people, one spelling, one objection is enough."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from portal.disclosure.publication import queries, service
from portal.disclosure.publication.models import PublicationVoice
from portal.disclosure.publication.vocab import Consent, Hindrance, NameFile, NameState, Spelling, Stance
from portal.kernel.actor import ANONYMOUS, WORKER, Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, NotAllowed, NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Work, Workplace
from portal.memorial.models import MemorialName
from portal.vault.service import Vault
from tests.conftest import SetClock
from tests.support.actors import an_actor
from tests.support.factories.disclosure import (
    Case,
    a_confirmed_match,
    a_sealed_package,
    a_told_relative,
    an_approved_package,
)

Reach = Callable[[Workplace, Vault], Case]
WAIT = timedelta(days=7)
NAME = Spelling("سامر نادر الحلاق", "Samer Nader al-Hallaq")
OTHER = Spelling("سامر نادر الحلّاق", "Samer Nader al-Hallaq")
EDITOR, APPROVER = an_actor(Role.EDITOR), an_actor(Role.APPROVER)


class Asked(NamedTuple):
    """A name whose relatives were asked."""

    case: Case
    id: UUID


class AskedBoth(NamedTuple):
    """A name of which two relatives were told and asked."""

    one: Case
    other: Case
    id: UUID


@pytest.fixture
def asked(place: Workplace, vault: Vault) -> Asked:
    """One relative, told and asked."""
    case = a_told_relative(place, vault)
    return Asked(case, _ask(place, case.record_id))


@pytest.fixture
def both_asked(place: Workplace, vault: Vault) -> AskedBoth:
    """Two relatives of one person, told and asked."""
    one = a_told_relative(place, vault)
    other = a_told_relative(place, vault, a_confirmed_match(place, vault, record_id=one.record_id))
    return AskedBoth(one, other, _ask(place, one.record_id))


@pytest.mark.promise("P5")
@pytest.mark.parametrize("reach", [a_confirmed_match, a_sealed_package, an_approved_package])
def test_nobody_is_asked_before_they_were_told(place: Workplace, vault: Vault, reach: Reach) -> None:
    case = reach(place, vault)
    with place.open(EDITOR, DbRole.CASEWORK) as work:
        assert queries.eligible(work) == []
        with pytest.raises(Conflict):
            service.ask(work, case.record_id)
    with place.open(case.relative, DbRole.FAMILY) as work:
        assert queries.own_voice(work) is None
        with pytest.raises(NotFound):
            service.object_to(work)


@pytest.mark.promise("P5")
def test_one_untold_relative_is_enough_not_to_ask(place: Workplace, vault: Vault) -> None:
    case = a_told_relative(place, vault)
    a_confirmed_match(place, vault, record_id=case.record_id)
    with place.open(EDITOR, DbRole.CASEWORK) as work, pytest.raises(Conflict):
        service.ask(work, case.record_id)


@pytest.mark.promise("P5")
def test_a_relative_found_after_the_asking_stops_the_name(
    place: Workplace, vault: Vault, asked: Asked
) -> None:
    _agree(place, asked.case)
    a_confirmed_match(place, vault, record_id=asked.case.record_id)
    assert _file(place, asked.id).hindrances == (Hindrance.SOMEBODY_NOT_TOLD,)
    with pytest.raises(Conflict):
        _propose(place, asked.id)


@pytest.mark.promise("P5")
def test_a_relative_found_while_a_signed_name_waits_stops_it(
    place: Workplace, vault: Vault, clock: SetClock, asked: Asked
) -> None:
    _signed(place, asked)
    a_confirmed_match(place, vault, record_id=asked.case.record_id)
    clock.advance(days=7)
    _due(place, asked.id)
    assert _memorial(place) == []


def test_people_are_asked_once(place: Workplace, asked: Asked) -> None:
    with place.open(EDITOR, DbRole.CASEWORK) as work, pytest.raises(Conflict):
        service.ask(work, asked.case.record_id)


@pytest.mark.promise("P5")
def test_two_spellings_stop_the_name_until_both_say_the_same(place: Workplace, both_asked: AskedBoth) -> None:
    _agree(place, both_asked.one, NAME)
    _agree(place, both_asked.other, OTHER)
    assert _file(place, both_asked.id).hindrances == (Hindrance.SPELLINGS_DIFFER,)
    with pytest.raises(Conflict):
        _propose(place, both_asked.id)
    _agree(place, both_asked.other, NAME)
    assert _file(place, both_asked.id).hindrances == ()


@pytest.mark.promise("P5")
@pytest.mark.promise("P12")
def test_one_objection_outweighs_every_agreement(place: Workplace, both_asked: AskedBoth) -> None:
    _agree(place, both_asked.one)
    _object(place, both_asked.other)
    assert _file(place, both_asked.id).hindrances == (Hindrance.SOMEBODY_OBJECTED,)
    with pytest.raises(Conflict):
        _propose(place, both_asked.id)


@pytest.mark.promise("P6")
def test_who_proposed_cannot_sign_even_with_both_roles(place: Workplace, asked: Asked) -> None:
    both = an_actor(Role.EDITOR, Role.APPROVER)
    _agree(place, asked.case)
    _propose(place, asked.id, both)
    for signer in (both, EDITOR):
        with pytest.raises(NotAllowed):
            _sign(place, asked.id, by=signer)
    _sign(place, asked.id)
    assert _file(place, asked.id).state is NameState.SIGNED


@pytest.mark.promise("P6")
def test_the_database_too_refuses_one_person_twice(place: Workplace, asked: Asked) -> None:
    both = an_actor(Role.EDITOR, Role.APPROVER)
    _agree(place, asked.case)
    _propose(place, asked.id, both)
    with place.open(both, DbRole.CASEWORK) as work, pytest.raises(ProgrammingError):
        work.session.execute(
            text("update publication set state = 'signed', signed_by = :me"), {"me": both.id}
        )


@pytest.mark.promise("P7")
def test_a_signature_stands_under_what_was_read(place: Workplace, asked: Asked) -> None:
    _agree(place, asked.case)
    read = _file(place, asked.id).version
    _propose(place, asked.id)
    with place.open(APPROVER, DbRole.CASEWORK) as work, pytest.raises(Conflict):
        service.sign(work, asked.id, read, WAIT)


@pytest.mark.promise("P7")
@pytest.mark.parametrize("signed", [False, True], ids=["proposed", "signed"])
def test_a_changed_spelling_voids_proposal_and_signature(
    place: Workplace, clock: SetClock, asked: Asked, signed: bool
) -> None:
    _agree(place, asked.case)
    _propose(place, asked.id)
    if signed:
        _sign(place, asked.id)
    _agree(place, asked.case, OTHER)
    found = _file(place, asked.id)
    assert (found.state, found.spelling) == (NameState.ASKED, None)
    assert (found.proposed_by, found.signed_by, found.due_at) == (None, None, None)
    clock.advance(days=8)
    _due(place, asked.id)
    assert _memorial(place) == []


@pytest.mark.promise("P5")
def test_a_name_waits_from_the_last_answer_on(place: Workplace, clock: SetClock, asked: Asked) -> None:
    _agree(place, asked.case)
    answered = clock()
    clock.advance(days=2)
    _propose(place, asked.id)
    _sign(place, asked.id)
    assert _file(place, asked.id).due_at == answered + WAIT
    clock.advance(days=4, hours=23)
    _due(place, asked.id)
    assert _memorial(place) == []
    clock.advance(hours=1)
    _due(place, asked.id)
    assert _memorial(place) == [(NAME.name_ar, NAME.name_latin)]
    assert _file(place, asked.id).state is NameState.PUBLISHED


@pytest.mark.promise("P5")
def test_a_name_that_nobody_signed_never_stands(place: Workplace, clock: SetClock, asked: Asked) -> None:
    _agree(place, asked.case)
    _propose(place, asked.id)
    clock.advance(days=30)
    _due(place, asked.id)
    assert _memorial(place) == []


@pytest.mark.promise("P12")
@pytest.mark.parametrize("decline", [service.object_to, service.answer_later])
def test_one_relative_takes_a_standing_name_off_in_one_step(
    place: Workplace, clock: SetClock, asked: Asked, decline: Callable[[Work], None]
) -> None:
    _signed(place, asked)
    clock.advance(days=7)
    _due(place, asked.id)
    assert len(_memorial(place)) == 1
    with place.open(asked.case.relative, DbRole.FAMILY) as work:
        decline(work)
    assert _memorial(place) == []
    clock.advance(days=30)
    _due(place, asked.id)
    assert _memorial(place) == []


@pytest.mark.promise("P12")
def test_an_objection_keeps_nothing_of_the_spelling(place: Workplace, asked: Asked) -> None:
    _agree(place, asked.case)
    _object(place, asked.case)
    with place.open(asked.case.relative, DbRole.FAMILY) as work:
        voice = work.session.scalars(select(PublicationVoice)).one()
        assert voice.stance is Stance.OBJECTED
        assert (voice.name_ar, voice.name_latin, voice.asked_words) == (None, None, None)


@pytest.mark.promise("P3")
def test_a_relative_may_not_touch_the_register_by_hand(place: Workplace, asked: Asked) -> None:
    with place.open(asked.case.relative, DbRole.FAMILY) as work, pytest.raises(ProgrammingError):
        work.session.execute(text("delete from memorial_name"))


@pytest.mark.promise("P2")
def test_a_relative_neither_reads_nor_undoes_another_voice(
    place: Workplace, vault: Vault, clock: SetClock, asked: Asked
) -> None:
    stranger = a_told_relative(place, vault)
    _signed(place, asked)
    clock.advance(days=7)
    _due(place, asked.id)
    with place.open(asked.case.relative, DbRole.FAMILY) as work:
        voice_id = work.session.scalar(select(PublicationVoice.id))
    for actor in (stranger.relative, ANONYMOUS):
        with place.open(actor, DbRole.FAMILY) as work:
            assert work.session.scalar(select(func.count()).select_from(PublicationVoice)) == 0
            work.session.execute(select(func.portal_name_answered(voice_id)))
            changed = text("update publication_voice set stance = 'objected' returning id")
            assert work.session.execute(changed).all() == []
    assert len(_memorial(place)) == 1


@pytest.mark.promise("P2")
def test_two_relatives_of_one_person_see_only_their_own_voice(
    place: Workplace, both_asked: AskedBoth
) -> None:
    for case in (both_asked.one, both_asked.other):
        with place.open(case.relative, DbRole.FAMILY) as work:
            owners = set(work.session.scalars(select(PublicationVoice.account_id)))
        assert owners == {case.relative.id}


def _ask(place: Workplace, record_id: UUID) -> UUID:
    with place.open(EDITOR, DbRole.CASEWORK) as work:
        return service.ask(work, record_id)


def _agree(place: Workplace, case: Case, spelling: Spelling = NAME) -> None:
    with place.open(case.relative, DbRole.FAMILY) as work:
        service.agree(work, Consent(spelling, "I agree.", "en"))


def _object(place: Workplace, case: Case) -> None:
    with place.open(case.relative, DbRole.FAMILY) as work:
        service.object_to(work)


def _propose(place: Workplace, publication_id: UUID, by: Actor = EDITOR) -> None:
    with place.open(by, DbRole.CASEWORK) as work:
        service.propose(work, publication_id, queries.name_file(work, publication_id).version)


def _sign(place: Workplace, publication_id: UUID, by: Actor = APPROVER) -> None:
    with place.open(by, DbRole.CASEWORK) as work:
        service.sign(work, publication_id, queries.name_file(work, publication_id).version, WAIT)


def _signed(place: Workplace, asked: Asked) -> None:
    _agree(place, asked.case)
    _propose(place, asked.id)
    _sign(place, asked.id)


def _due(place: Workplace, publication_id: UUID) -> None:
    with place.open(WORKER, DbRole.WORKER) as work:
        service.publish_if_due(work, publication_id)


def _file(place: Workplace, publication_id: UUID) -> NameFile:
    with place.open(EDITOR, DbRole.CASEWORK) as work:
        return queries.name_file(work, publication_id)


def _memorial(place: Workplace) -> list[tuple[str, str | None]]:
    with place.open(ANONYMOUS, DbRole.PUBLIC) as work:
        rows = work.session.execute(select(MemorialName.name_ar, MemorialName.name_latin))
        return [(row.name_ar, row.name_latin) for row in rows]
