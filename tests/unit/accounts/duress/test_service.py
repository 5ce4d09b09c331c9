"""The second password and the empty account behind it, as services and tables hold them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.accounts import service
from portal.accounts.decoys import Doors
from portal.accounts.duress import service as duress
from portal.accounts.vocab import PasswordRefused, Pending, Refusal, SignedIn, WrongPassword
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import NotAllowed
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.conftest import SetClock
from tests.support.actors import an_actor
from tests.support.factories.accounts import PASSWORD, Person, a_relative_account, a_staff_account, code_at
from tests.support.factories.duress import SECOND, as_owner, decoy_of, keep
from tests.support.factories.inquiries import a_signed_up_relative

OTHER = "eleven slow herons over the marsh"
KEEP = "select portal_keep_decoy(:a, :index, 'x', :b, now())"


@pytest.fixture
def relative(place: Workplace, clock: SetClock) -> Person:
    person = a_relative_account(place)
    clock.advance(minutes=5)
    return person


def _actor(person: Person) -> Actor:
    return Actor(person.account_id, frozenset({Role.RELATIVE}))


def _enter(place: Workplace, person: Person, password: str, code: str | None = None) -> SignedIn | None:
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        first: Pending = service.sign_in(work, person.login, password)
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        return service.second_step(work, first, code or code_at(person.totp_secret, place.clock()))


def test_the_second_password_opens_another_account(
    place: Workplace, relative: Person, addresses: Addresses, clock: SetClock
) -> None:
    keep(place, relative)
    forced = _enter(place, relative, SECOND)
    assert forced is not None
    assert forced.actor == decoy_of(addresses, relative)
    assert forced.actor.id != relative.account_id
    clock.advance(minutes=1)
    usual = _enter(place, relative, PASSWORD)
    assert usual is not None
    assert usual.actor.id == relative.account_id


@pytest.mark.full_cost
def test_it_is_kept_like_any_password(place: Workplace, relative: Person, addresses: Addresses) -> None:
    keep(place, relative)
    kept = as_owner(addresses, "select password_hash from account where decoy_index is not null")
    assert [str(each).split("$")[1:4] for each in kept] == [["argon2id", "v=19", "m=65536,t=3,p=4"]]


def test_a_code_works_once_behind_the_second_password_too(place: Workplace, relative: Person) -> None:
    keep(place, relative)
    assert _enter(place, relative, SECOND) is not None
    assert _enter(place, relative, SECOND) is None


@pytest.mark.parametrize("act", [duress.is_kept, duress.remove])
def test_nothing_is_said_or_done_without_the_usual_password(
    place: Workplace, relative: Person, act: object
) -> None:
    keep(place, relative)
    with place.open(_actor(relative), DbRole.ACCOUNT) as work, pytest.raises(WrongPassword):
        act(work, SECOND)  # type: ignore[operator]
    with place.open(_actor(relative), DbRole.ACCOUNT) as work, pytest.raises(WrongPassword):
        duress.keep(work, SECOND, OTHER)


@pytest.mark.parametrize(
    ("wished", "reason"),
    [(PASSWORD, Refusal.IN_USE), ("short", Refusal.TOO_SHORT), ("passwordpassword", Refusal.COMMON)],
)
def test_what_cannot_be_the_second_password(
    place: Workplace, relative: Person, wished: str, reason: Refusal
) -> None:
    with place.open(_actor(relative), DbRole.ACCOUNT) as work, pytest.raises(PasswordRefused) as refused:
        duress.keep(work, PASSWORD, wished)
    assert refused.value.reason is reason


def test_a_new_one_takes_the_place_of_the_former(
    place: Workplace, relative: Person, addresses: Addresses, clock: SetClock
) -> None:
    keep(place, relative)
    begun = _enter(place, relative, SECOND)
    assert begun is not None
    keep(place, relative, OTHER)
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        assert service.standing_of(work, begun.token) is None
    clock.advance(minutes=1)
    assert _enter(place, relative, SECOND) is None
    clock.advance(minutes=1)
    assert _enter(place, relative, OTHER) is not None
    assert len(as_owner(addresses, "select 1 from account where decoy_index is not null")) == 1


def test_only_a_relative_keeps_one_and_for_themselves(place: Workplace, relative: Person) -> None:
    colleague = a_staff_account(place, Role.INTAKE)
    actor = Actor(colleague.account_id, frozenset({Role.INTAKE}))
    with place.open(actor, DbRole.ACCOUNT) as work, pytest.raises(NotAllowed):
        duress.keep(work, PASSWORD, SECOND)
    values = {"a": uuid4(), "b": uuid4(), "index": b"x" * 32}
    for who, role in (
        (actor, DbRole.ACCOUNT),
        (ANONYMOUS, DbRole.ACCOUNT),
        (_actor(relative), DbRole.FAMILY),
        (an_actor(Role.ADMINISTRATOR), DbRole.ADMIN),
    ):
        with place.open(who, role) as work, pytest.raises(DBAPIError), work.session.begin_nested():
            work.session.execute(text(KEEP), values)


def test_nobody_else_can_tell_who_has_one(place: Workplace, relative: Person, addresses: Addresses) -> None:
    keep(place, relative)
    for role in (DbRole.ADMIN, DbRole.CASEWORK, DbRole.OVERSIGHT, DbRole.FAMILY, DbRole.WORKER):
        with (
            place.open(an_actor(*Role), role) as work,
            pytest.raises(DBAPIError),
            work.session.begin_nested(),
        ):
            work.session.execute(text("select decoy_index from account"))
    said = as_owner(addresses, "select event || detail from audit_entry order by seq desc limit 1")
    assert said == ['accounts:factor:changed{"factor":"password"}']


def test_the_table_refuses_an_empty_account_for_anybody_else(
    place: Workplace, relative: Person, addresses: Addresses
) -> None:
    keep(place, relative)
    staff = a_staff_account(place, Role.INTAKE)
    of = "update account set decoy_index = {} where id = :id"
    another = "(select login_index from account where id = :other)"
    for value, who in ((another, staff.account_id), ("login_index", relative.account_id)):
        with pytest.raises(DBAPIError):
            as_owner(addresses, of.format(value), id=who, other=relative.account_id)
    with pytest.raises(DBAPIError):
        as_owner(addresses, "update account set state = 'deactivated' where decoy_index is not null")


@pytest.mark.parametrize("act", ["deactivated", "another way"])
def test_whoever_loses_or_regains_the_account_otherwise_begins_anew(
    place: Workplace, relative: Person, addresses: Addresses, act: str
) -> None:
    keep(place, relative)
    changes = {
        "deactivated": "state = 'deactivated'",
        "another way": "password_hash = password_hash || 'x'",
    }
    as_owner(addresses, f"update account set {changes[act]} where id = :id", id=relative.account_id)
    assert as_owner(addresses, "select 1 from account where decoy_index is not null") == []
    assert _enter(place, relative, SECOND) is None


def test_two_files_of_one_number_only_when_one_is_empty(place: Workplace, addresses: Addresses) -> None:
    person = a_signed_up_relative(place).person
    keep(place, person)
    assert as_owner(addresses, "select reference from inquiry") == [person.login] * 2
    with pytest.raises(DBAPIError):
        as_owner(addresses, "update inquiry set is_decoy = false")


def test_no_visitor_files_an_empty_one(place: Workplace) -> None:
    filed = (
        "insert into inquiry (id, reference, account_id, relation, state, language, filed_at, is_decoy)"
        " values (:id, 'AM-0000-0000', :account, 'other', 'submitted', 'ar', now(), true)"
    )
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        opening = service.open_relative_account(work, "AM-0000-0000", "Rima Test")
        with pytest.raises(DBAPIError), work.session.begin_nested():
            work.session.execute(text(filed), {"id": uuid4(), "account": opening.account_id})


@pytest.mark.parametrize("own", [None, "own"])
@pytest.mark.parametrize("decoy", [None, "decoy"])
@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(password=st.text(max_size=40))
def test_two_passwords_are_checked_whatever_is_there(
    monkeypatch: pytest.MonkeyPatch, own: str | None, decoy: str | None, password: str
) -> None:
    seen: list[str | None] = []

    class Door:
        is_active = True

        def __init__(self, kept: str) -> None:
            self.password_hash = kept

    def fits(kept: str | None, typed: str, *, known: bool) -> bool:
        seen.append(kept)
        return kept == typed

    monkeypatch.setattr("portal.accounts.passwords.fits", fits)
    doors = Doors(Door(own) if own else None, Door(decoy) if decoy else None)  # type: ignore[arg-type]
    opened = doors.opened_by(password)
    assert seen == [decoy, own]
    assert (opened is None) == (password not in {own, decoy} or password == "")
