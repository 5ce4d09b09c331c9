"""A family is asked for what they left empty, through their caseworker, in words that tell nothing."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.casework import service as casework
from portal.casework.questions import labels, queries, service
from portal.casework.questions.views_casework import words_for
from portal.casework.questions.vocab import Answer, Asked, QuestionFile, left_empty
from portal.inquiries import queries as inquiries
from portal.inquiries.vocab import InquiryState
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, NotAllowed, NotFound, ReasonNeeded
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.casework import a_colleague
from tests.support.factories.inquiries import SOUGHT, a_filed_inquiry, advance, with_a_reason
from tests.support.factories.matching import a_record

DESK = DbRole.CASEWORK
EMPTY = {"mother": None, "mother_family": None, "birth_place": None, "grandfather": None}


@pytest.fixture
def inquiry_id(place: Workplace) -> UUID:
    return a_searching_inquiry(place)


def a_searching_inquiry(place: Workplace) -> UUID:
    filed = a_filed_inquiry(place, **EMPTY).inquiry_id
    advance(place, filed, InquiryState.TRIAGE, InquiryState.VERIFYING, InquiryState.ACTIVE)
    return filed


def analyst_of(place: Workplace, inquiry_id: UUID) -> Actor:
    found = a_colleague(place, Role.ANALYST)
    with_a_reason(place, found, inquiry_id)
    return found


def liaison_of(place: Workplace, inquiry_id: UUID) -> Actor:
    found = a_colleague(place, Role.LIAISON)
    with place.open(an_actor(Role.INTAKE), DESK) as work:
        casework.assign(work, inquiry_id, found.id, Role.LIAISON)
    return found


def asked(place: Workplace, inquiry_id: UUID, by: Actor | None = None) -> tuple[Asked, ...]:
    with place.open(by or analyst_of(place, inquiry_id), DESK) as work:
        return service.ask_family(work, inquiry_id)


def read(place: Workplace, by: Actor, inquiry_id: UUID) -> QuestionFile:
    with place.open(by, DESK) as work:
        return queries.file(work, inquiry_id)


def answer(place: Workplace, by: Actor, inquiry_id: UUID, *answers: Answer) -> None:
    with place.open(by, DESK) as work:
        service.enter_answers(work, inquiry_id, answers)


def test_what_is_empty_is_asked_answered_and_entered(place: Workplace, inquiry_id: UUID) -> None:
    liaison = liaison_of(place, inquiry_id)
    wanted = asked(place, inquiry_id)
    assert set(wanted) == {Asked.GRANDFATHER, Asked.MOTHER, Asked.MOTHER_FAMILY, Asked.BIRTH_PLACE}
    with place.open(liaison, DESK) as work:
        assert [each.inquiry_id for each in queries.waiting_for_me(work)] == [inquiry_id]
    answer(place, liaison, inquiry_id, Answer(Asked.MOTHER, "سعاد"), Answer(Asked.BIRTH_PLACE, None))
    with place.open(liaison, DESK) as work:
        sought = inquiries.sought(work, inquiry_id)
    assert (sought.mother, sought.birth_place, sought.given) == ("سعاد", None, SOUGHT.given)
    still = {each.part for each in read(place, liaison, inquiry_id).questions}
    assert still == {Asked.GRANDFATHER, Asked.MOTHER_FAMILY}


def test_nobody_is_asked_twice_for_the_same(place: Workplace, inquiry_id: UUID) -> None:
    liaison = liaison_of(place, inquiry_id)
    asked(place, inquiry_id)
    answer(place, liaison, inquiry_id, Answer(Asked.MOTHER, None))
    with pytest.raises(Conflict):
        asked(place, inquiry_id)
    with pytest.raises(Conflict):
        answer(place, liaison, inquiry_id, Answer(Asked.MOTHER, "سعاد"))


@pytest.mark.promise("P2")
def test_what_a_family_is_asked_does_not_depend_on_any_record(
    place: Workplace, vault: Vault, tmp_path: Path, app: Flask
) -> None:
    """The same lines and the same words in both languages, with a record that agrees and with none."""
    told = []
    for has_record in (False, True):
        inquiry_id = a_searching_inquiry(place)
        if has_record:
            a_record(place, vault, tmp_path)
        liaison = liaison_of(place, inquiry_id)
        wanted = asked(place, inquiry_id)
        with app.test_request_context():
            found = read(place, liaison, inquiry_id)
            words = [words_for(found)]
            with force_locale("en"):
                words.append([str(labels.QUESTIONS[each.part]) for each in found.questions])
        told.append((wanted, words))
    assert told[0] == told[1]


def test_the_lines_follow_from_the_inquiry_alone() -> None:
    assert left_empty(SOUGHT, frozenset()) == tuple(p for p in Asked if getattr(SOUGHT, p.value) is None)
    assert Asked.MOTHER not in left_empty(SOUGHT, frozenset(Asked))


@pytest.mark.promise("P2")
def test_the_words_know_no_record(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        said = " ".join(
            str(line) for line in (labels.OPENING, *labels.QUESTIONS.values(), labels.CLOSING)
        ).lower()
    assert not [
        word for word in ("record", "archive", "match", "found", "compar", "paper", "photo") if word in said
    ]


def test_whoever_compares_never_enters_an_answer(place: Workplace, inquiry_id: UUID) -> None:
    analyst = analyst_of(place, inquiry_id)
    asked(place, inquiry_id, analyst)
    with pytest.raises(NotAllowed):
        answer(place, analyst, inquiry_id, Answer(Asked.MOTHER, "سعاد"))


def test_a_liaison_of_another_file_enters_nothing(place: Workplace, inquiry_id: UUID) -> None:
    asked(place, inquiry_id)
    other = liaison_of(place, a_searching_inquiry(place))
    with pytest.raises(NotFound):
        answer(place, other, inquiry_id, Answer(Asked.MOTHER, "سعاد"))
    with place.open(other, DESK) as work:
        assert queries.waiting_for_me(work) == []


@pytest.mark.parametrize("role", [Role.INTAKE, Role.VERIFIER, Role.APPROVER, Role.LIAISON, Role.CUSTODIAN])
def test_nobody_else_has_a_family_asked(place: Workplace, inquiry_id: UUID, role: Role) -> None:
    with pytest.raises(NotAllowed):
        asked(place, inquiry_id, a_colleague(place, role))


def test_outside_ones_assignment_a_reason_comes_first(place: Workplace, inquiry_id: UUID) -> None:
    with pytest.raises(ReasonNeeded):
        asked(place, inquiry_id, a_colleague(place, Role.ANALYST))


def test_the_table_lets_nothing_through_that_the_rules_forbid(place: Workplace, inquiry_id: UUID) -> None:
    liaison = liaison_of(place, inquiry_id)
    asked(place, inquiry_id)
    other = liaison_of(place, a_searching_inquiry(place))
    overwritten = "update sought_person set father = 'x' where father is not null"
    with (
        pytest.raises(DBAPIError, match="what a family said is not changed"),
        place.open(liaison, DESK) as work,
    ):
        work.session.execute(text(overwritten))
    for statement in (
        "update sought_person set mother = 'x'",
        "update family_question set settled_at = now()",
    ):
        with place.open(other, DESK) as work:
            found = work.session.execute(text(f"{statement} where inquiry_id = :i"), {"i": inquiry_id})
            assert found.rowcount == 0  # type: ignore[attr-defined]
    for actor, role in ((an_actor(Role.RELATIVE), DbRole.FAMILY), (ANONYMOUS, DbRole.PUBLIC)):
        with pytest.raises(DBAPIError, match="permission denied"), place.open(actor, role) as work:
            work.session.execute(text("select 1 from family_question"))
