"""Checks go round the store, findings are settled by a person, holds are placed and lifted by two."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as slowly
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.audit.vocab import Event
from portal.config import Settings
from portal.kernel.actor import OPERATOR, WORKER, Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, Invalid, NotAllowed, SamePerson
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault.custody import queries, service
from portal.vault.custody.models import VaultFinding, VaultHold
from portal.vault.custody.vocab import PROTECTING, Hold, HoldScope, HoldState
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.kept import CUSTODIAN, as_owner, erased, file_of, kept, opened, remembered

SECOND = an_actor(Role.CUSTODIAN)
APPROVER = an_actor(Role.APPROVER)
MONTH = timedelta(days=30)


def ask(place: Workplace, *objects: UUID, by: Actor = CUSTODIAN) -> UUID:
    with place.open(by, DbRole.CASEWORK) as work:
        return service.ask_hold(work, HoldScope.RECORD, uuid4(), objects, "a court asks")


def act(place: Workplace, by: Actor, hold_id: UUID, name: str, *more: str) -> Hold:
    """Let somebody do one thing to a hold, as they see it now."""
    seen = see(place, hold_id).version
    with place.open(by, DbRole.CASEWORK) as work:
        getattr(service, name)(work, hold_id, seen, *more)
    return see(place, hold_id)


def see(place: Workplace, hold_id: UUID) -> Hold:
    with place.open(APPROVER, DbRole.CASEWORK) as work:
        return queries.hold(work, hold_id)


@pytest.mark.promise("P6")
@pytest.mark.promise("P17")
def test_two_people_place_a_hold_and_two_lift_it(
    place: Workplace, vault: Vault, addresses: Addresses
) -> None:
    object_id = kept(place, vault)
    hold_id = ask(place, object_id)
    assert see(place, hold_id).state is HoldState.ASKED
    with pytest.raises(NotAllowed):
        act(place, CUSTODIAN, hold_id, "sign_hold")
    assert act(place, SECOND, hold_id, "sign_hold").state is HoldState.STANDING
    assert act(place, SECOND, hold_id, "ask_to_lift", "the court is done").state is HoldState.LIFTING
    with pytest.raises(NotAllowed):
        act(place, SECOND, hold_id, "lift_hold")
    with pytest.raises(NotAllowed):
        erased(place, vault, object_id)
    assert act(place, APPROVER, hold_id, "lift_hold").state is HoldState.LIFTED
    erased(place, vault, object_id)
    assert [remembered(addresses, e) for e in (Event.VAULT_HOLD_ASKED, Event.VAULT_HOLD_LIFTED)] == [1, 1]


@pytest.mark.promise("P6")
def test_a_hold_may_be_declined_or_kept_by_a_second_person_only(place: Workplace, vault: Vault) -> None:
    declined = ask(place, kept(place, vault))
    with pytest.raises(NotAllowed):
        act(place, CUSTODIAN, declined, "decline_hold")
    assert act(place, SECOND, declined, "decline_hold").state is HoldState.DECLINED
    standing = ask(place, kept(place, vault))
    act(place, APPROVER, standing, "sign_hold")
    act(place, CUSTODIAN, standing, "ask_to_lift", "no longer needed")
    with pytest.raises(NotAllowed):
        act(place, CUSTODIAN, standing, "keep_hold")
    found = act(place, SECOND, standing, "keep_hold")
    assert (found.state, found.lift_reason) == (HoldState.STANDING, None)


def test_a_page_that_is_stale_signs_nothing(place: Workplace, vault: Vault) -> None:
    hold_id = ask(place, kept(place, vault))
    with pytest.raises(Conflict), place.open(SECOND, DbRole.CASEWORK) as work:
        service.sign_hold(work, hold_id, 99)
    assert see(place, hold_id).state is HoldState.ASKED
    with pytest.raises(Invalid), place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        service.ask_hold(work, HoldScope.RECORD, uuid4(), [], "nothing")


@pytest.mark.promise("P6")
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CUSTODIAN, Role.APPROVER}))
def test_nobody_else_sees_or_signs_holds(place: Workplace, vault: Vault, role: Role) -> None:
    hold_id = ask(place, kept(place, vault))
    for name in ("sign_hold", "decline_hold", "lift_hold", "keep_hold"):
        with pytest.raises(NotAllowed), place.open(an_actor(role), DbRole.CASEWORK) as work:
            getattr(service, name)(work, hold_id, 1)
    with pytest.raises(NotAllowed), place.open(an_actor(role), DbRole.CASEWORK) as work:
        service.ask_hold(work, HoldScope.RECORD, uuid4(), [uuid4()], "no")
    with place.open(an_actor(role), DbRole.CASEWORK) as work:
        assert work.session.scalar(text("select count(*) from vault_hold")) == 0


@pytest.mark.promise("P6")
def test_the_model_and_the_table_refuse_the_first_person_too(
    place: Workplace, vault: Vault, addresses: Addresses
) -> None:
    now = place.clock()
    hold = VaultHold(state=HoldState.ASKED, version=1, proposed_by=CUSTODIAN.id)
    assert CUSTODIAN.id is not None
    for move in ("sign", "decline"):
        with pytest.raises(SamePerson):
            getattr(hold, move)(CUSTODIAN.id, 1, now)
    hold = VaultHold(state=HoldState.LIFTING, version=1, lift_asked_by=CUSTODIAN.id)
    with pytest.raises(SamePerson):
        hold.lift(CUSTODIAN.id, 1, now)
    with pytest.raises(SamePerson):
        hold.keep(CUSTODIAN.id, 1)
    for state in set(HoldState) - {HoldState.ASKED}:
        with pytest.raises(Conflict):
            VaultHold(state=state, version=1, proposed_by=uuid4()).sign(CUSTODIAN.id, 1, now)
    hold_id = ask(place, kept(place, vault))
    forged = (
        "state = 'standing', signed_by = proposed_by, signed_at = now()",
        "state = 'declined', declined_by = proposed_by, declined_at = now()",
        "state = 'standing'",
        "state = 'lifted'",
    )
    as_owner(addresses, "alter table vault_hold disable trigger vault_hold_moves")
    for change in forged:
        with pytest.raises(DBAPIError, match="ck_vault_hold"):
            as_owner(addresses, f"update vault_hold set {change} where id = :id", id=hold_id)


FORGED = (
    "state = 'standing', signed_by = gen_random_uuid(), signed_at = now()",
    "state = 'lifted', lift_asked_by = portal_actor(), lift_reason = '\\x00', lifted_by = portal_actor()",
    "state = 'declined', declined_by = gen_random_uuid()",
    "reason = '\\x00'",
    "proposed_by = gen_random_uuid()",
    "about = gen_random_uuid()",
)


@pytest.mark.promise("P6")
@pytest.mark.parametrize("change", FORGED)
def test_the_database_takes_no_signature_in_anothers_name(
    place: Workplace, vault: Vault, change: str
) -> None:
    hold_id = ask(place, kept(place, vault))
    with pytest.raises(DBAPIError), place.open(SECOND, DbRole.CASEWORK) as work:
        work.session.execute(text(f"update vault_hold set {change} where id = :id"), {"id": hold_id})
    assert see(place, hold_id).state is HoldState.ASKED


PEOPLE = {"one": CUSTODIAN, "two": SECOND, "three": APPROVER}
MOVES = ("sign_hold", "decline_hold", "ask_to_lift", "lift_hold", "keep_hold")


@pytest.mark.promise("P6")
@pytest.mark.promise("P17")
@slowly(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(sorted(PEOPLE)), st.sampled_from(MOVES)), max_size=8))
def test_no_row_of_steps_lets_one_person_lift_a_hold(
    place: Workplace, vault: Vault, steps: list[tuple[str, str]]
) -> None:
    """Whatever people do in whatever order: only two of them together make a held object erasable."""
    object_id = kept(place, vault)
    hold_id = ask(place, object_id)
    for person, move in steps:
        more = ("a reason",) if move == "ask_to_lift" else ()
        try:
            act(place, PEOPLE[person], hold_id, move, *more)
        except (NotAllowed, Conflict):
            continue
    found = see(place, hold_id)
    if found.state in PROTECTING:
        with pytest.raises(NotAllowed):
            erased(place, vault, object_id)
        assert opened(place, vault, object_id) == b"a file"
    else:
        assert found.lifted_by is None or found.lifted_by != found.lift_asked_by
        erased(place, vault, object_id)


@pytest.mark.promise("P17")
def test_a_round_checks_the_oldest_and_finds_what_is_damaged(
    place: Workplace,
    vault: Vault,
    settings: Settings,
    addresses: Addresses,
    clock,  # type: ignore[no-untyped-def]  # the fixture's own class
) -> None:
    objects = [kept(place, vault, bytes([n])) for n in range(3)]
    clock.advance(days=31)
    file_of(settings, place, objects[1]).write_bytes(b"else")
    done = service.check_round(place, vault, MONTH)
    assert (done.checked, done.damaged) == (3, 1)
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        found = queries.coverage(work, MONTH)
    assert (found.objects, found.overdue, found.damaged, found.is_whole) == (3, 0, 1, False)
    assert remembered(addresses, Event.VAULT_OBJECTS_CHECKED) == 1
    assert remembered(addresses, Event.VAULT_OBJECT_DAMAGED) == 1


def test_what_is_not_checked_in_time_is_said(place: Workplace, vault: Vault, clock) -> None:  # type: ignore[no-untyped-def]  # the fixture's own class
    kept(place, vault)
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        assert queries.coverage(work, MONTH).is_whole
    clock.advance(days=30, seconds=1)
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert queries.coverage(work, MONTH).overdue == 1
    assert service.check_round(place, vault, MONTH, WORKER, DbRole.WORKER).checked == 1
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        assert queries.coverage(work, MONTH).overdue == 0


def test_a_finding_is_settled_once_with_a_note(place: Workplace, vault: Vault, settings: Settings) -> None:
    object_id = kept(place, vault)
    file_of(settings, place, object_id).unlink()
    service.check_round(place, vault, MONTH)
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        (found,) = queries.open_findings(work)
    with pytest.raises(NotAllowed), place.open(OPERATOR, DbRole.CASEWORK) as work:
        service.settle(work, found.id, "not mine")
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        service.settle(work, found.id, "put back from the copy of May")
    with pytest.raises(Conflict), place.open(SECOND, DbRole.CASEWORK) as work:
        service.settle(work, found.id, "again")
    with pytest.raises(Conflict):
        VaultFinding(settled_by=SECOND.id).settle(uuid4(), "again", place.clock())
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        assert queries.open_findings(work) == []
        assert [each.note for each in queries.settled_findings(work)] == ["put back from the copy of May"]
    service.check_round(place, vault, timedelta(days=1))
    with place.open(CUSTODIAN, DbRole.CASEWORK) as work:
        assert len(queries.open_findings(work)) == 1, "what is still damaged is found again"
