"""A role that asks for a passkey has its power with one, or with a fallback of two other people, for some days."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from portal.accounts import service as accounts
from portal.accounts.fallbacks import policy, queries, service
from portal.accounts.fallbacks.vocab import FallbackWaits, NewFallback
from portal.accounts.passkeys import queries as passkeys_queries
from portal.accounts.passkeys import service as passkeys
from portal.accounts.passkeys.vocab import Answer, Shown
from portal.accounts.step_up import service as step_up
from portal.accounts.vocab import SignedIn
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, SamePerson
from portal.kernel.permissions import Permission, Role
from portal.kernel.work import Workplace
from tests.support.authenticator import Authenticator
from tests.support.factories.accounts import Person, a_relative_account, a_staff_account, code_at
from tests.support.factories.administration import active_administrators
from tests.support.factories.passkeys import HERE, PARTY, a_first_step, an_added_passkey, signed_in_with


class Clock(Protocol):
    """The clock of a test."""

    moment: datetime

    def advance(self, **amount: float) -> None:
        """Move it."""


@pytest.fixture
def verifier(place: Workplace) -> Person:
    return a_staff_account(place, Role.VERIFIER)


@pytest.fixture
def administrators(place: Workplace) -> list[Actor]:
    return active_administrators(place, 3)


def _signed_in(place: Workplace, clock: Clock, person: Person) -> SignedIn:
    clock.advance(minutes=1)
    first = a_first_step(place, person)
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        begun = accounts.second_step(work, first, code_at(person.totp_secret, clock.moment), HERE)
    assert begun is not None
    return begun


def _withheld(place: Workplace, token: str, *, required: bool = True) -> frozenset[Permission]:
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        standing = accounts.standing_of(work, token, passkeys_required=required)
    assert standing is not None
    return standing.actor.withheld


def _propose(place: Workplace, by: Actor, account_id: UUID, days: int = 2) -> UUID:
    with place.open(by, DbRole.ADMIN) as work:
        return service.propose(work, NewFallback(account_id, days))


def _sign(place: Workplace, by: Actor, fallback: UUID, version: int = 1) -> None:
    with place.open(by, DbRole.ADMIN) as work:
        service.sign(work, fallback, version)


def _owner(addresses: Addresses, statement: str, **values: object) -> list[object]:
    engine = create_engine(addresses.owner)
    try:
        with engine.begin() as connection:
            answer = connection.execute(text(statement), values)
            return [row[0] for row in answer] if answer.returns_rows else []
    finally:
        engine.dispose()


# What waits for a passkey

A_VERIFIERS = {Permission.ACCOUNTS_RECOVERY_SIGN, Permission.VERIFICATION_DECISION_SIGN}


@pytest.mark.asvs("6.3.3")
def test_without_a_passkey_the_power_of_a_role_is_withheld(
    place: Workplace, clock: Clock, verifier: Person
) -> None:
    begun = _signed_in(place, clock, verifier)
    assert _withheld(place, begun.token, required=False) == frozenset()
    assert _withheld(place, begun.token) == A_VERIFIERS
    device = Authenticator()
    an_added_passkey(place, begun.actor, device)
    assert _withheld(place, begun.token) == A_VERIFIERS  # one that nobody has shown proves nothing
    shown = signed_in_with(place, verifier, device)
    assert shown is not None
    assert _withheld(place, shown.token) == frozenset()


@pytest.mark.asvs("7.5.3")
def test_a_passkey_shown_in_the_middle_gives_the_power_and_the_digits_do_not_take_it(
    place: Workplace, clock: Clock, verifier: Person
) -> None:
    begun = _signed_in(place, clock, verifier)
    device = Authenticator()
    an_added_passkey(place, begun.actor, device)
    with place.open(begun.actor, DbRole.ACCOUNT) as work:
        question = passkeys_queries.to_prove(work, PARTY)
        answer = Answer(PARTY, device.get(question.options), question.asked)
        token = passkeys.prove(work, begun.token, answer, HERE)
    assert token is not None
    assert _withheld(place, token) == frozenset()
    clock.advance(minutes=10)
    with place.open(begun.actor, DbRole.ACCOUNT) as work:
        token = step_up.prove(work, token, code_at(verifier.totp_secret, clock.moment), HERE)
    assert _withheld(place, token) == frozenset()


@pytest.mark.asvs("7.5.1")
def test_a_stolen_password_and_code_put_no_passkey_in_the_place_of_one_that_stands(
    place: Workplace, clock: Clock, verifier: Person
) -> None:
    mine = an_added_passkey(place, _signed_in(place, clock, verifier).actor, Authenticator())
    begun = _signed_in(place, clock, verifier)
    thief = replace(begun.actor, withheld=_withheld(place, begun.token))
    with pytest.raises(NotAllowed):
        an_added_passkey(place, thief, Authenticator())
    code = code_at(verifier.totp_secret, clock.moment)
    with pytest.raises(NotAllowed), place.open(thief, DbRole.ACCOUNT) as work:
        passkeys.remove(work, mine, Shown(begun.token, code), HERE)


def test_a_removed_passkey_withholds_it_again_at_once(
    place: Workplace, clock: Clock, verifier: Person, addresses: Addresses
) -> None:
    device = Authenticator()
    an_added_passkey(place, _signed_in(place, clock, verifier).actor, device)
    begun = signed_in_with(place, verifier, device)
    assert begun is not None
    assert _withheld(place, begun.token) == frozenset()
    _owner(addresses, "update passkey set removed_at = now()")
    assert _withheld(place, begun.token) == A_VERIFIERS


@pytest.mark.parametrize("kind", ["relative", "editor"])
def test_nothing_is_withheld_from_whoever_decides_nothing(place: Workplace, clock: Clock, kind: str) -> None:
    person = a_relative_account(place) if kind == "relative" else a_staff_account(place, Role.EDITOR)
    assert _withheld(place, _signed_in(place, clock, person).token) == frozenset()


def test_the_passkey_of_another_gives_no_power(place: Workplace, clock: Clock, verifier: Person) -> None:
    other = a_staff_account(place, Role.VERIFIER)
    an_added_passkey(place, Actor(other.account_id, frozenset({Role.VERIFIER})), Authenticator())
    assert _withheld(place, _signed_in(place, clock, verifier).token)


# The fallback


@pytest.mark.promise("P6")
def test_two_administrators_let_a_colleague_do_without_for_some_days(
    place: Workplace, clock: Clock, verifier: Person, administrators: list[Actor], addresses: Addresses
) -> None:
    begun = _signed_in(place, clock, verifier)
    fallback = _propose(place, administrators[0], verifier.account_id)
    assert _withheld(place, begun.token)
    _sign(place, administrators[1], fallback)
    assert _withheld(place, begun.token) == frozenset()
    with place.open(administrators[0], DbRole.ADMIN) as work:
        found = queries.desk(work)
    assert [each.until for each in found.in_force] == [clock.moment + timedelta(days=2)]
    assert found.waiting == ()
    clock.advance(days=2, minutes=1)
    assert _withheld(place, _signed_in(place, clock, verifier).token)
    events = _owner(
        addresses, "select event from audit_entry where event like 'accounts:fallback:%' order by seq"
    )
    assert events == ["accounts:fallback:proposed", "accounts:fallback:signed"]


@pytest.mark.promise("P6")
def test_who_proposed_it_cannot_sign_it_and_nobody_signs_twice(
    place: Workplace, verifier: Person, administrators: list[Actor]
) -> None:
    fallback = _propose(place, administrators[0], verifier.account_id)
    with pytest.raises((NotAllowed, SamePerson)):
        _sign(place, administrators[0], fallback)
    with pytest.raises(Conflict):
        _sign(place, administrators[1], fallback, version=2)
    _sign(place, administrators[1], fallback)
    with pytest.raises(Conflict):
        _sign(place, administrators[2], fallback, version=2)
    with pytest.raises(NotFound):
        _sign(place, administrators[2], uuid4())


def test_nobody_has_it_for_themselves(place: Workplace, administrators: list[Actor]) -> None:
    first, second, _third = administrators
    assert first.id is not None
    assert second.id is not None
    with pytest.raises(NotAllowed):
        _propose(place, first, first.id)
    fallback = _propose(place, first, second.id)
    with pytest.raises(NotAllowed):
        _sign(place, second, fallback)


def test_one_waits_at_a_time(place: Workplace, verifier: Person, administrators: list[Actor]) -> None:
    fallback = _propose(place, administrators[0], verifier.account_id)
    with pytest.raises(FallbackWaits):
        _propose(place, administrators[1], verifier.account_id)
    _sign(place, administrators[1], fallback)
    _propose(place, administrators[1], verifier.account_id)


@pytest.mark.parametrize("days", [-1, 0, 8, 400])
def test_it_never_lasts_for_more_than_seven_days(
    place: Workplace, verifier: Person, administrators: list[Actor], days: int
) -> None:
    with pytest.raises(Invalid):
        _propose(place, administrators[0], verifier.account_id, days)


@pytest.mark.parametrize("whose", ["relative", "editor", "nobody"])
def test_it_is_for_colleagues_whose_role_asks_for_a_passkey(
    place: Workplace, administrators: list[Actor], whose: str
) -> None:
    people = {
        "relative": lambda: a_relative_account(place).account_id,
        "editor": lambda: a_staff_account(place, Role.EDITOR).account_id,
        "nobody": uuid4,
    }
    with pytest.raises(NotFound):
        _propose(place, administrators[0], people[whose]())


def test_an_administrator_without_a_passkey_grants_none(place: Workplace, verifier: Person) -> None:
    lacking = Actor(uuid4(), frozenset({Role.ADMINISTRATOR}), policy.powerful({Role.ADMINISTRATOR}))
    with pytest.raises(NotAllowed):
        _propose(place, lacking, verifier.account_id)


# What the database itself holds


def test_the_table_never_holds_one_that_two_others_have_not_signed(
    place: Workplace, verifier: Person, administrators: list[Actor], addresses: Addresses
) -> None:
    people = [verifier.account_id, administrators[0].id, administrators[1].id]

    @examples(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        proposer=st.sampled_from(people),
        signer=st.sampled_from(people),
        days=st.integers(-3, 12),
        lasts=st.integers(-3, 12),
    )
    def write(proposer: UUID, signer: UUID, days: int, lasts: int) -> None:
        fits = len({verifier.account_id, proposer, signer}) == 3 and 1 <= days <= 7 and lasts == days
        statement = (
            "insert into factor_fallback values (gen_random_uuid(), :account, :days, :proposer, now(), :signer,"
            " timestamptz '2026-03-02 09:00Z',"
            " timestamptz '2026-03-02 09:00Z' + make_interval(hours => 24 * :lasts), 2)"
        )
        values = {"account": people[0], "days": days, "proposer": proposer, "signer": signer, "lasts": lasts}
        try:
            _owner(addresses, statement, **values)
        except DBAPIError:
            assert not fits
        else:
            assert fits

    write()


@pytest.mark.parametrize("who", ["proposer", "owner", "stranger"])
def test_the_database_lets_only_a_third_person_sign(
    place: Workplace, verifier: Person, administrators: list[Actor], who: str
) -> None:
    fallback = _propose(place, administrators[0], verifier.account_id)
    people = {
        "proposer": administrators[0],
        "owner": Actor(verifier.account_id, frozenset({Role.ADMINISTRATOR})),
        "stranger": Actor(uuid4(), frozenset({Role.APPROVER})),
    }
    with place.open(people[who], DbRole.ADMIN) as work:
        signed = work.session.execute(
            text(
                "update factor_fallback set signed_by = portal_actor(), signed_at = now(),"
                " until = now() + make_interval(hours => 24 * days) where id = :id returning 1"
            ),
            {"id": fallback},
        ).all()
    assert signed == []
