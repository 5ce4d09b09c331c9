"""A hold: raised in silence, seen by few, lifted by two; meanwhile nothing goes on."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.disclosure.protection import jobs, policy, queries, service
from portal.disclosure.telling import service as telling
from portal.inquiries import glass
from portal.inquiries import service as inquiries
from portal.inquiries.vocab import Channel, Layer
from portal.kernel.actor import WORKER, Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, NotAllowed, NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.notifications import service as notifications
from portal.notifications.mailer import Letter
from portal.notifications.vocab import Envelope, Rhythm
from portal.vault.service import Vault
from tests.conftest import SetClock
from tests.support.actors import an_actor
from tests.support.factories.disclosure import (
    Case,
    a_confirmed_match,
    a_liaison,
    a_sealed_package,
    a_told_relative,
    an_approved_package,
    announce,
    approve,
    log,
    package,
)
from tests.support.factories.duress import as_owner, decoy_of, force, holds, keep, lift


class Mailbox:
    """Keeps what would have been sent."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        """Take a letter."""
        self.letters.append(letter)


@pytest.fixture
def case(place: Workplace, vault: Vault, clock: SetClock) -> Case:
    """A relative with a sealed package, who keeps a second password."""
    made = a_sealed_package(place, vault, a_confirmed_match(place, vault, signs_in=True))
    assert made.person is not None
    keep(place, made.person)
    clock.advance(minutes=5)
    return made


def _force(place: Workplace, addresses: Addresses, case: Case) -> None:
    assert case.person is not None
    force(place, addresses, case.person)


def _refused(place: Workplace, who: Actor, role: DbRole, statement: str, **values: object) -> str:
    with (
        place.open(who, role) as work,
        pytest.raises(DBAPIError) as refused,
        work.session.begin_nested(),
    ):
        work.session.execute(text(statement), values)
    return str(refused.value.orig)


def test_an_ordinary_sign_in_raises_nothing(place: Workplace, addresses: Addresses, case: Case) -> None:
    for account_id in (case.relative.id, case.liaison.actor.id, uuid4()):
        with place.open(WORKER, DbRole.WORKER) as work:
            service.follow(work, account_id)  # type: ignore[arg-type]
    assert holds(place) == []


def test_only_the_portal_itself_raises_one(place: Workplace, case: Case) -> None:
    with place.open(an_actor(Role.APPROVER), DbRole.WORKER) as work, pytest.raises(NotAllowed):
        service.follow(work, uuid4())
    said = "select portal_raise_hold(gen_random_uuid(), gen_random_uuid(), now())"
    for who, role in ((an_actor(Role.APPROVER), DbRole.CASEWORK), (an_actor(Role.APPROVER), DbRole.WORKER)):
        _refused(place, who, role, said)


def test_the_background_process_follows(place: Workplace, addresses: Addresses, case: Case) -> None:
    assert case.person is not None
    forced = decoy_of(addresses, case.person)
    jobs.entered(SimpleNamespace(additional_context={"place": place}), str(forced.id))
    assert [hold.inquiry_id for hold in holds(place)] == [case.inquiry_id]


def test_nothing_is_approved_announced_or_told_and_it_goes_on_once_lifted(
    place: Workplace, addresses: Addresses, case: Case
) -> None:
    _force(place, addresses, case)
    with pytest.raises(Conflict):
        approve(place, case)
    lift(place, case.inquiry_id)
    approve(place, case)
    _force(place, addresses, case)
    for act in (announce, log):
        with pytest.raises(Conflict):
            act(place, case)
    lift(place, case.inquiry_id)
    announce(place, case)
    log(place, case)
    assert package(place, case).told_at is not None


def test_no_new_layer_is_released_by_anybody(
    place: Workplace, vault: Vault, addresses: Addresses, clock: SetClock
) -> None:
    case = a_told_relative(place, vault, a_confirmed_match(place, vault, signs_in=True))
    assert case.person is not None
    keep(place, case.person)
    _force(place, addresses, case)
    with place.open(case.relative, DbRole.FAMILY) as work, pytest.raises(NotFound):
        telling.ask_for(work, Layer.PAPERS)
    with pytest.raises(Conflict):
        log(place, case, wished=frozenset({Layer.PAPERS}))
    released = "insert into release values (:package, 'papers', :by, now())"
    values = {"package": package(place, case).id}
    for who, role in ((case.relative, DbRole.FAMILY), (case.liaison.actor, DbRole.CASEWORK)):
        assert "while a hold stands" in _refused(place, who, role, released, by=who.id, **values)
    lift(place, case.inquiry_id)
    with place.open(case.relative, DbRole.FAMILY) as work:
        telling.ask_for(work, Layer.PAPERS)


@pytest.mark.parametrize("state", ["approved", "contacted", "told"])
def test_the_table_lets_no_package_go_on(
    place: Workplace, addresses: Addresses, case: Case, state: str
) -> None:
    _force(place, addresses, case)
    as_owner(addresses, "alter table disclosure disable trigger disclosure_moves")
    with pytest.raises(DBAPIError, match="while a hold stands"):
        as_owner(addresses, f"update disclosure set state = '{state}'")


def test_a_message_waits_until_it_is_lifted(
    place: Workplace, addresses: Addresses, case: Case, clock: SetClock
) -> None:
    calm, mailbox = Rhythm(immediate=True), Mailbox()
    with place.open(case.liaison.actor, DbRole.CASEWORK) as work:
        queued = notifications.queue(work, Envelope(case.inquiry_id, "rima@mail.example", "en"), calm)
    _force(place, addresses, case)
    for expected in (0, 1):
        with place.open(WORKER, DbRole.WORKER) as work:
            notifications.deliver(work, mailbox, "Office", queued, calm)
        assert len(mailbox.letters) == expected
        if expected == 0:
            sent = "update envelope set state = 'sent' where id = :id"
            assert "while a hold stands" in _refused(place, WORKER, DbRole.WORKER, sent, id=queued)
            lift(place, case.inquiry_id)


def test_nobody_learns_how_to_reach_them(place: Workplace, addresses: Addresses, case: Case) -> None:
    people = (case.liaison.actor, an_actor(Role.INTAKE), an_actor(Role.VERIFIER))
    for outside in people[1:]:
        with place.open(outside, DbRole.CASEWORK) as work:
            glass.break_glass(work, case.inquiry_id, "the relative is on the telephone")
    _force(place, addresses, case)
    for who in people:
        with place.open(who, DbRole.CASEWORK) as work:
            found = inquiries.read_contact(work, case.inquiry_id)
        assert (found.channel, found.address) == (Channel.NONE, None)
    lift(place, case.inquiry_id)
    for who in people:
        with place.open(who, DbRole.CASEWORK) as work:
            assert inquiries.read_contact(work, case.inquiry_id).channel is Channel.EMAIL


@pytest.mark.promise("P6")
def test_whoever_proposes_never_lifts(place: Workplace, addresses: Addresses, case: Case) -> None:
    _force(place, addresses, case)
    approver = an_actor(Role.APPROVER)
    (hold,) = holds(place)
    with place.open(approver, DbRole.CASEWORK) as work, pytest.raises(NotAllowed):
        service.sign_lift(work, hold.id, hold.version)
    with place.open(approver, DbRole.CASEWORK) as work:
        service.propose_lift(work, hold.id, hold.version, "she came alone")
    with place.open(approver, DbRole.CASEWORK) as work, pytest.raises(NotAllowed):
        service.sign_lift(work, hold.id, hold.version + 1)
    with place.open(case.liaison.actor, DbRole.CASEWORK) as work, pytest.raises(NotAllowed):
        service.sign_lift(work, hold.id, hold.version + 1)
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work, pytest.raises(Conflict):
        service.sign_lift(work, hold.id, hold.version)
    assert _stands(place, case.inquiry_id)


@pytest.mark.promise("P6")
def test_the_table_holds_two_people_too(place: Workplace, addresses: Addresses, case: Case) -> None:
    _force(place, addresses, case)
    one, other = an_actor(Role.APPROVER), an_actor(Role.APPROVER)
    proposed = "update protective_hold set proposed_by = :by, proposed_at = now(), reason = 'x'"
    both = proposed + ", signed_by = :signer, signed_at = now()"
    signed = "update protective_hold set signed_by = :by, signed_at = now()"
    _refused(place, one, DbRole.CASEWORK, proposed, by=other.id)
    _refused(place, one, DbRole.CASEWORK, both, by=one.id, signer=one.id)
    _refused(place, one, DbRole.CASEWORK, both, by=other.id, signer=one.id)
    _refused(place, one, DbRole.CASEWORK, signed, by=one.id)
    with place.open(one, DbRole.CASEWORK) as work:
        work.session.execute(text(proposed), {"by": one.id})
    _refused(place, one, DbRole.CASEWORK, signed, by=one.id)
    _refused(place, case.liaison.actor, DbRole.CASEWORK, signed, by=case.liaison.actor.id)
    for statement in ("delete from protective_hold", "update protective_hold set raised_at = now()"):
        _refused(place, other, DbRole.CASEWORK, statement)
    with place.open(other, DbRole.CASEWORK) as work:
        work.session.execute(text(signed), {"by": other.id})
    with pytest.raises(DBAPIError):
        as_owner(addresses, "update protective_hold set signed_by = null, signed_at = null")


def test_forced_once_more_voids_what_was_proposed(
    place: Workplace, addresses: Addresses, case: Case, clock: SetClock
) -> None:
    _force(place, addresses, case)
    (hold,) = holds(place)
    with place.open(case.liaison.actor, DbRole.CASEWORK) as work:
        service.propose_lift(work, hold.id, hold.version, "she came alone")
    clock.advance(hours=2)
    _force(place, addresses, case)
    (again,) = holds(place)
    assert (again.id, again.proposed_by, again.reason) == (hold.id, None, None)
    assert again.raised_at > hold.raised_at
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work, pytest.raises(NotAllowed):
        service.sign_lift(work, hold.id, hold.version + 1)


def test_it_is_seen_by_approvers_and_the_liaison_of_the_case_only(
    place: Workplace, addresses: Addresses, case: Case
) -> None:
    _force(place, addresses, case)
    assert len(holds(place)) == len(holds(place, case.liaison.actor)) == 1
    assert holds(place, a_liaison(place).actor) == []
    with place.open(a_liaison(place).actor, DbRole.CASEWORK) as work, pytest.raises(NotFound):
        service.open_hold(work, case.inquiry_id)
    for role in set(Role) - {Role.APPROVER, Role.LIAISON}:
        who = an_actor(role)
        assert not policy.may_read(who)
        with place.open(who, DbRole.CASEWORK) as work:
            assert work.session.scalar(text("select count(*) from protective_hold")) == 0


@pytest.mark.promise("P3")
def test_the_log_of_the_case_does_not_hold_it(place: Workplace, addresses: Addresses, case: Case) -> None:
    _force(place, addresses, case)
    lift(place, case.inquiry_id)
    cases = as_owner(addresses, "select case_id from audit_entry where event like 'disclosure:hold:%'")
    assert len(cases) >= 4
    assert set(cases) == {None}
    with place.open(case.relative, DbRole.FAMILY) as work:
        assert (
            work.session.scalar(text("select count(*) from audit_entry where event like 'disclosure:hold%'"))
            == 0
        )


def test_no_stranger_asks_whether_a_file_is_held(
    place: Workplace, vault: Vault, addresses: Addresses, case: Case
) -> None:
    _force(place, addresses, case)
    other = an_approved_package(place, vault)
    for who in (other.relative, Actor(None)):
        with place.open(who, DbRole.FAMILY) as work:
            assert not queries.is_held(work, case.inquiry_id)
    with place.open(case.relative, DbRole.FAMILY) as work:
        assert queries.is_held(work, case.inquiry_id)


def _stands(place: Workplace, inquiry_id: UUID) -> bool:
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        return queries.is_held(work, inquiry_id)
