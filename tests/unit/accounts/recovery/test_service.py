"""What asking, signing, stopping and using a way back does, refuses, and leaves in the log."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, text

from portal.accounts import service as accounts
from portal.accounts.credentials import service as credentials
from portal.accounts.opening import service as opening
from portal.accounts.recovery import queries, service
from portal.accounts.recovery.vocab import Lost, Mark, NotEnoughSaid, RecoveryState, RecoveryWaits, TooEarly
from portal.accounts.vocab import CodeRefused, PasswordRefused, SignedIn
from portal.inquiries import queries as inquiries
from portal.kernel.actor import ANONYMOUS, WORKER, Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, NotAllowed, NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.conftest import SetClock
from tests.support.actors import an_actor
from tests.support.factories.accounts import Person, code_at
from tests.support.factories.casework import a_colleague
from tests.support.factories.inquiries import SignedUp, a_filed_inquiry
from tests.support.factories.recovery import (
    ENOUGH,
    NEW_PASSWORD,
    NOTES,
    WAIT,
    Desk,
    a_desk,
    asked,
    handed,
    signed,
    walked,
)


@pytest.fixture
def desk(place: Workplace) -> Desk:
    return a_desk(place)


@pytest.fixture
def owner(addresses: Addresses) -> Iterator[Connection]:
    engine = create_engine(addresses.owner, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.promise("P6")
@pytest.mark.asvs("6.4.3")
@pytest.mark.asvs("6.4.4")
@pytest.mark.parametrize("lost", list(Lost))
def test_a_way_back_replaces_exactly_what_was_lost(
    place: Workplace, clock: SetClock, desk: Desk, owner: Connection, lost: Lost
) -> None:
    old = desk.relative.person
    with place.open(desk.relative.actor, DbRole.ACCOUNT) as work:
        credentials.make_codes(work)
    recovery_id = signed(place, desk, lost)
    clock.advance(hours=72)
    token = handed(place, desk, recovery_id)
    assert _open_sessions(owner, desk) == 1
    secret = walked(place, token, lost)
    assert _open_sessions(owner, desk) == 0
    clock.advance(minutes=1)
    password = NEW_PASSWORD if lost.has_password else old.password
    assert _signs_in(place, clock, desk, password, secret or old.totp_secret)
    clock.advance(minutes=1)
    if lost.has_password:
        assert not _signs_in(place, clock, desk, old.password, secret or old.totp_secret)
    if lost.has_phone:
        assert not _signs_in(place, clock, desk, password, old.totp_secret)
    for act in (
        lambda work: service.look_up(work, token),
        lambda work: service.choose_password(work, token, NEW_PASSWORD),
        lambda work: service.begin_phone(work, token),
    ):
        with pytest.raises(NotFound), place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
            act(work)
    assert _states(owner) == ["done"]
    assert owner.scalar(text("select count(*) from recovery_code")) == (0 if lost.has_phone else 10)
    told = set(owner.scalars(text("select kind from account_notice")))
    assert ("password_changed" in told, "phone_changed" in told) == (lost.has_password, lost.has_phone)
    assert {"asked", "signed", "handed", "done"} <= _events(owner)
    assert NOTES not in _log(owner)


def test_no_browser_is_remembered_after_a_way_back(
    place: Workplace, clock: SetClock, desk: Desk, owner: Connection
) -> None:
    owner.execute(
        text(
            "insert into known_device select gen_random_uuid(), login_index, '\\x01', now() from account"
            " where id = :id"
        ),
        {"id": desk.relative.actor.id},
    )
    recovery_id = signed(place, desk, Lost.PASSWORD)
    clock.advance(hours=72)
    walked(place, handed(place, desk, recovery_id), Lost.PASSWORD)
    assert owner.scalar(text("select count(*) from known_device")) == 0


def test_an_account_that_was_never_set_up_comes_back_when_both_are_chosen(
    place: Workplace, clock: SetClock, owner: Connection
) -> None:
    receipt = a_filed_inquiry(place)
    intake, approver = a_colleague(place, Role.INTAKE), a_colleague(place, Role.APPROVER)
    with place.open(intake, DbRole.CASEWORK) as work:
        account_id = inquiries.relative_of(work, receipt.inquiry_id)
    nobody = Person(account_id, receipt.reference, "", "")
    actor = Actor(account_id, frozenset({Role.RELATIVE}))
    relative = Desk(SignedUp(receipt.inquiry_id, actor, nobody), intake, approver)
    half = signed(place, relative, Lost.PASSWORD)
    clock.advance(hours=72)
    token = handed(place, relative, half)
    with pytest.raises(NotFound), place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        service.choose_password(work, token, NEW_PASSWORD)
    clock.advance(hours=72)
    both = signed(place, relative)
    clock.advance(hours=72)
    walked(place, handed(place, relative, both), Lost.BOTH)
    assert _states(owner) == ["expired", "done"]
    assert owner.scalar(text("select state from account where id = :id"), {"id": account_id}) == "active"
    with pytest.raises(NotFound), place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        opening.look_up(work, receipt.setup_token)


@pytest.mark.promise("P6")
def test_the_person_who_asked_cannot_sign(place: Workplace, desk: Desk, owner: Connection) -> None:
    both = a_colleague(place, Role.INTAKE, Role.VERIFIER)
    alone = desk._replace(intake=both, approver=both)
    recovery_id = asked(place, alone)
    before = owner.scalar(text("select count(*) from audit_entry"))
    with pytest.raises(NotAllowed), place.open(both, DbRole.CASEWORK) as work:
        service.sign(work, recovery_id, 1, WAIT)
    assert _states(owner) == ["asked"]
    # The refused attempt itself is remembered, and nothing else.
    assert owner.scalar(text("select count(*) from audit_entry")) == before + 1


@pytest.mark.promise("P6")
def test_the_person_who_signed_never_holds_the_link(
    place: Workplace, clock: SetClock, desk: Desk, owner: Connection
) -> None:
    signer = a_colleague(place, Role.INTAKE, Role.VERIFIER)
    other = desk._replace(approver=signer)
    recovery_id = signed(place, other)
    clock.advance(hours=72)
    with pytest.raises(NotAllowed), place.open(signer, DbRole.CASEWORK) as work:
        service.hand(work, recovery_id, 2)
    assert _states(owner) == ["cooling"]


def test_nothing_is_asked_for_when_too_little_was_said(
    place: Workplace, desk: Desk, owner: Connection
) -> None:
    for marks in ({Mark.CODE_WORD}, {Mark.CODE_WORD, Mark.FILED}, {Mark.ARREST, Mark.FILED, Mark.CONTACT}):
        with pytest.raises(NotEnoughSaid):
            asked(place, desk, marks=frozenset(marks))
    assert _states(owner) == []
    assert owner.scalar(text("select count(*) from envelope")) == 0


def test_without_an_agreed_word_three_things_are_asked(place: Workplace, owner: Connection) -> None:
    desk = a_desk(place, code_word=None)
    for marks in (ENOUGH, frozenset({Mark.ARREST, Mark.FILED})):
        with pytest.raises(NotEnoughSaid):
            asked(place, desk, marks=marks)
    asked(place, desk, marks=frozenset({Mark.ARREST, Mark.FILED, Mark.CONTACT}))
    assert _states(owner) == ["asked"]


@pytest.mark.parametrize("hours", [0, 1, 71.9])
def test_no_link_is_made_before_the_time_has_passed(
    place: Workplace, clock: SetClock, desk: Desk, owner: Connection, hours: float
) -> None:
    recovery_id = signed(place, desk)
    clock.advance(hours=hours)
    with pytest.raises(TooEarly):
        handed(place, desk, recovery_id)
    assert _states(owner) == ["cooling"]


@pytest.mark.parametrize("is_handed", [False, True])
def test_whoever_is_signed_in_stops_it_and_the_link_is_dead(
    place: Workplace, clock: SetClock, desk: Desk, owner: Connection, is_handed: bool
) -> None:
    recovery_id = signed(place, desk)
    clock.advance(hours=72)
    token = handed(place, desk, recovery_id) if is_handed else ""
    if is_handed:
        with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
            service.choose_password(work, token, NEW_PASSWORD)
    with place.open(desk.relative.actor, DbRole.ACCOUNT) as work:
        service.stop_own(work, recovery_id)
    with pytest.raises(NotFound), place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        service.begin_phone(work, token)
    with pytest.raises(Conflict):
        handed(place, desk, recovery_id)
    assert owner.execute(text("select state, new_password_hash, new_totp_secret from recovery")).one() == (
        "stopped",
        None,
        None,
    )
    assert "stopped" in _events(owner)
    with place.open(desk.approver, DbRole.CASEWORK) as work:
        assert [each.id for each in queries.stopped_for_me(work)] == [recovery_id]
    with place.open(desk.approver, DbRole.CASEWORK) as work:
        service.see_stop(work, recovery_id, _version(owner))
    with place.open(desk.approver, DbRole.CASEWORK) as work:
        assert queries.stopped_for_me(work) == []


def test_nobody_stops_the_recovery_of_another_nor_one_that_is_not_announced(
    place: Workplace, desk: Desk, owner: Connection
) -> None:
    recovery_id = asked(place, desk)
    stranger = a_desk(place).relative.actor
    for actor in (stranger, desk.relative.actor):
        with pytest.raises(NotFound), place.open(actor, DbRole.ACCOUNT) as work:
            service.stop_own(work, recovery_id)
    with place.open(desk.approver, DbRole.CASEWORK) as work:
        service.sign(work, recovery_id, 1, WAIT)
    with pytest.raises(NotFound), place.open(stranger, DbRole.ACCOUNT) as work:
        service.stop_own(work, recovery_id)
    assert _states(owner) == ["cooling"]


def test_the_owner_sees_it_once_it_is_signed_and_nobody_else_does(place: Workplace, desk: Desk) -> None:
    recovery_id = asked(place, desk)
    assert _own(place, desk.relative.actor) == []
    with place.open(desk.approver, DbRole.CASEWORK) as work:
        service.sign(work, recovery_id, 1, WAIT)
    assert _own(place, desk.relative.actor) == [recovery_id, recovery_id]
    assert _own(place, a_desk(place).relative.actor) == []


def test_one_is_under_way_at_a_time_and_it_can_be_refused(place: Workplace, desk: Desk) -> None:
    recovery_id = asked(place, desk)
    with pytest.raises(RecoveryWaits):
        asked(place, desk)
    with place.open(desk.approver, DbRole.CASEWORK) as work:
        service.decline(work, recovery_id, 1)
    with pytest.raises(Conflict), place.open(desk.approver, DbRole.CASEWORK) as work:
        service.sign(work, recovery_id, 2, WAIT)
    second = asked(place, desk)
    with place.open(desk.intake, DbRole.CASEWORK) as work:
        service.decline(work, second, 1)


@pytest.mark.promise("P7")
def test_a_signature_under_a_stale_page_is_refused(place: Workplace, desk: Desk, owner: Connection) -> None:
    recovery_id = asked(place, desk)
    with pytest.raises(Conflict), place.open(desk.approver, DbRole.CASEWORK) as work:
        service.sign(work, recovery_id, 7, WAIT)
    assert _states(owner) == ["asked"]


@pytest.mark.parametrize("state", [RecoveryState.ASKED, RecoveryState.COOLING, RecoveryState.HANDED])
def test_what_nobody_takes_further_closes_by_itself(
    place: Workplace, clock: SetClock, desk: Desk, owner: Connection, state: RecoveryState
) -> None:
    recovery_id = asked(place, desk) if state is RecoveryState.ASKED else signed(place, desk)
    token = ""
    if state is not RecoveryState.ASKED:
        clock.advance(hours=72)
    if state is RecoveryState.HANDED:
        token = handed(place, desk, recovery_id)
        clock.advance(hours=72)
    else:
        clock.advance(days=7)
    with pytest.raises((Conflict, NotFound)):
        if state is RecoveryState.HANDED:
            walked(place, token, Lost.BOTH)
        elif state is RecoveryState.COOLING:
            handed(place, desk, recovery_id)
        else:
            with place.open(desk.approver, DbRole.CASEWORK) as work:
                service.sign(work, recovery_id, 1, WAIT)
    assert _states(owner) == [state.value]
    with place.open(WORKER, DbRole.WORKER) as work:
        assert service.expire(work) == 1
    with place.open(WORKER, DbRole.WORKER) as work:
        assert service.expire(work) == 0
    assert _states(owner) == ["expired"]
    assert "expired" in _events(owner)
    asked(place, desk)


def test_a_bad_password_or_wrong_digits_change_nothing(
    place: Workplace, clock: SetClock, desk: Desk, owner: Connection
) -> None:
    recovery_id = signed(place, desk)
    clock.advance(hours=72)
    token = handed(place, desk, recovery_id)
    with pytest.raises(PasswordRefused), place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        service.choose_password(work, token, "short")
    with pytest.raises(Conflict), place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        service.begin_phone(work, token)
    with pytest.raises(CodeRefused), place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        service.confirm_phone(work, token, "000000")
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        service.choose_password(work, token, NEW_PASSWORD)
    # Chosen and not yet finished: the old factors still open the account, the new ones do not.
    clock.advance(minutes=1)
    assert not _signs_in(place, clock, desk, NEW_PASSWORD, desk.relative.person.totp_secret)
    clock.advance(minutes=1)
    assert _signs_in(place, clock, desk, desk.relative.person.password, desk.relative.person.totp_secret)
    assert _states(owner) == ["handed"]


def test_only_the_desk_signs_and_hands(place: Workplace, clock: SetClock, desk: Desk) -> None:
    recovery_id = signed(place, desk)
    clock.advance(hours=72)
    for role in Role:
        if role in {Role.INTAKE, Role.LIAISON, Role.OPERATOR, Role.WORKER, Role.RELATIVE}:
            continue
        with (
            pytest.raises((NotAllowed, NotFound)),
            place.open(an_actor(role), DbRole.CASEWORK) as work,
        ):
            service.hand(work, recovery_id, 2)


def _signs_in(place: Workplace, clock: SetClock, desk: Desk, password: str, secret: str) -> SignedIn | None:
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        pending = accounts.sign_in(work, desk.relative.person.login, password)
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        return accounts.second_step(work, pending, code_at(secret, clock.moment))


def _own(place: Workplace, actor: Actor) -> list[object]:
    found = []
    for role in (DbRole.ACCOUNT, DbRole.FAMILY):
        with place.open(actor, role) as work:
            found.append(queries.own(work))
    return [each.id for each in found if each is not None]


def _open_sessions(owner: Connection, desk: Desk) -> int:
    wanted = text("select count(*) from account_session where account_id = :id and ended_at is null")
    return owner.scalar(wanted, {"id": desk.relative.actor.id}) or 0


def _states(owner: Connection) -> list[str]:
    return list(owner.scalars(text("select state from recovery order by proposed_at")))


def _version(owner: Connection) -> int:
    return owner.scalar(text("select version from recovery")) or 0


def _events(owner: Connection) -> set[str]:
    found = owner.scalars(text("select event from audit_entry where event like 'accounts:recovery:%'"))
    return {event.rpartition(":")[2] for event in found}


def _log(owner: Connection) -> str:
    return str(list(owner.scalars(text("select detail from audit_entry"))))
