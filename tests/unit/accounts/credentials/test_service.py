"""Recovery codes work once and for their owner alone; what happens to an account is told to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Protocol
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text

from portal.accounts import service as accounts
from portal.accounts.credentials import codes, queries, service
from portal.accounts.credentials.vocab import Notice, NoticeKind
from portal.accounts.vocab import Origin, Pending, SignedIn, TryLater
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.crypto import decrypt_field
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import NotAllowed
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.factories.accounts import (
    PASSWORD,
    Person,
    a_relative_account,
    a_staff_account,
    code_at,
)


class Clock(Protocol):
    """The clock of a test."""

    def advance(self, **amount: float) -> None:
        """Move it."""


@pytest.fixture
def relative(place: Workplace, clock: Clock) -> Person:
    person = a_relative_account(place)
    clock.advance(minutes=5)
    return person


@pytest.fixture
def colleague(place: Workplace, clock: Clock) -> Person:
    person = a_staff_account(place, Role.ANALYST)
    clock.advance(minutes=5)
    return person


@pytest.fixture
def sheet(place: Workplace, relative: Person) -> list[str]:
    return _make(place, relative)


def _actor(person: Person, role: Role = Role.RELATIVE) -> Actor:
    return Actor(person.account_id, frozenset({role}))


def _make(place: Workplace, person: Person, role: Role = Role.RELATIVE) -> list[str]:
    with place.open(_actor(person, role), DbRole.ACCOUNT) as work:
        return service.make_codes(work)


def _first(place: Workplace, person: Person, password: str = PASSWORD) -> Pending:
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        return accounts.sign_in(work, person.login, password)


def _enter(
    place: Workplace, person: Person, code: str, password: str = PASSWORD, origin: Origin | None = None
) -> SignedIn | None:
    pending = _first(place, person, password)
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        return accounts.second_step(work, pending, code, origin or Origin())


def _notices(place: Workplace, person: Person, role: Role = Role.RELATIVE) -> list[Notice]:
    with place.open(_actor(person, role), DbRole.ACCOUNT) as work:
        return queries.own_notices(work)


def _kinds(place: Workplace, person: Person, role: Role = Role.RELATIVE) -> list[NoticeKind]:
    return [each.kind for each in _notices(place, person, role)]


def _left(place: Workplace, person: Person) -> int:
    with place.open(_actor(person), DbRole.ACCOUNT) as work:
        found = queries.own_sheet(work)
    assert found
    return found.left


def _owner(addresses: Addresses, query: str) -> list[tuple[object, ...]]:
    engine = create_engine(addresses.owner)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return rows


# Codes


@pytest.mark.asvs("6.5.1")
def test_each_code_signs_in_once(place: Workplace, relative: Person, sheet: list[str]) -> None:
    assert len(set(sheet)) == codes.ON_A_SHEET
    begun = _enter(place, relative, sheet[0].lower())
    assert begun is not None
    assert begun.actor.id == relative.account_id
    assert _left(place, relative) == 9
    assert _enter(place, relative, sheet[0]) is None
    assert _enter(place, relative, sheet[1]) is not None


@pytest.mark.asvs("6.5.1")
def test_of_many_uses_of_one_code_at_once_exactly_one_works(
    place: Workplace, relative: Person, sheet: list[str]
) -> None:
    firsts = [_first(place, relative) for _ in range(4)]

    def use(first: Pending) -> SignedIn | None:
        with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
            return accounts.second_step(work, first, sheet[0])

    with ThreadPoolExecutor(4) as crowd:
        assert sum(begun is not None for begun in crowd.map(use, firsts)) == 1


def test_a_code_without_the_password_opens_nothing_and_is_not_used_up(
    place: Workplace, relative: Person, sheet: list[str]
) -> None:
    assert _enter(place, relative, sheet[0], "not the password at all") is None
    assert _left(place, relative) == 10
    assert NoticeKind.RECOVERY_CODE_USED not in _kinds(place, relative)
    assert _enter(place, relative, sheet[0]) is not None


def test_a_code_opens_no_other_account(place: Workplace, relative: Person, sheet: list[str]) -> None:
    other = a_relative_account(place, "Huda Test")
    assert _enter(place, other, sheet[0]) is None
    assert _left(place, relative) == 10


def test_new_codes_void_the_old(place: Workplace, relative: Person, sheet: list[str]) -> None:
    again = _make(place, relative)
    assert not set(sheet) & set(again)
    assert _enter(place, relative, sheet[0]) is None
    assert _enter(place, relative, again[0]) is not None


def test_the_phone_still_works_beside_the_paper(place: Workplace, relative: Person, sheet: list[str]) -> None:
    assert _enter(place, relative, code_at(relative.totp_secret, place.clock())) is not None
    assert _left(place, relative) == 10


def test_a_code_of_a_closed_account_opens_nothing(
    place: Workplace, addresses: Addresses, relative: Person, sheet: list[str]
) -> None:
    engine = create_engine(addresses.owner)
    with engine.begin() as connection:
        connection.execute(text("update account set state = 'deactivated'"))
    engine.dispose()
    assert _enter(place, relative, sheet[0]) is None


def test_wrong_codes_are_slowed_down_like_wrong_digits(
    place: Workplace, relative: Person, sheet: list[str]
) -> None:
    first = _first(place, relative)
    for _ in range(5):
        with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
            assert accounts.second_step(work, first, codes.new_code()) is None
    with pytest.raises(TryLater), place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        accounts.second_step(work, first, sheet[0])


def test_the_database_never_learns_a_code(addresses: Addresses, sheet: list[str]) -> None:
    tables = ("recovery_code", "account_notice", "audit_entry")
    dump = "".join(str(row) for t in tables for row in _owner(addresses, f"select {t}::text from {t}"))
    for code in sheet:
        assert code not in dump
        assert code.replace("-", "") not in dump
        assert code.replace("-", "").encode().hex() not in dump


@pytest.mark.asvs("16.3.1")
def test_making_and_using_codes_stands_in_the_log(
    place: Workplace, addresses: Addresses, relative: Person, sheet: list[str]
) -> None:
    _enter(place, relative, sheet[0])
    events = [row[0] for row in _owner(addresses, "select event from audit_entry order by seq")]
    assert events.count("accounts:recovery-codes:made") == 1
    assert events.count("accounts:recovery-code:used") == 1


def test_nobody_makes_or_reads_codes_without_signing_in(place: Workplace, relative: Person) -> None:
    for act in (service.make_codes, queries.own_sheet, queries.own_notices, service.see_notices):
        with pytest.raises(NotAllowed), place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
            act(work)


def test_whoever_never_made_codes_has_none(place: Workplace, relative: Person) -> None:
    with place.open(_actor(relative), DbRole.ACCOUNT) as work:
        assert queries.own_sheet(work) is None
    assert _enter(place, relative, codes.new_code()) is None


# Notices


def test_a_sign_in_from_a_browser_nobody_knows_is_told(
    place: Workplace, relative: Person, clock: Clock
) -> None:
    begun = _enter(
        place, relative, code_at(relative.totp_secret, place.clock()), origin=Origin(remember=True)
    )
    assert begun
    assert begun.device
    assert _kinds(place, relative) == [NoticeKind.NEW_DEVICE]
    clock.advance(minutes=1)
    known = Origin(device=begun.device)
    assert _enter(place, relative, code_at(relative.totp_secret, place.clock()), origin=known)
    assert _kinds(place, relative) == [NoticeKind.NEW_DEVICE]


@pytest.mark.asvs("6.3.7")
def test_each_change_is_told_newest_first(
    place: Workplace, relative: Person, sheet: list[str], clock: Clock
) -> None:
    clock.advance(minutes=1)
    begun = _enter(place, relative, sheet[0], origin=Origin(remember=True))
    assert begun
    clock.advance(minutes=1)
    with place.open(begun.actor, DbRole.ACCOUNT) as work:
        service.change_password(work, begun.token, PASSWORD, "eleven slow herons over the marsh")
    clock.advance(minutes=1)
    with place.open(begun.actor, DbRole.ACCOUNT) as work:
        service.begin_pairing(work)
    with place.open(begun.actor, DbRole.ACCOUNT) as work:
        wanted = service.pairing(work)
        assert wanted
        service.pair(work, begun.token, code_at(wanted.secret, work.now))
    told = _notices(place, relative)
    assert [each.kind for each in told[:2]] == [NoticeKind.PHONE_CHANGED, NoticeKind.PASSWORD_CHANGED]
    assert {each.kind for each in told} == set(NoticeKind)
    assert told == sorted(told, key=lambda each: each.at, reverse=True)


def test_what_was_seen_is_no_longer_new_and_stays(
    place: Workplace, relative: Person, sheet: list[str]
) -> None:
    with place.open(_actor(relative), DbRole.ACCOUNT) as work:
        assert queries.unseen(work) == 1
        service.see_notices(work)
    with place.open(_actor(relative), DbRole.ACCOUNT) as work:
        assert queries.unseen(work) == 0
        assert [each.is_new for each in queries.own_notices(work)] == [False]


@pytest.mark.asvs("6.3.7")
@pytest.mark.promise("P10")
def test_a_colleague_gets_the_one_message_once_a_day_for_one_kind(
    place: Workplace, addresses: Addresses, colleague: Person, clock: Clock
) -> None:
    for _ in range(3):
        _make(place, colleague, Role.ANALYST)
    ((receiver, address),) = _owner(addresses, "select recipient_ref, address from envelope")
    assert receiver == colleague.account_id
    assert isinstance(address, memoryview | bytes)
    assert decrypt_field(bytes(address), "envelope.address") == colleague.login
    assert len(_kinds(place, colleague, Role.ANALYST)) == 3
    clock.advance(days=1, seconds=1)
    _make(place, colleague, Role.ANALYST)
    assert len(_owner(addresses, "select 1 from envelope")) == 2


@pytest.mark.promise("P10")
def test_a_relative_is_told_by_their_page_alone(
    place: Workplace, addresses: Addresses, relative: Person, sheet: list[str]
) -> None:
    _enter(place, relative, sheet[0])
    assert len(_kinds(place, relative)) == 3
    assert _owner(addresses, "select 1 from envelope") == []


def test_a_refused_sign_in_tells_and_sends_nothing(
    place: Workplace, addresses: Addresses, colleague: Person
) -> None:
    assert _enter(place, colleague, codes.new_code()) is None
    assert _enter(place, colleague, "000000", "not the password at all") is None
    assert _owner(addresses, "select 1 from account_notice union all select 1 from envelope") == []


def test_ids_are_those_of_the_account(place: Workplace, relative: Person, sheet: list[str]) -> None:
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        assert not service.redeem(work, UUID(int=0), sheet[0])
        assert not service.redeem(work, None, sheet[0])
        # Without the login before the database, even the right account and code open nothing.
        assert not service.redeem(work, relative.account_id, sheet[0])
