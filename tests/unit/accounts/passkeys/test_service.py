"""Passkeys: made once, shown in place of the digits, refused when anything about them does not fit."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from portal.accounts.passkeys import queries, service
from portal.accounts.passkeys.vocab import Answer, Shown
from portal.accounts.vocab import Pending, SignedIn, TryLater
from portal.kernel.actor import Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.ids import new_file_number
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor
from tests.support.authenticator import PRESENT, VERIFIED, Authenticator
from tests.support.factories.accounts import Person, a_relative_account, code_at
from tests.support.factories.passkeys import (
    HERE,
    PARTY,
    a_first_step,
    a_question_to_add,
    a_question_to_enter,
    an_added_passkey,
    finish,
    signed_in_with,
)


class Clock(Protocol):
    """The clock of a test."""

    moment: datetime

    def advance(self, **amount: float) -> None:
        """Move it."""


Refusals = Callable[[Pending, Answer], None]


@pytest.fixture
def relative(place: Workplace, clock: Clock) -> Person:
    person = a_relative_account(place)
    clock.advance(minutes=5)
    return person


@pytest.fixture
def owner(relative: Person) -> Actor:
    return Actor(relative.account_id, frozenset({Role.RELATIVE}))


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


def _owner(addresses: Addresses, statement: str, **values: object) -> list[object]:
    engine = create_engine(addresses.owner)
    try:
        with engine.begin() as connection:
            answer = connection.execute(text(statement), values)
            return [row[0] for row in answer] if answer.returns_rows else []
    finally:
        engine.dispose()


def _events(addresses: Addresses) -> list[object]:
    return _owner(addresses, "select event from audit_entry order by seq")


def _names(place: Workplace, actor: Actor) -> list[str]:
    with place.open(actor, DbRole.ACCOUNT) as work:
        return [each.name for each in queries.own_passkeys(work)]


def _remove(
    place: Workplace, begun: SignedIn, passkey: UUID, code: str, answer: Answer | None = None
) -> str | None:
    with place.open(begun.actor, DbRole.ACCOUNT) as work:
        return service.remove(work, passkey, Shown(begun.token, code, answer), HERE)


# Adding


@pytest.mark.parametrize("kind", ["ES256", "EdDSA", "RS256"])
def test_a_passkey_is_made_and_signs_its_owner_in(
    place: Workplace, relative: Person, owner: Actor, addresses: Addresses, kind: str
) -> None:
    device = Authenticator(kind=kind)
    passkey = an_added_passkey(place, owner, device)
    assert _names(place, owner) == ["My own phone"]
    begun = signed_in_with(place, relative, device)
    assert begun is not None
    assert begun.actor == owner
    assert _events(addresses)[-2:] == ["accounts:passkey:added", "accounts:sign-in:succeeded"]
    with place.open(owner, DbRole.ACCOUNT) as work:
        assert queries.own_passkey(work, passkey).last_used_at == place.clock()


def test_the_question_asks_for_what_the_house_demands(
    place: Workplace, owner: Actor, device: Authenticator
) -> None:
    an_added_passkey(place, owner, device)
    asked = json.loads(a_question_to_add(place, owner).options)
    assert asked["attestation"] == "none"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert [each["alg"] for each in asked["pubKeyCredParams"]] == [-8, -7, -257]
    assert len(asked["excludeCredentials"]) == 1
    assert "Rima" not in json.dumps(asked)


@pytest.mark.asvs("6.7.2")
def test_no_challenge_comes_twice_and_each_has_more_than_enough_bits(place: Workplace, owner: Actor) -> None:
    seen = {json.loads(a_question_to_add(place, owner).options)["challenge"] for _ in range(20)}
    assert len(seen) == 20
    assert all(len(each) * 6 >= 256 for each in seen)


def test_the_name_is_sealed_and_the_log_does_not_hold_it(
    place: Workplace, owner: Actor, device: Authenticator, addresses: Addresses
) -> None:
    an_added_passkey(place, owner, device, "the phone of my brother")
    dump = str(
        _owner(addresses, "select passkey::text from passkey union select audit_entry::text from audit_entry")
    )
    assert "brother" not in dump
    assert b"brother".hex() not in dump


UNFIT: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "another challenge": ({}, {"challenge": "A" * 43}),
    "another origin": ({"origin": "http://localhost.evil.example"}, {}),
    "another name": ({}, {"rp_id": "evil.example"}),
    "nobody looked": ({"flags": VERIFIED}, {}),
    "nobody was recognised": ({"flags": PRESENT}, {}),
    "another algorithm": ({"kind": "ES384"}, {}),
}


@pytest.mark.parametrize("wrong", UNFIT)
def test_what_does_not_fit_makes_no_passkey(
    place: Workplace, owner: Actor, addresses: Addresses, wrong: str
) -> None:
    seen, said = UNFIT[wrong]
    question = a_question_to_add(place, owner)
    before = _owner(addresses, "select count(*) from passkey"), _events(addresses)
    answer = Answer(PARTY, Authenticator(**seen).create(question.options, **said), question.asked)  # type: ignore[arg-type]  # one of the lines above
    with place.open(owner, DbRole.ACCOUNT) as work:
        assert service.add(work, "mine", answer) is None
    assert (_owner(addresses, "select count(*) from passkey"), _events(addresses)) == before


@pytest.mark.parametrize("wrong", ["answered before", "late", "asked of another", "damaged", "made up"])
def test_a_challenge_is_good_once_for_one_person_and_five_minutes(
    place: Workplace, owner: Actor, device: Authenticator, clock: Clock, wrong: str
) -> None:
    question = a_question_to_add(place, owner)
    answer = Answer(PARTY, device.create(question.options), question.asked)
    if wrong == "answered before":
        with place.open(owner, DbRole.ACCOUNT) as work:
            assert service.add(work, "first", answer) is not None
        answer = replace(answer, text=device.create(question.options))
    elif wrong == "late":
        clock.advance(minutes=5, seconds=1)
    elif wrong == "asked of another":
        answer = replace(answer, asked=a_question_to_add(place, an_own_actor(place)).asked)
    else:
        answer = replace(answer, asked="made up" if wrong == "made up" else question.asked[:-9] + "A" * 9)
    before = _names(place, owner)
    with place.open(owner, DbRole.ACCOUNT) as work:
        assert service.add(work, "second", answer) is None
    assert _names(place, owner) == before


def test_a_challenge_that_was_answered_wrongly_is_used_up(
    place: Workplace, owner: Actor, device: Authenticator
) -> None:
    question = a_question_to_add(place, owner)
    for said in ("{}", device.create(question.options)):
        with place.open(owner, DbRole.ACCOUNT) as work:
            assert service.add(work, "mine", Answer(PARTY, said, question.asked)) is None


def an_own_actor(place: Workplace) -> Actor:
    return Actor(a_relative_account(place).account_id, frozenset({Role.RELATIVE}))


def test_a_passkey_stands_with_one_account_only(
    place: Workplace, owner: Actor, device: Authenticator
) -> None:
    an_added_passkey(place, owner, device)
    other = an_own_actor(place)
    question = a_question_to_add(place, other)
    said = _made_with_id(Authenticator(), question.options, device.held[0].id)
    with place.open(other, DbRole.ACCOUNT) as work:
        assert service.add(work, "mine too", Answer(PARTY, said, question.asked)) is None
    assert _names(place, other) == []


def _made_with_id(device: Authenticator, options: str, wished: bytes) -> str:
    """What a device says that gives its passkey an id of its own choice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.support.authenticator.os.urandom", lambda _size: wished)
        return device.create(options)


@pytest.mark.parametrize("act", ["list", "ask", "add"])
def test_nobody_keeps_passkeys_without_signing_in(place: Workplace, act: str) -> None:
    visitor = an_actor()
    with pytest.raises(NotAllowed), place.open(visitor, DbRole.ACCOUNT) as work:
        if act == "list":
            queries.own_passkeys(work)
        elif act == "ask":
            queries.to_add(work, PARTY)
        else:
            service.add(work, "mine", Answer(PARTY, "{}", ""))


# Signing in


UNSHOWN: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "another challenge": ({}, {"challenge": "A" * 43}),
    "another handle": ({}, {"handle": "A" * 22}),
    "another origin": ({"origin": "https://amana.evil.example"}, {}),
    "nobody was recognised": ({"flags": PRESENT}, {}),
}


@pytest.fixture
def refusals(place: Workplace, addresses: Addresses) -> Refusals:
    """Tries to enter; sees that it is refused, counted and remembered."""

    def refused(first: Pending, answer: Answer) -> None:
        before = len(_events(addresses))
        assert finish(place, first, answer) is None
        assert _events(addresses)[before:] == ["accounts:sign-in:failed"]
        assert _owner(addresses, "select count(*) from sign_in_attempt where succeeded is false") == [1]

    return refused


@pytest.mark.parametrize("wrong", UNSHOWN)
def test_a_passkey_that_does_not_fit_is_refused(
    place: Workplace, relative: Person, owner: Actor, device: Authenticator, refusals: Refusals, wrong: str
) -> None:
    an_added_passkey(place, owner, device)
    first = a_first_step(place, relative)
    question = a_question_to_enter(place, first)
    seen, said = UNSHOWN[wrong]
    for name, value in seen.items():
        setattr(device, name, value)
    refusals(first, Answer(PARTY, device.get(question.options, **said), question.asked))


def test_a_signature_of_another_key_is_refused(
    place: Workplace, relative: Person, owner: Actor, device: Authenticator, refusals: Refusals
) -> None:
    an_added_passkey(place, owner, device)
    first = a_first_step(place, relative)
    question = a_question_to_enter(place, first)
    said = device.get(question.options, key=_key_of_another())
    refusals(first, Answer(PARTY, said, question.asked))


def test_a_passkey_is_nothing_without_the_password(
    place: Workplace, relative: Person, owner: Actor, device: Authenticator, refusals: Refusals
) -> None:
    an_added_passkey(place, owner, device)
    first = a_first_step(place, relative, "some other words")
    question = a_question_to_enter(place, first)
    refusals(first, Answer(PARTY, device.get(question.options), question.asked))


def test_a_removed_passkey_opens_nothing(
    place: Workplace,
    relative: Person,
    owner: Actor,
    device: Authenticator,
    addresses: Addresses,
    refusals: Refusals,
) -> None:
    passkey = an_added_passkey(place, owner, device)
    first = a_first_step(place, relative)
    question = a_question_to_enter(place, first)
    _owner(addresses, "update passkey set removed_at = now() where id = :id", id=passkey)
    refusals(first, Answer(PARTY, device.get(question.options), question.asked))


def test_an_answer_enters_once(
    place: Workplace, relative: Person, owner: Actor, device: Authenticator, refusals: Refusals
) -> None:
    an_added_passkey(place, owner, device)
    first = a_first_step(place, relative)
    question = a_question_to_enter(place, first)
    assert finish(place, first, Answer(PARTY, device.get(question.options), question.asked)) is not None
    refusals(first, Answer(PARTY, device.get(question.options), question.asked))


def test_a_challenge_of_another_browser_is_refused(
    place: Workplace, relative: Person, owner: Actor, device: Authenticator, refusals: Refusals
) -> None:
    an_added_passkey(place, owner, device)
    first = a_first_step(place, relative)
    elsewhere = a_question_to_enter(place, a_first_step(place, relative))
    refusals(first, Answer(PARTY, device.get(elsewhere.options), elsewhere.asked))


def test_a_challenge_for_something_else_is_refused(
    place: Workplace, relative: Person, owner: Actor, device: Authenticator, refusals: Refusals
) -> None:
    an_added_passkey(place, owner, device)
    with place.open(owner, DbRole.ACCOUNT) as work:
        question = queries.to_prove(work, PARTY)
    first = a_first_step(place, relative)
    refusals(first, Answer(PARTY, device.get(question.options), question.asked))


def _key_of_another() -> object:
    stranger = Authenticator()
    stranger.create(json.dumps({"rp": {"id": "localhost"}, "user": {"id": "AAAA"}, "challenge": "AAAA"}))
    return stranger.held[0].key


def test_the_passkey_of_another_account_opens_nothing(
    place: Workplace, relative: Person, owner: Actor, device: Authenticator, clock: Clock
) -> None:
    other = a_relative_account(place)
    clock.advance(minutes=1)
    an_added_passkey(place, Actor(other.account_id, frozenset({Role.RELATIVE})), device)
    assert signed_in_with(place, relative, device) is None
    assert signed_in_with(place, other, device) is not None


def test_a_count_that_goes_backwards_is_refused_and_remembered(
    place: Workplace, relative: Person, owner: Actor, device: Authenticator, addresses: Addresses
) -> None:
    passkey = an_added_passkey(place, owner, device)
    assert signed_in_with(place, relative, device, count=9) is not None
    assert signed_in_with(place, relative, device, count=9) is None
    assert _events(addresses)[-2:] == ["accounts:passkey:copied", "accounts:sign-in:failed"]
    assert signed_in_with(place, relative, device, count=8) is None
    assert _owner(addresses, "select sign_count from passkey where id = :id", id=passkey) == [9]
    assert signed_in_with(place, relative, device, count=10) is not None


def test_a_passkey_of_several_devices_keeps_no_count(
    place: Workplace, relative: Person, owner: Actor
) -> None:
    device = Authenticator(counts=False)
    an_added_passkey(place, owner, device)
    assert signed_in_with(place, relative, device) is not None
    assert signed_in_with(place, relative, device) is not None


@pytest.mark.asvs("6.6.3")
def test_wrong_passkeys_are_slowed_down_like_wrong_digits(
    place: Workplace, relative: Person, owner: Actor, device: Authenticator
) -> None:
    an_added_passkey(place, owner, device)
    first = a_first_step(place, relative)
    for _ in range(5):
        assert finish(place, first, Answer(PARTY, "{}", "")) is None
    question = a_question_to_enter(place, first)
    with pytest.raises(TryLater):
        finish(place, first, Answer(PARTY, device.get(question.options), question.asked))


def test_everybody_is_asked_the_same(
    place: Workplace, relative: Person, owner: Actor, device: Authenticator
) -> None:
    an_added_passkey(place, owner, device)
    stranger = relative._replace(login=new_file_number())
    asked = [
        json.loads(a_question_to_enter(place, a_first_step(place, who)).options)
        for who in (relative, stranger)
    ]
    for each in asked:
        each.pop("challenge")
    assert asked[0] == asked[1]
    assert asked[0]["allowCredentials"] == []


def test_no_bytes_of_a_stranger_do_more_than_be_refused(
    place: Workplace, relative: Person, owner: Actor
) -> None:
    json_like = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON"]), inner, max_size=4
            )
        ),
        max_leaves=8,
    )

    @examples(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(said=st.text(max_size=60) | json_like.map(json.dumps))
    def answer(said: str) -> None:
        question = a_question_to_add(place, owner)
        with place.open(owner, DbRole.ACCOUNT) as work:
            assert service.add(work, "mine", Answer(PARTY, said, question.asked)) is None

    answer()
    assert _names(place, owner) == []


# Removing


@pytest.mark.asvs("6.5.6")
def test_a_passkey_is_removed_with_digits_and_other_sessions_end(
    place: Workplace,
    relative: Person,
    owner: Actor,
    device: Authenticator,
    clock: Clock,
    addresses: Addresses,
) -> None:
    passkey = an_added_passkey(place, owner, device)
    elsewhere, here = signed_in_with(place, relative, device), signed_in_with(place, relative, device)
    assert here is not None
    assert elsewhere is not None
    assert _remove(place, here, passkey, "000000") is None
    assert _names(place, owner) == ["My own phone"]
    assert _remove(place, here, passkey, code_at(relative.totp_secret, clock.moment))
    assert _names(place, owner) == []
    assert signed_in_with(place, relative, device) is None
    assert "accounts:passkey:removed" in _events(addresses)
    assert _owner(addresses, "select count(*) from account_session where ended_at is null") == [1]


@pytest.mark.parametrize("which", ["another", "itself"])
def test_only_another_passkey_removes_a_passkey(
    place: Workplace, relative: Person, owner: Actor, device: Authenticator, which: str
) -> None:
    passkey = an_added_passkey(place, owner, device)
    second = Authenticator()
    an_added_passkey(place, owner, second, "My key")
    begun = signed_in_with(place, relative, device)
    assert begun is not None
    with place.open(owner, DbRole.ACCOUNT) as work:
        question = queries.to_prove(work, PARTY)
    shown = (second if which == "another" else device).get(question.options)
    removed = _remove(place, begun, passkey, "", Answer(PARTY, shown, question.asked))
    assert (removed is not None) is (which == "another")
    assert ("My own phone" in _names(place, owner)) is (which == "itself")


def test_the_passkey_of_another_is_none_of_ones_own(
    place: Workplace, owner: Actor, device: Authenticator, clock: Clock
) -> None:
    passkey = an_added_passkey(place, owner, device)
    other = a_relative_account(place)
    begun = SignedIn("token", Actor(other.account_id, frozenset({Role.RELATIVE})))
    clock.advance(minutes=1)
    with pytest.raises(NotFound):
        _remove(place, begun, passkey, code_at(other.totp_secret, clock.moment))
    with pytest.raises(NotFound), place.open(begun.actor, DbRole.ACCOUNT) as work:
        queries.own_passkey(work, passkey)
    assert _names(place, owner) == ["My own phone"]


def test_guesses_at_a_removal_are_slowed_down(
    place: Workplace, relative: Person, owner: Actor, device: Authenticator
) -> None:
    passkey = an_added_passkey(place, owner, device)
    begun = signed_in_with(place, relative, device)
    assert begun is not None
    for _ in range(5):
        assert _remove(place, begun, passkey, "000000") is None
    with pytest.raises(TryLater):
        _remove(place, begun, passkey, "000000")


# What the database itself holds


@pytest.mark.parametrize(
    "change", ["state = 'deactivated'", "totp_secret = '\\x00'"], ids=["closed", "another phone by others"]
)
def test_passkeys_end_when_an_account_closes_or_others_replace_its_phone(
    place: Workplace, relative: Person, owner: Actor, device: Authenticator, addresses: Addresses, change: str
) -> None:
    an_added_passkey(place, owner, device)
    _owner(addresses, f"update account set {change} where id = :id", id=relative.account_id)
    assert _names(place, owner) == []


def test_ones_own_other_phone_leaves_passkeys_alone(
    place: Workplace, relative: Person, owner: Actor, device: Authenticator
) -> None:
    an_added_passkey(place, owner, device)
    with place.open(owner, DbRole.ACCOUNT) as work:
        work.session.execute(
            text(
                "select set_config('portal.presented', encode(login_index, 'hex'), true) from account where id = :id"
            ),
            {"id": relative.account_id},
        )
        work.session.execute(
            text("update account set totp_secret = '\\x00' where id = :id"), {"id": relative.account_id}
        )
    assert _names(place, owner) == ["My own phone"]


@pytest.mark.parametrize("what", ["count", "removed", "key", "challenges", "another's", "delete"])
def test_the_database_refuses_what_no_passkey_may_do(
    place: Workplace, owner: Actor, device: Authenticator, addresses: Addresses, what: str
) -> None:
    passkey = an_added_passkey(place, owner, device)
    _owner(addresses, "update passkey set sign_count = 7 where id = :id", id=passkey)
    acts = {
        "count": ("update passkey set sign_count = 6 where id = :id", "counts backwards"),
        "key": ("update passkey set public_key = '\\x00' where id = :id", "permission denied"),
        "challenges": ("delete from answered_challenge where :id is not null", "permission denied"),
        "delete": ("delete from passkey where id = :id", "permission denied"),
        "another's": (
            f"insert into passkey values (:id, '{uuid4()}', '\\x01', '\\x01', 0, '\\x01', now(), null, null)",
            "row-level security",
        ),
        "removed": ("update passkey set removed_at = null where id = :id returning 1", ""),
    }
    statement, words = acts[what]
    if what == "removed":
        _owner(addresses, "update passkey set removed_at = now() where id = :id", id=passkey)
        with place.open(owner, DbRole.ACCOUNT) as work:
            assert work.session.execute(text(statement), {"id": passkey}).all() == []
        return
    with pytest.raises(DBAPIError, match=words), place.open(owner, DbRole.ACCOUNT) as work:
        work.session.execute(text(statement), {"id": uuid4() if what == "another's" else passkey})


def test_a_bearer_of_the_login_alone_removes_and_adds_nothing(
    place: Workplace, relative: Person, owner: Actor, device: Authenticator, addresses: Addresses
) -> None:
    passkey = an_added_passkey(place, owner, device)
    index = _owner(
        addresses, "select encode(login_index, 'hex') from account where id = :id", id=relative.account_id
    )
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        place.open(Actor(None), DbRole.ACCOUNT) as work,
    ):
        work.session.execute(text("select set_config('portal.presented', :proof, true)"), {"proof": index[0]})
        work.session.execute(text("update passkey set removed_at = now() where id = :id"), {"id": passkey})
