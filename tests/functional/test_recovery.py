"""A relative who lost password and phone comes back, through the pages; and no order of acts opens an account alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, text

from portal.accounts.recovery import service as recovery
from portal.accounts.recovery.vocab import Lost
from portal.casework.recovery import queries, service
from portal.casework.recovery.vocab import Said
from portal.kernel.actor import Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import PortalError
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.conftest import SetClock
from tests.support.desk import Desk
from tests.support.factories.accounts import Person, a_staff_account, code_at
from tests.support.factories.casework import a_colleague
from tests.support.factories.inquiries import SignedUp, a_signed_up_relative
from tests.support.factories.recovery import ENOUGH, NEW_PASSWORD, NOTES, a_desk, handed, signed, walked

SAID = {"lost": "both", "marks": ["code_word", "arrest", "filed"], "notes": NOTES}
WAIT = timedelta(hours=72)


@pytest.fixture
def owner(addresses: Addresses) -> Iterator[Connection]:
    engine = create_engine(addresses.owner, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.promise("P6")
@pytest.mark.promise("P20")
def test_a_relative_who_lost_both_comes_back(app: Flask, place: Workplace, clock: SetClock) -> None:
    relative = a_signed_up_relative(place)
    page = f"/casework/cases/{relative.inquiry_id}/recovery"
    people = [a_staff_account(place, role) for role in (Role.INTAKE, Role.APPROVER)]
    still_in = Desk(app, clock, relative.person)
    intake = Desk(app, clock, people[0])
    assert page in intake.visit(f"/casework/inquiries/{relative.inquiry_id}").text
    assert "jasmine" not in intake.visit(page).text
    assert "jasmine" in intake.send(f"{page}/conversation", 200).text
    wrong = intake.send(page, 422, **{**SAID, "marks": ["code_word"]})
    assert "This is not enough" in wrong.text
    assert NOTES in wrong.text
    intake.send(page, **SAID)
    assert '/sign"' not in intake.visit(page).text
    assert "Stop this" not in still_in.visit("/family/").text

    approver = Desk(app, clock, people[1])
    assert page in approver.visit("/casework/").text
    approver.visit(page)
    approver.send(_action(approver, "sign"), version=approver.hidden("version"))
    for url in ("/family/", "/account/"):
        assert "Stop this" in still_in.visit(url).text
    intake.visit(page)
    assert "/hand" not in intake.page

    clock.advance(hours=72)
    still_in, intake = Desk(app, clock, relative.person), Desk(app, clock, people[0])
    assert page in intake.visit("/casework/").text
    intake.visit(page)
    intake.send(_action(intake, "hand"), version=intake.hidden("version"))
    link = re.search(r"http://localhost(/account/way-back/[\w-]+)", intake.visit(f"{page}/link").text)
    assert link
    assert intake.visit(f"{page}/link", 303).location.endswith("/recovery")

    _walk(app, clock, relative, link.group(1))
    assert still_in.visit("/family/", 303).location.endswith("/account/sign-in")


def test_whoever_can_still_sign_in_stops_it(
    app: Flask, place: Workplace, clock: SetClock, owner: Connection
) -> None:
    desk = a_desk(place)
    signer = a_staff_account(place, Role.VERIFIER)
    signed(place, desk._replace(approver=Actor(signer.account_id, frozenset({Role.VERIFIER}))))
    own = Desk(app, clock, desk.relative.person)
    clock.advance(minutes=20)  # no factor is fresh any more; none is asked for
    own.visit("/family/")
    own.send(_action(own, "stop"))
    assert "It is stopped" in own.visit("/account/recovery/stopped").text
    assert "Stop this" not in own.visit("/family/").text
    verifier = Desk(app, clock, signer)
    page = f"/casework/cases/{desk.relative.inquiry_id}/recovery"
    assert page in verifier.visit("/casework/").text
    verifier.visit(page)
    verifier.send(_action(verifier, "stop-seen"), version=verifier.hidden("version"))
    assert page not in verifier.visit("/casework/").text
    assert list(owner.scalars(text("select state from recovery"))) == ["stopped"]


@pytest.mark.asvs("6.4.3")
def test_a_lost_phone_is_replaced_and_the_password_is_still_asked(
    app: Flask, place: Workplace, clock: SetClock
) -> None:
    desk = a_desk(place)
    recovery_id = signed(place, desk, Lost.PHONE)
    clock.advance(hours=72)
    link = f"/account/way-back/{handed(place, desk, recovery_id)}"
    bearer = _Bearer(app)
    bearer.visit(link, 303)
    assert "Show the key" in bearer.visit("/account/way-back").text
    bearer.send("/account/way-back/password", 404, password=NEW_PASSWORD, again=NEW_PASSWORD)
    bearer.send("/account/way-back/phone/begin")
    shown = bearer.visit("/account/way-back").text
    secret = re.search(r"secret=([A-Z2-7]+)", unescape(shown))
    assert secret
    bearer.send("/account/way-back/phone", code=code_at(secret.group(1), clock.moment))
    old = desk.relative.person
    wrong = Person(old.account_id, old.login, NEW_PASSWORD, secret.group(1))
    with pytest.raises(AssertionError, match="did not fit"):
        Desk(app, clock, wrong)
    Desk(app, clock, wrong._replace(password=old.password)).visit("/family/")


@pytest.mark.promise("P3")
def test_the_page_for_those_who_lost_something_is_the_same_for_everybody(
    app: Flask, place: Workplace
) -> None:
    visitor = app.test_client()
    english = {"Accept-Language": "en"}
    assert "/account/lost" in visitor.get("/account/sign-in", headers=english).text
    before = visitor.get("/account/lost", headers=english).text
    main = before.partition("<main")[2].partition("</main>")[0]
    assert "<input" not in main
    assert "<form" not in main
    assert "+00 000 111 222" in main
    signed(place, a_desk(place))
    assert _plain(visitor.get("/account/lost", headers=english).text) == _plain(before)


@pytest.mark.promise("P3")
def test_every_link_that_leads_nowhere_answers_alike(app: Flask, place: Workplace) -> None:
    signed(place, a_desk(place))
    answers = set()
    for token in ("x" * 43, "y" * 43, "short"):
        visitor = app.test_client()
        assert visitor.get(f"/account/way-back/{token}").status_code == 303
        answer = visitor.get("/account/way-back")
        assert answer.status_code == 404
        answers.add(_plain(answer.text))
    assert len(answers) == 1


Act = Callable[["Story", Actor], None]


class Story:
    """One account, and people who do things with it in any order."""

    def __init__(self, place: Workplace, clock: SetClock, owner: Connection, people: list[Actor]) -> None:
        self.place, self.clock, self.owner, self.people = place, clock, owner, people
        self.relative = a_signed_up_relative(place)
        self.tokens: list[str] = []
        self.before = self.factors()

    def factors(self) -> object:
        """Password and phone of the account, as they are stored."""
        wanted = text("select password_hash, totp_secret from account where id = :id")
        return tuple(self.owner.execute(wanted, {"id": self.relative.actor.id}).one())

    def newest(self, actor: Actor) -> tuple[UUID, int]:
        """The latest recovery as this person reads it."""
        with self.place.open(actor, DbRole.CASEWORK) as work:
            found = queries.file(work, self.relative.inquiry_id).recoveries
        return (found[0].id, found[0].version) if found else (self.relative.inquiry_id, 1)

    def ask(self, actor: Actor) -> None:
        with self.place.open(actor, DbRole.CASEWORK) as work:
            service.ask(work, self.relative.inquiry_id, Said(Lost.PASSWORD, ENOUGH, NOTES))

    def sign(self, actor: Actor) -> None:
        recovery_id, version = self.newest(actor)
        with self.place.open(actor, DbRole.CASEWORK) as work:
            service.sign(work, recovery_id, version, WAIT)

    def decline(self, actor: Actor) -> None:
        recovery_id, version = self.newest(actor)
        with self.place.open(actor, DbRole.CASEWORK) as work:
            recovery.decline(work, recovery_id, version)

    def hand(self, actor: Actor) -> None:
        recovery_id, version = self.newest(actor)
        with self.place.open(actor, DbRole.CASEWORK) as work:
            self.tokens.append(service.hand(work, recovery_id, version))

    def use(self, _actor: Actor) -> None:
        walked(self.place, self.tokens[-1] if self.tokens else "nothing", Lost.PASSWORD)

    def stop(self, actor: Actor) -> None:
        recovery_id, _version = self.newest(actor)
        with self.place.open(self.relative.actor, DbRole.ACCOUNT) as work:
            recovery.stop_own(work, recovery_id)

    def wait_a_day(self, _actor: Actor) -> None:
        self.clock.advance(hours=25)

    def wait_three_days(self, _actor: Actor) -> None:
        self.clock.advance(hours=72)

    def happen(self, acts: list[tuple[int, str]]) -> None:
        """Do all of it; what is refused is refused."""
        for who, act in acts:
            with suppress(PortalError):
                getattr(self, act)(self.people[who % len(self.people)])


ACTS = st.sampled_from(["ask", "sign", "decline", "hand", "use", "stop", "wait_a_day", "wait_three_days"])
# Begun in the order that would open the account if everybody did their part, then in any order.
ORDER = ["ask", "sign", "wait_three_days", "hand", "use"]
anything = st.lists(st.tuples(st.integers(0, 2), ACTS), max_size=8)
in_order = st.lists(st.integers(0, 2), min_size=5, max_size=5).map(
    lambda who: list(zip(who, ORDER, strict=True))
)
stories = st.builds(lambda first, second: [*first, *second], in_order | anything, anything)
patient = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def people(place: Workplace) -> list[Actor]:
    """Three people who each hold every right a colleague at the desk may hold together."""
    return [a_colleague(place, Role.INTAKE, Role.LIAISON, Role.VERIFIER) for _ in range(3)]


@pytest.mark.promise("P6")
@patient
@given(acts=anything)
def test_one_person_alone_never_opens_an_account(
    place: Workplace, clock: SetClock, owner: Connection, people: list[Actor], acts: list[tuple[int, str]]
) -> None:
    story = Story(place, clock, owner, people[:1])
    story.happen([(0, act) for act in ORDER])
    story.happen(acts)
    assert story.factors() == story.before


@pytest.mark.promise("P6")
@patient
@given(acts=stories)
def test_no_order_of_acts_opens_an_account_without_two_people_and_time(
    place: Workplace, clock: SetClock, owner: Connection, people: list[Actor], acts: list[tuple[int, str]]
) -> None:
    story = Story(place, clock, owner, people)
    story.happen(acts)
    done = owner.execute(
        text(
            "select proposed_by, signed_by, handed_by, signed_at, handed_at from recovery"
            " where account_id = :id and state = 'done'"
        ),
        {"id": story.relative.actor.id},
    ).all()
    assert (story.factors() != story.before) == bool(done)
    for row in done:
        assert row.signed_by is not None
        assert row.signed_by not in {row.proposed_by, row.handed_by}
        assert row.handed_at - row.signed_at >= WAIT


def test_two_people_in_order_do_open_it(
    place: Workplace, clock: SetClock, owner: Connection, people: list[Actor]
) -> None:
    story = Story(place, clock, owner, people)
    story.happen(list(zip([0, 1, 0, 0, 0], ORDER, strict=True)))
    assert story.factors() != story.before


def _walk(app: Flask, clock: SetClock, relative: SignedUp, link: str) -> None:
    """What the relative does with the link: a password, a phone, and then the usual way in."""
    bearer = _Bearer(app)
    bearer.visit(link, 303)
    bearer.visit("/account/way-back")
    bearer.send("/account/way-back/password", 422, password="short", again="short")
    bearer.send("/account/way-back/password", password=NEW_PASSWORD, again=NEW_PASSWORD)
    shown = bearer.visit("/account/way-back").text
    secret = re.search(r"secret=([A-Z2-7]+)", unescape(shown))
    assert secret
    bearer.send("/account/way-back/phone", 422, code="123")
    bearer.send("/account/way-back/phone", code=code_at(secret.group(1), clock.moment))
    assert "You can sign in again" in bearer.visit("/account/way-back/done").text
    assert bearer.visit("/family/", 303).location.endswith("/account/sign-in")
    bearer.visit(link, 303)
    bearer.visit("/account/way-back", 404)
    old = relative.person
    back = Desk(app, clock, Person(old.account_id, old.login, NEW_PASSWORD, secret.group(1)))
    assert old.login in back.visit("/family/").text


class _Bearer(Desk):
    """A browser in which nobody is signed in."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()
        self.page = ""


def _action(desk: Desk, act: str) -> str:
    found = re.search(rf'action="([^"]+/{act})"', desk.page)
    assert found, f"{act} is not offered"
    return found.group(1)


def _plain(page: str) -> str:
    return re.sub(r'value="[^"]+"', "", page)
