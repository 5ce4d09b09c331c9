"""Correcting and withdrawing records, by two people and never by one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, SamePerson
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.revision import queries, service
from portal.records.revision.vocab import Withdrawal
from portal.records.truth import queries as truth
from portal.records.vocab import Part, RecordState, WithdrawalGround
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.matching import a_record
from tests.support.factories.revision import correct, withdraw

WHY = Withdrawal(WithdrawalGround.MISFILED, "the paper speaks of somebody else")


@pytest.fixture
def record_id(place: Workplace, vault: Vault, tmp_path: Path) -> UUID:
    """A confirmed record that says a name, a death and the day of the paper."""
    return a_record(
        place, vault, tmp_path, given="سامر", father="نبيل", died_on="2013-02-01", issued_on="2013-03-09"
    )


def _propose(place: Workplace, record_id: UUID, without: Part, by: Actor | None = None) -> UUID:
    with place.open(by or an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        held = [each.id for each in queries.quoted(work, record_id) if each.said.part is not without]
        return service.propose_correction(work, record_id, held, "the other paper is the better one")


def _facts(place: Workplace, record_id: UUID) -> object:
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        return truth.facts(work, record_id)


@pytest.mark.promise("P6")
@pytest.mark.promise("P13")
def test_a_correction_by_two_raises_the_version_and_keeps_the_former_one(
    place: Workplace, record_id: UUID
) -> None:
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        before = truth.facts(work, record_id)
    correct(place, record_id, without={Part.FATHER})
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        after = truth.facts(work, record_id)
        said = {each.part for each in truth.statements(work, record_id)}
        history = service.read_history(work, record_id)
    assert (before.father, after.father) == ("نبيل", None)
    assert (after.version, after.state) == (before.version + 1, RecordState.CONFIRMED)
    assert Part.FATHER not in said
    newest, oldest = history.versions
    assert [each.value for each in newest.dropped] == ["نبيل"]
    assert "نبيل" in [each.value for each in oldest.held]
    assert newest.reason
    assert newest.signed_by != newest.proposed_by


def test_what_was_set_aside_can_be_held_true_again(place: Workplace, record_id: UUID) -> None:
    correct(place, record_id, without={Part.FATHER})
    correct(place, record_id, without=set())
    assert _facts(place, record_id).father == "نبيل"  # type: ignore[attr-defined]  # facts of a record


@pytest.mark.promise("P6")
def test_nobody_answers_their_own_proposal(place: Workplace, record_id: UUID) -> None:
    both = Actor(uuid4(), frozenset({Role.CUSTODIAN, Role.APPROVER}))
    revision_id = _propose(place, record_id, Part.FATHER, by=both)
    for act in (service.sign, service.give_back):
        with pytest.raises((NotAllowed, SamePerson)), place.open(both, DbRole.CASEWORK) as work:
            act(work, revision_id, 1)
    assert _facts(place, record_id).father == "نبيل"  # type: ignore[attr-defined]  # facts of a record


def test_a_correction_given_back_changes_nothing_and_another_can_follow(
    place: Workplace, record_id: UUID
) -> None:
    revision_id = _propose(place, record_id, Part.FATHER)
    with pytest.raises(Conflict):
        _propose(place, record_id, Part.GIVEN)
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        service.give_back(work, revision_id, 1)
    assert _facts(place, record_id).father == "نبيل"  # type: ignore[attr-defined]  # facts of a record
    assert _propose(place, record_id, Part.GIVEN)


def test_a_correction_of_a_record_that_changed_since_is_refused(place: Workplace, record_id: UUID) -> None:
    revision_id = _propose(place, record_id, Part.FATHER)
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        work.session.execute(text("update record set version = version + 1"))
    with pytest.raises(Conflict), place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        service.sign(work, revision_id, 1)


@pytest.mark.promise("P13")
def test_nobody_corrects_with_words_that_no_paper_of_this_record_says(
    place: Workplace, record_id: UUID
) -> None:
    with pytest.raises(Invalid), place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        service.propose_correction(work, record_id, [uuid4()], "somebody told me so")


@pytest.mark.parametrize("held", ["nothing", "everything"])
def test_a_correction_holds_something_and_changes_something(
    place: Workplace, record_id: UUID, held: str
) -> None:
    with pytest.raises(Invalid), place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        every = [each.id for each in queries.quoted(work, record_id)]
        service.propose_correction(work, record_id, every if held == "everything" else [], "why")


@pytest.mark.promise("P6")
def test_a_withdrawn_record_is_no_candidate_and_stays_withdrawn(place: Workplace, record_id: UUID) -> None:
    withdraw(place, record_id)
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        assert truth.facts(work, record_id).state is RecordState.WITHDRAWN
        assert record_id not in {each.id for each in truth.comparable(work)}
        assert service.read_history(work, record_id).versions[0].ground is WithdrawalGround.MISFILED
    with pytest.raises(NotAllowed):
        _propose(place, record_id, Part.FATHER)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CUSTODIAN])
def test_only_a_custodian_proposes(place: Workplace, record_id: UUID, role: Role) -> None:
    with pytest.raises((NotAllowed, NotFound)), place.open(an_actor(role), DbRole.CASEWORK) as work:
        service.propose_withdrawal(work, record_id, WHY)


FORBIDDEN: dict[str, Callable[[UUID], str]] = {
    "one person sets a quotation aside": lambda _: "update record set set_aside = array[gen_random_uuid()]",
    "one person withdraws": lambda _: (
        "update record set state = 'withdrawn', version = version + 1, signed_by = portal_actor(),"
        " proposed_by = gen_random_uuid()"
    ),
    "a version nobody signed": lambda record_id: (
        "insert into record_version (record_id, version, state, held, proposed_by, proposed_at, signed_by,"
        f" signed_at) values ('{record_id}', 99, 'confirmed', '{{}}', gen_random_uuid(), now(),"
        " portal_actor(), now())"
    ),
    "history rewritten": lambda _: "update record_version set held = '{}'",
    "history erased": lambda _: "delete from record_version",
    "a proposal signed by its proposer": lambda _: (
        "update record_revision set state = 'signed', signed_by = proposed_by"
    ),
}


@pytest.mark.promise("P6")
@pytest.mark.parametrize("wrong", FORBIDDEN)
@pytest.mark.parametrize("role", [Role.CUSTODIAN, Role.APPROVER])
def test_the_database_itself_refuses(place: Workplace, record_id: UUID, role: Role, wrong: str) -> None:
    _propose(place, record_id, Part.FATHER)
    before = _kept(place)
    try:
        with place.open(an_actor(role), DbRole.CASEWORK) as work:
            work.session.execute(text(FORBIDDEN[wrong](record_id)))
    except DBAPIError:
        pass  # refused loudly, or the row was not there to be changed: what counts is that nothing did
    assert _kept(place) == before


def _kept(place: Workplace) -> object:
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        return (
            work.session.execute(text("select state, version, set_aside, signed_by from record")).all(),
            work.session.execute(text("select version, held from record_version")).all(),
            work.session.execute(text("select state, signed_by from record_revision")).all(),
        )
