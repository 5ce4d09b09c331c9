"""Opening accounts, signing in and out, on the real database under each role."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, text

from portal.accounts import queries, service
from portal.accounts.vocab import (
    AccountState,
    LoginTaken,
    NewStaff,
    Origin,
    Pending,
    SignedIn,
    TookTooLong,
    TryLater,
)
from portal.kernel.actor import ANONYMOUS, OPERATOR, Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.kernel.ids import new_file_number
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor
from tests.support.factories.accounts import (
    PASSWORD,
    Person,
    a_relative_account,
    a_staff_account,
    code_at,
    two_administrators,
)

HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"


class Clock(Protocol):
    """The clock of a test."""

    moment: datetime

    def advance(self, **amount: float) -> None:
        """Move it."""


@pytest.fixture
def relative(place: Workplace, clock: Clock) -> Person:
    person = a_relative_account(place)
    clock.advance(minutes=5)
    return person


# Opening


@pytest.mark.asvs("6.3.2")
def test_the_first_administrators_are_at_least_two(place: Workplace) -> None:
    alone = [NewStaff("a@office.example", "A", frozenset({Role.ADMINISTRATOR}))]
    with pytest.raises(Invalid), place.open(OPERATOR, DbRole.ADMIN) as work:
        service.first_administrators(work, alone)


def test_the_first_accounts_are_administrators_and_nothing_else(place: Workplace) -> None:
    people = [NewStaff(f"{n}@office.example", n, frozenset({Role.APPROVER})) for n in "ab"]
    with pytest.raises(Invalid), place.open(OPERATOR, DbRole.ADMIN) as work:
        service.first_administrators(work, people)


@pytest.mark.asvs("6.3.2")
def test_the_first_administrators_are_opened_once(place: Workplace) -> None:
    two_administrators(place)
    people = [NewStaff(f"{n}@office.example", n, frozenset({Role.ADMINISTRATOR})) for n in "ab"]
    with pytest.raises(NotAllowed), place.open(OPERATOR, DbRole.ADMIN) as work:
        service.first_administrators(work, people)


def test_links_of_first_administrators_that_nobody_used_can_be_replaced(
    place: Workplace, clock: Clock
) -> None:
    two_administrators(place)
    clock.advance(days=4)
    people = [NewStaff(f"{n}@office.example", n, frozenset({Role.ADMINISTRATOR})) for n in "ab"]
    with place.open(OPERATOR, DbRole.ADMIN) as work:
        assert len(service.first_administrators(work, people)) == 2


@pytest.mark.asvs("2.3.1")
def test_an_invitation_opens_nothing_before_the_second_signature(place: Workplace) -> None:
    proposer, _other = two_administrators(place)
    _propose(place, proposer)
    with place.open(proposer, DbRole.ADMIN) as work:
        (waiting,) = queries.waiting_invitations(work)
    assert not waiting.may_sign
    assert waiting.login == "leen@office.example"
    assert waiting.roles == (Role.LIAISON,)


@pytest.mark.asvs("2.3.5")
@pytest.mark.promise("P6")
def test_the_proposer_cannot_sign(place: Workplace, addresses: Addresses) -> None:
    proposer, _other = two_administrators(place)
    invitation_id = _propose(place, proposer)
    before = _events(addresses)
    with pytest.raises(NotAllowed), place.open(proposer, DbRole.ADMIN) as work:
        service.sign_invitation(work, invitation_id, 1)
    assert _events(addresses)[len(before) :] == ["audit:access:refused"]
    with place.open(proposer, DbRole.ADMIN) as work:
        assert len(queries.waiting_invitations(work)) == 1


@pytest.mark.promise("P6")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_but_administrators_proposes(place: Workplace, role: Role) -> None:
    with pytest.raises(NotAllowed):
        _propose(place, an_actor(role))


def test_a_signature_under_an_old_page_is_refused(place: Workplace) -> None:
    proposer, other = two_administrators(place)
    invitation_id = _propose(place, proposer)
    with pytest.raises(Conflict), place.open(other, DbRole.ADMIN) as work:
        service.sign_invitation(work, invitation_id, 2)


def test_an_invitation_is_signed_once(place: Workplace) -> None:
    proposer, other = two_administrators(place)
    invitation_id = _propose(place, proposer)
    with place.open(other, DbRole.ADMIN) as work:
        service.sign_invitation(work, invitation_id, 1)
    with pytest.raises(Conflict), place.open(other, DbRole.ADMIN) as work:
        service.sign_invitation(work, invitation_id, 1)
    with pytest.raises(NotFound), place.open(other, DbRole.ADMIN) as work:
        service.sign_invitation(work, uuid4(), 1)


@pytest.mark.promise("P6")
def test_roles_that_must_stay_apart_cannot_be_proposed(place: Workplace) -> None:
    proposer, _other = two_administrators(place)
    with pytest.raises(Invalid):
        _propose(place, proposer, Role.APPROVER, Role.ANALYST)


def test_one_login_is_one_account(place: Workplace) -> None:
    proposer, _other = two_administrators(place)
    _propose(place, proposer)
    with pytest.raises(LoginTaken):
        _propose(place, proposer)


def test_one_file_number_is_one_account(place: Workplace, relative: Person) -> None:
    with pytest.raises(LoginTaken), place.open(ANONYMOUS, DbRole.FAMILY) as work:
        service.open_relative_account(work, relative.login, "Nour Test")


# Signing in


@pytest.mark.asvs("6.3.3")
def test_both_factors_begin_a_session(place: Workplace, relative: Person) -> None:
    begun = _sign_in(place, relative)
    assert begun is not None
    assert begun.actor == Actor(relative.account_id, frozenset({Role.RELATIVE}))
    assert _actor(place, begun.token) == begun.actor


def test_staff_sign_in_with_their_roles(place: Workplace, clock: Clock) -> None:
    colleague = a_staff_account(place, Role.INTAKE, Role.LIAISON)
    clock.advance(minutes=5)
    begun = _sign_in(place, colleague)
    assert begun is not None
    assert begun.actor.roles == {Role.INTAKE, Role.LIAISON}


@pytest.mark.asvs("6.3.3")
@pytest.mark.asvs("16.3.1")
@pytest.mark.parametrize("wrong", ["login", "password", "code"])
def test_one_wrong_part_is_refused_and_remembered(
    place: Workplace, relative: Person, addresses: Addresses, wrong: str
) -> None:
    changed = {"login": new_file_number(), "password": PASSWORD + "x", "code": "000000"}
    tried = {"login": relative.login, "password": PASSWORD, "code": _code(place, relative)}
    tried[wrong] = changed[wrong]
    assert _try(place, tried["login"], tried["password"], tried["code"]) is None
    assert _events(addresses)[-1] == "accounts:sign-in:failed"


@pytest.mark.asvs("6.5.1")
def test_a_code_works_once(place: Workplace, relative: Person) -> None:
    code = _code(place, relative)
    assert _try(place, relative.login, PASSWORD, code) is not None
    assert _try(place, relative.login, PASSWORD, code) is None


@pytest.mark.asvs("6.5.1")
def test_of_fifty_replays_of_one_code_at_once_exactly_one_works(place: Workplace, relative: Person) -> None:
    networks = [f"2001:db8:{n:x}::1" for n in range(50)]
    first = [_first_step(place, relative.login, network=network) for network in networks[:2]]
    code = _code(place, relative)

    def second(network: str) -> SignedIn | None:
        with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
            return service.second_step(work, first[hash(network) % 2], code, Origin(network))

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(second, networks))
    assert sum(answer is not None for answer in answers) == 1


def test_the_code_that_paired_the_phone_does_not_work_again(place: Workplace) -> None:
    person = a_relative_account(place)
    assert _sign_in(place, person) is None


@pytest.mark.asvs("9.2.1")
def test_the_first_step_lasts_five_minutes(place: Workplace, relative: Person, clock: Clock) -> None:
    first = _first_step(place, relative.login)
    clock.advance(minutes=5, seconds=1)
    with pytest.raises(TookTooLong), place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        service.second_step(work, first, _code(place, relative), HERE)


@pytest.mark.asvs("6.3.2")
def test_an_account_not_set_up_cannot_be_signed_in_to(place: Workplace) -> None:
    login = new_file_number()
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        service.open_relative_account(work, login, "Nour Test")
    assert _try(place, login, PASSWORD, "000000") is None


# Slowing down


@pytest.mark.asvs("6.3.1")
@pytest.mark.asvs("2.4.1")
@pytest.mark.parametrize("known", [True, False])
def test_after_five_whole_rounds_one_has_to_wait(
    place: Workplace, relative: Person, clock: Clock, known: bool
) -> None:
    login = relative.login if known else new_file_number()
    for _ in range(5):
        assert _try(place, login, "a wrong pass phrase", "000000") is None
    with pytest.raises(TryLater) as refused:
        _first_step(place, login)
    assert refused.value.wait.total_seconds() == 30
    clock.advance(seconds=31)
    _first_step(place, login)


@pytest.mark.asvs("6.6.3")
def test_codes_cannot_be_tried_out_on_one_first_step(place: Workplace, relative: Person) -> None:
    first = _first_step(place, relative.login)
    for guess in range(5):
        assert _second_step(place, first, f"00000{guess}") is None
    with pytest.raises(TryLater):
        _second_step(place, first, _code(place, relative))


@pytest.mark.asvs("6.1.1")
@pytest.mark.asvs("6.3.1")
def test_waiting_is_for_one_network_so_that_nobody_can_lock_out_another(
    place: Workplace, relative: Person
) -> None:
    for _ in range(5):
        _try(place, relative.login, "a wrong pass phrase", "000000")
    with pytest.raises(TryLater):
        _first_step(place, relative.login)
    assert _sign_in(place, relative, ELSEWHERE) is not None


def test_who_has_signed_in_owes_nothing_for_earlier_slips(
    place: Workplace, relative: Person, clock: Clock
) -> None:
    for _ in range(4):
        _try(place, relative.login, "a wrong pass phrase", "000000")
    assert _sign_in(place, relative) is not None
    for _ in range(4):
        assert _try(place, relative.login, "a wrong pass phrase", "000000") is None


@pytest.mark.asvs("6.3.1")
@pytest.mark.asvs("2.3.4")
def test_a_burst_of_guesses_is_counted_before_it_is_checked(place: Workplace, relative: Person) -> None:
    def guess(_: int) -> bool:
        try:
            _first_step(place, relative.login)
        except TryLater:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        reached = list(pool.map(guess, range(12)))
    assert reached.count(True) == 5


# Sessions


@pytest.mark.asvs("7.4.1")
def test_a_session_ends_when_its_owner_signs_out(
    place: Workplace, relative: Person, addresses: Addresses
) -> None:
    begun = _sign_in(place, relative)
    assert begun is not None
    with place.open(begun.actor, DbRole.ACCOUNT) as work:
        service.sign_out(work, begun.token)
    assert _actor(place, begun.token) is None
    assert _events(addresses)[-1] == "accounts:session:ended"


@pytest.mark.asvs("7.2.2")
def test_each_sign_in_is_a_session_of_its_own(place: Workplace, relative: Person, clock: Clock) -> None:
    one = _sign_in(place, relative)
    clock.advance(minutes=1)
    other = _sign_in(place, relative)
    assert one is not None
    assert other is not None
    assert one.token != other.token
    with place.open(one.actor, DbRole.ACCOUNT) as work:
        sessions = queries.own_sessions(work, one.token)
    # the third one began when the account was set up
    assert [session.is_this for session in sessions] == [False, True, False]


@pytest.mark.parametrize("minutes", [29, 31])
def test_a_relatives_session_rests_half_an_hour_at_most(
    place: Workplace, relative: Person, clock: Clock, minutes: int
) -> None:
    begun = _sign_in(place, relative)
    assert begun is not None
    clock.advance(minutes=minutes)
    assert (_actor(place, begun.token) is None) is (minutes > 30)


def test_use_keeps_a_session_open_for_twelve_hours_and_no_longer(
    place: Workplace, relative: Person, clock: Clock
) -> None:
    begun = _sign_in(place, relative)
    assert begun is not None
    for _ in range(36):
        clock.advance(minutes=20)
        assert _actor(place, begun.token) is not None
    clock.advance(minutes=1)
    assert _actor(place, begun.token) is None


@pytest.mark.asvs("7.2.1")
@pytest.mark.parametrize("token", ["", "made-up", "x" * 43])
def test_a_made_up_token_is_nobody(place: Workplace, token: str) -> None:
    assert _actor(place, token) is None


@pytest.mark.asvs("7.2.3")
def test_the_database_does_not_know_the_token(
    place: Workplace, relative: Person, addresses: Addresses
) -> None:
    begun = _sign_in(place, relative)
    assert begun is not None
    dump = "".join(_owner(addresses, "select account_session::text from account_session"))
    assert str(relative.account_id) in dump
    assert begun.token not in dump
    assert begun.token.encode().hex() not in dump


@pytest.mark.asvs("7.5.2")
def test_one_ends_ones_own_sessions_only(place: Workplace, relative: Person, clock: Clock) -> None:
    begun = _sign_in(place, relative)
    assert begun is not None
    with place.open(begun.actor, DbRole.ACCOUNT) as work:
        sessions = queries.own_sessions(work)
    stranger = an_actor(Role.RELATIVE)
    with pytest.raises(NotFound), place.open(stranger, DbRole.ACCOUNT) as work:
        service.end_session(work, sessions[0].id)
    with place.open(stranger, DbRole.ACCOUNT) as work:
        service.end_all_sessions(work)
    assert _actor(place, begun.token) is not None
    with place.open(begun.actor, DbRole.ACCOUNT) as work:
        service.end_session(work, sessions[0].id)
    assert _actor(place, begun.token) is None


@pytest.mark.asvs("7.5.2")
def test_ending_all_sessions_ends_this_one_too(place: Workplace, relative: Person) -> None:
    begun = _sign_in(place, relative)
    assert begun is not None
    with place.open(begun.actor, DbRole.ACCOUNT) as work:
        service.end_all_sessions(work)
    assert _actor(place, begun.token) is None


@pytest.mark.asvs("7.4.2")
def test_a_deactivated_account_is_signed_out_at_once(
    place: Workplace, relative: Person, addresses: Addresses, clock: Clock
) -> None:
    begun = _sign_in(place, relative)
    assert begun is not None
    _owner(addresses, "update account set state = 'deactivated' returning state")
    assert _actor(place, begun.token) is None
    clock.advance(minutes=1)
    assert _sign_in(place, relative) is None


# Facts for others


def test_names_of_colleagues_and_who_holds_a_role(place: Workplace) -> None:
    liaison = a_staff_account(place, Role.LIAISON, display_name="Salma Test")
    relative = a_relative_account(place)
    with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
        assert queries.display_names(work, [liaison.account_id, relative.account_id, None]) == {
            liaison.account_id: "Salma Test"
        }
        assert [member.id for member in queries.staff_with_role(work, Role.LIAISON)] == [liaison.account_id]
        assert queries.staff_with_role(work, Role.RELATIVE) == []
        assert queries.display_names(work, []) == {}


def test_the_list_of_accounts_is_for_administrators(place: Workplace) -> None:
    administrator, _other = two_administrators(place)
    a_relative_account(place)
    with place.open(administrator, DbRole.ADMIN) as work:
        desk = queries.desk(work)
    assert {account.state for account in desk.accounts} == {AccountState.INVITED}
    assert len(desk.accounts) == 2
    with pytest.raises(NotAllowed), place.open(an_actor(Role.AUDITOR), DbRole.ADMIN) as work:
        queries.desk(work)


def _propose(place: Workplace, actor: Actor, *roles: Role) -> UUID:
    person = NewStaff("leen@office.example", "Leen Test", frozenset(roles or {Role.LIAISON}))
    with place.open(actor, DbRole.ADMIN) as work:
        return service.propose_invitation(work, person)


def _first_step(place: Workplace, login: str, password: str = PASSWORD, network: str = HERE) -> Pending:
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        return service.sign_in(work, login, password, Origin(network))


def _second_step(place: Workplace, first: Pending, code: str, network: str = HERE) -> SignedIn | None:
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        return service.second_step(work, first, code, Origin(network))


def _try(place: Workplace, login: str, password: str, code: str, network: str = HERE) -> SignedIn | None:
    return _second_step(place, _first_step(place, login, password, network), code, network)


def _sign_in(place: Workplace, person: Person, network: str = HERE) -> SignedIn | None:
    return _try(place, person.login, person.password, _code(place, person), network)


def _code(place: Workplace, person: Person) -> str:
    return code_at(person.totp_secret, place.clock())


def _actor(place: Workplace, token: str) -> Actor | None:
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        standing = service.standing_of(work, token)
    return standing and standing.actor


def _events(addresses: Addresses) -> list[str]:
    return _owner(addresses, "select event from audit_entry order by seq")


def _owner(addresses: Addresses, statement: str) -> list[str]:
    engine = create_engine(addresses.owner)
    with engine.begin() as connection:
        rows = [str(row[0]) for row in connection.execute(text(statement))]
    engine.dispose()
    return rows
