"""What becomes of a told case: aftercare and its end, and a record that changes after the telling."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.disclosure.packages import queries as packages
from portal.disclosure.packages import service as preparing
from portal.disclosure.telling import queries, service
from portal.disclosure.vocab import PackageState
from portal.inquiries import queries as inquiries
from portal.inquiries.vocab import InquiryState
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, NotAllowed, PortalError
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.matching.renewal import service as renewal
from portal.matching.vocab import EvidenceLevel, MatchProposal
from portal.records.vocab import Part
from portal.vault.service import Vault
from tests.conftest import SetClock
from tests.support.actors import an_actor
from tests.support.factories.disclosure import (
    ARRANGED,
    TOLD,
    WORDS,
    Case,
    a_told_relative,
    approve,
    freeze,
    log,
    seal,
    write,
)
from tests.support.factories.matching import STRONG, judge
from tests.support.factories.revision import correct, withdraw


def _state(place: Workplace, case: Case) -> InquiryState:
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        return inquiries.state_of(work, case.inquiry_id)


def _own(place: Workplace, case: Case) -> object:
    with place.open(case.relative, DbRole.FAMILY) as work:
        return queries.own(work)


def _liaison(place: Workplace, case: Case, *acts: object) -> None:
    for act in acts:
        with place.open(case.liaison.actor, DbRole.CASEWORK) as work:
            act(work, case.inquiry_id)  # type: ignore[operator]  # acts of the service


def test_a_case_is_closed_after_somebody_asked_how_the_relative_is(
    place: Workplace, vault: Vault, clock: SetClock
) -> None:
    case = a_told_relative(place, vault)
    before = _own(place, case)
    _liaison(place, case, service.begin_aftercare)
    with pytest.raises(Conflict):
        _liaison(place, case, service.close_case)
    clock.advance(hours=49)
    log(place, case, ARRANGED)
    _liaison(place, case, service.close_case)
    assert _state(place, case) is InquiryState.CLOSED
    assert _own(place, case) == before


@pytest.mark.parametrize("role", list(Role))
def test_nobody_else_ends_a_case(place: Workplace, vault: Vault, role: Role) -> None:
    case = a_told_relative(place, vault)
    with pytest.raises(PortalError), place.open(an_actor(role), DbRole.CASEWORK) as work:
        service.begin_aftercare(work, case.inquiry_id)
    assert _state(place, case) is InquiryState.TOLD


def test_a_case_whose_package_was_stopped_is_not_ended(place: Workplace, vault: Vault) -> None:
    case = a_told_relative(place, vault)
    freeze(place, case)
    with pytest.raises(NotAllowed):
        _liaison(place, case, service.begin_aftercare)


@pytest.mark.promise("P3")
@pytest.mark.parametrize("then", ["aftercare", "closed"])
@pytest.mark.parametrize("role", [Role.LIAISON, Role.APPROVER, Role.INTAKE])
def test_the_database_itself_lets_nobody_end_a_case_that_was_not_told(
    place: Workplace, vault: Vault, role: Role, then: str
) -> None:
    case = a_told_relative(place, vault)
    correct(place, case.record_id, without={Part.FATHER})
    actor = case.liaison.actor if role is Role.LIAISON else an_actor(role)
    with (
        pytest.raises(DBAPIError, match="while what was told stands"),
        place.open(actor, DbRole.CASEWORK) as work,
    ):
        changed = work.session.execute(text(f"update inquiry set state = '{then}'"))
        if not changed.rowcount:  # type: ignore[attr-defined]  # the row was not theirs to change
            pytest.skip("this role sees no such row")


@pytest.mark.promise("P1")
@pytest.mark.promise("P14")
def test_what_was_told_is_stopped_when_its_record_changes_and_told_anew_by_a_person(
    place: Workplace, vault: Vault, clock: SetClock
) -> None:
    case = a_told_relative(place, vault)
    correct(place, case.record_id, without={Part.FATHER})
    assert _own(place, case) is None
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        proposal = MatchProposal(
            case.inquiry_id, case.record_id, EvidenceLevel.E3, STRONG, "compared anew, it holds"
        )
        renewal_id = renewal.propose_renewal(work, case.match_id, proposal)
    judge(place, renewal_id, by=an_actor(Role.APPROVER))
    assert _own(place, case) is None
    assert _state(place, case) is InquiryState.TOLD
    _liaison(place, case, preparing.prepare)
    write(place, case, WORDS)
    seal(place, case)
    approve(place, case)
    assert _own(place, case) is None
    clock.advance(hours=1)
    log(place, case, TOLD)
    assert _own(place, case) is not None
    assert _state(place, case) is InquiryState.TOLD
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        states = work.session.execute(text("select state from disclosure order by told_at")).scalars().all()
        assert states == [PackageState.SUPERSEDED, PackageState.TOLD]
        assert not packages.fallen(work)


@pytest.mark.promise("P14")
def test_a_withdrawn_record_stops_what_was_told_and_lists_it(place: Workplace, vault: Vault) -> None:
    case = a_told_relative(place, vault)
    withdraw(place, case.record_id)
    assert _own(place, case) is None
    with place.open(case.liaison.actor, DbRole.CASEWORK) as work:
        assert [each.inquiry_id for each in packages.fallen(work)] == [case.inquiry_id]
    with pytest.raises(Conflict):
        _liaison(place, case, preparing.prepare)
