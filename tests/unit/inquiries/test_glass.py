"""A case outside one's assignment: opened for an hour with a reason, seen by the family, reviewed by somebody else."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from portal.inquiries import glass, service
from portal.inquiries.vocab import InquiryState, OutsideOpening
from portal.kernel.actor import Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, NotAllowed, NotFound, ReasonNeeded
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.oversight import queries as oversight
from portal.verification import service as verification
from tests.conftest import SetClock
from tests.support.actors import an_actor
from tests.support.factories.casework import a_team
from tests.support.factories.inquiries import a_filed_inquiry, a_signed_up_relative, with_a_reason
from tests.support.factories.verification import an_inquiry_to_verify, propose, sign

DESK = DbRole.CASEWORK
ONE, OTHER = an_actor(Role.AUDITOR), an_actor(Role.AUDITOR)


@pytest.fixture
def case(place: Workplace) -> UUID:
    return an_inquiry_to_verify(place)


def _open(place: Workplace, actor: Actor, inquiry_id: UUID) -> None:
    with place.open(actor, DESK) as work:
        service.open_inquiry(work, inquiry_id)


def _openings(place: Workplace, actor: Actor = ONE) -> list[OutsideOpening]:
    with place.open(actor, DbRole.OVERSIGHT) as work:
        return list(glass.outside_openings(work, 1).items)


@pytest.mark.parametrize("role", [Role.INTAKE, Role.VERIFIER, Role.ANALYST], ids=str)
def test_whoever_has_no_place_in_a_case_is_asked_why(place: Workplace, case: UUID, role: Role) -> None:
    with pytest.raises(ReasonNeeded) as asked:
        _open(place, an_actor(role), case)
    assert asked.value.case_id == case


@pytest.mark.parametrize("role", [Role.INTAKE, Role.VERIFIER], ids=str)
def test_the_way_to_a_family_asks_for_a_reason_too(place: Workplace, case: UUID, role: Role) -> None:
    with pytest.raises(ReasonNeeded), place.open(an_actor(role), DESK) as work:
        service.read_contact(work, case)


def test_the_team_of_a_case_is_not_asked(place: Workplace) -> None:
    inquiry_id = a_filed_inquiry(place).inquiry_id
    team = a_team(place, inquiry_id)
    for actor in (team.verifier, team.analyst, team.liaison):
        _open(place, actor, inquiry_id)
    with pytest.raises(ReasonNeeded):
        _open(place, team.intake, inquiry_id)  # what intake has handed on is no longer its own


def test_intake_reads_what_is_new(place: Workplace) -> None:
    inquiry_id, intake = a_filed_inquiry(place).inquiry_id, an_actor(Role.INTAKE)
    _open(place, intake, inquiry_id)
    with place.open(intake, DESK) as work:
        service.advance(work, inquiry_id, InquiryState.TRIAGE)
    _open(place, intake, inquiry_id)


def test_whoever_owes_or_gave_a_second_word_is_not_asked(place: Workplace, case: UUID) -> None:
    proposer, second = an_actor(Role.VERIFIER), an_actor(Role.VERIFIER)
    decision_id = propose(place, case, by=proposer)
    _open(place, second, case)
    sign(place, case, decision_id, by=second)
    _open(place, second, case)
    with pytest.raises(ReasonNeeded):
        _open(place, proposer, case)  # a proposal of one's own opens nothing


def test_a_reason_opens_one_case_to_one_person_for_an_hour(
    place: Workplace, clock: SetClock, case: UUID
) -> None:
    analyst = an_actor(Role.ANALYST)
    with_a_reason(place, analyst, case)
    _open(place, analyst, case)
    with pytest.raises(ReasonNeeded):
        _open(place, an_actor(Role.ANALYST), case)
    with pytest.raises(ReasonNeeded):
        _open(place, analyst, an_inquiry_to_verify(place))
    clock.advance(minutes=60)
    with pytest.raises(ReasonNeeded):
        _open(place, analyst, case)


def test_nobody_opens_by_a_reason_what_they_may_not_see(place: Workplace, case: UUID) -> None:
    for role, error in ((Role.TRANSCRIBER, NotAllowed), (Role.LIAISON, NotFound)):
        with pytest.raises(error), place.open(an_actor(role), DESK) as work:
            glass.break_glass(work, case, "curious")
    with pytest.raises(NotFound), place.open(an_actor(Role.ANALYST), DESK) as work:
        glass.break_glass(work, uuid4(), "curious")


def test_verifying_goes_through_the_same_question(place: Workplace, case: UUID) -> None:
    with pytest.raises(ReasonNeeded), place.open(an_actor(Role.VERIFIER), DESK) as work:
        verification.open_file(work, case)


def test_auditors_read_the_reason_and_one_of_them_reviews_it_once(place: Workplace, case: UUID) -> None:
    analyst = an_actor(Role.ANALYST)
    with_a_reason(place, analyst, case)
    (opening,) = _openings(place)
    assert (opening.account_id, opening.reason) == (analyst.id, "asked to help with the comparison")
    with place.open(ONE, DbRole.OVERSIGHT) as work:
        glass.review_opening(work, opening.id, "intake had asked her")
    with pytest.raises(Conflict), place.open(OTHER, DbRole.OVERSIGHT) as work:
        glass.review_opening(work, opening.id, "again")
    (after,) = _openings(place)
    assert (after.reviewed_by, after.review) == (ONE.id, "intake had asked her")


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.AUDITOR], ids=str)
def test_only_auditors_read_reasons(place: Workplace, case: UUID, role: Role) -> None:
    with_a_reason(place, an_actor(Role.ANALYST), case)
    with pytest.raises(NotAllowed):
        _openings(place, an_actor(role))
    with place.open(an_actor(role), DbRole.OVERSIGHT) as work:
        assert work.session.execute(text("select id from break_glass")).all() == []


def test_the_table_refuses_a_review_of_ones_own_and_a_longer_hour(
    place: Workplace, addresses: Addresses, case: UUID
) -> None:
    with_a_reason(place, an_actor(Role.ANALYST), case)
    engine = create_engine(addresses.owner)
    own = "update break_glass set reviewed_by = account_id, reviewed_at = now(), review = ''"
    for statement, rule in (
        (own, "two_people"),
        ("update break_glass set until = until + interval '1 h'", "one_hour"),
    ):
        with pytest.raises(IntegrityError, match=rule), engine.begin() as connection:
            connection.execute(text(statement))
    engine.dispose()


def test_the_database_opens_nothing_in_another_persons_name(place: Workplace, case: UUID) -> None:
    statement = text(
        "insert into break_glass (id, inquiry_id, account_id, reason, opened_at, until) values"
        " (gen_random_uuid(), :case, gen_random_uuid(), '', now(), now() + interval '1 hour')"
    )
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with refused, place.open(an_actor(Role.ANALYST), DESK) as work:
        work.session.execute(statement, {"case": case})


@pytest.mark.promise("P15")
def test_the_family_sees_an_opening_from_outside_at_once_and_nothing_of_who_it_was(
    place: Workplace, clock: SetClock
) -> None:
    relative = a_signed_up_relative(place)
    a_team(place, relative.inquiry_id)
    with place.open(relative.actor, DbRole.FAMILY) as work:
        assert oversight.who_looked(work).outside == ()
    with_a_reason(place, an_actor(Role.ANALYST), relative.inquiry_id)
    with place.open(relative.actor, DbRole.FAMILY) as work:
        report = oversight.who_looked(work)
    assert (report.outside, report.sittings) == ((clock.moment,), ())
    stranger = a_signed_up_relative(place, given="Basil")
    with place.open(stranger.actor, DbRole.FAMILY) as work:
        assert oversight.who_looked(work).outside == ()
