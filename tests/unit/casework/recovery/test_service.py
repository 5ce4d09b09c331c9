"""The desk's side: whose file it is, what reading the word leaves behind, and how the relative is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Connection, create_engine, text

from portal.accounts.recovery.vocab import Lost
from portal.casework.recovery import queries, service
from portal.casework.recovery.vocab import Said
from portal.inquiries import glass
from portal.inquiries import service as inquiries
from portal.inquiries.vocab import Channel, Purpose
from portal.kernel.actor import WORKER, Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.notifications import service as notifications
from portal.notifications.mailer import Letter
from portal.notifications.vocab import Rhythm
from tests.conftest import SetClock
from tests.support.factories.casework import a_colleague, a_team
from tests.support.factories.recovery import ENOUGH, NOTES, WAIT, Desk, a_desk, asked, handed, signed

CALM = Rhythm()  # Mondays and Wednesdays


class Postbox:
    """Keeps letters."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)


@pytest.fixture
def desk(place: Workplace) -> Desk:
    return a_desk(place)


@pytest.fixture
def owner(addresses: Addresses) -> Iterator[Connection]:
    engine = create_engine(addresses.owner, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.promise("P15")
def test_opening_the_word_is_a_reading_of_the_contact(
    place: Workplace, desk: Desk, owner: Connection
) -> None:
    with place.open(desk.intake, DbRole.CASEWORK) as work:
        opened = service.open_conversation(work, desk.relative.inquiry_id)
    assert opened.code_word == "jasmine"
    assert "jasmine" not in repr(opened)
    assert _count(owner, "select count(*) from audit_entry where event = 'inquiries:contact:read'") == 1


def test_a_liaison_asks_in_their_own_files_only(place: Workplace, desk: Desk, owner: Connection) -> None:
    team = a_team(place, desk.relative.inquiry_id)
    said = Said(Lost.PHONE, ENOUGH, NOTES)
    other = a_colleague(place, Role.LIAISON, Role.VERIFIER)
    for actor in (other, team.verifier, team.analyst, desk.approver):
        for act in (
            lambda work: service.open_conversation(work, desk.relative.inquiry_id),
            lambda work: service.ask(work, desk.relative.inquiry_id, said),
        ):
            with pytest.raises((NotAllowed, NotFound)), place.open(actor, DbRole.CASEWORK) as work:
                act(work)
    assert _count(owner, "select count(*) from audit_entry where event = 'inquiries:contact:read'") == 0
    with place.open(team.liaison, DbRole.CASEWORK) as work:
        service.ask(work, desk.relative.inquiry_id, said)
    assert _count(owner, "select count(*) from recovery") == 1


@pytest.mark.promise("P10")
def test_the_relative_is_told_on_signing_in_the_usual_words_at_their_own_hours(
    place: Workplace, clock: SetClock, desk: Desk, owner: Connection
) -> None:
    clock.moment = clock.moment.replace(day=3, hour=3)  # a Tuesday night, and no day of the calm rhythm
    recovery_id = asked(place, desk)
    assert _jobs(owner) == []
    with place.open(desk.approver, DbRole.CASEWORK) as work:
        service.sign(work, recovery_id, 1, WAIT)
    assert len(_jobs(owner)) == 1
    box = Postbox()
    envelope = owner.scalar(text("select id from envelope"))
    with place.open(WORKER, DbRole.WORKER) as work:
        notifications.deliver(work, box, "Office", envelope, CALM)
    assert box.letters == []
    later = _jobs(owner)[-1]
    assert later.day == clock.moment.day
    clock.moment = later
    with place.open(WORKER, DbRole.WORKER) as work:
        notifications.deliver(work, box, "Office", envelope, CALM)
    (letter,) = box.letters
    assert (letter.to, letter.sender_name) == ("rima@mail.example", "Library")
    assert "password" not in letter.body
    assert letter.body.startswith("There is a message for you")


@pytest.mark.promise("P10")
@pytest.mark.parametrize("why", ["no e-mail", "paused", "no consent"])
def test_whoever_is_not_to_be_written_to_is_not(place: Workplace, owner: Connection, why: str) -> None:
    changes = {"channel": Channel.NONE, "address": None} if why == "no e-mail" else {}
    desk = a_desk(place, **changes)
    if why != "no e-mail":
        with place.open(desk.relative.actor, DbRole.FAMILY) as work:
            if why == "paused":
                inquiries.pause(work)
            else:
                inquiries.withdraw_consent(work, Purpose.CONTACT)
    signed(place, desk)
    assert _count(owner, "select count(*) from envelope") == 0
    assert _jobs(owner) == []


def test_a_refused_one_tells_nobody(place: Workplace, desk: Desk, owner: Connection) -> None:
    recovery_id = asked(place, desk)
    with place.open(desk.approver, DbRole.CASEWORK) as work:
        service.recovery.decline(work, recovery_id, 1)
    assert _jobs(owner) == []


@pytest.mark.promise("P6")
def test_the_page_offers_each_person_their_own_part(place: Workplace, clock: SetClock, desk: Desk) -> None:
    recovery_id = asked(place, desk)
    assert _may(place, desk, desk.intake) == (False, True, False, False)
    assert _may(place, desk, desk.approver) == (True, True, False, False)
    with place.open(desk.approver, DbRole.CASEWORK) as work:
        service.sign(work, recovery_id, 1, WAIT)
    assert _may(place, desk, desk.intake) == (False, False, False, False)
    clock.advance(hours=72)
    assert _may(place, desk, desk.intake) == (False, False, True, False)
    assert _may(place, desk, desk.approver) == (False, False, False, False)
    also = Actor(desk.approver.id, frozenset({Role.VERIFIER, Role.LIAISON}))
    assert _may(place, desk, also) == (False, False, False, False)
    handed(place, desk, recovery_id)
    assert _may(place, desk, desk.intake) == (False, False, False, False)


def test_links_wait_for_intake_and_for_the_liaison_of_the_file(
    place: Workplace, clock: SetClock, desk: Desk
) -> None:
    team = a_team(place, desk.relative.inquiry_id)
    stranger = a_colleague(place, Role.LIAISON, Role.VERIFIER)
    with place.open(desk.intake, DbRole.CASEWORK) as work:
        glass.break_glass(work, desk.relative.inquiry_id, "the relative is on the telephone")
    signed(place, desk)
    assert _to_hand(place, desk.intake) == 0
    clock.advance(hours=72)
    assert [_to_hand(place, actor) for actor in (desk.intake, team.liaison, stranger)] == [1, 1, 0]


def _to_hand(place: Workplace, actor: Actor) -> int:
    with place.open(actor, DbRole.CASEWORK) as work:
        return len(queries.to_hand(work))


def _may(place: Workplace, desk: Desk, actor: Actor) -> tuple[bool, bool, bool, bool]:
    with place.open(actor, DbRole.CASEWORK) as work:
        (may,) = queries.file(work, desk.relative.inquiry_id).may.values()
    return may.sign, may.decline, may.hand, may.see_stop


def _count(owner: Connection, statement: str) -> int:
    return owner.scalar(text(statement)) or 0


def _jobs(owner: Connection) -> list[datetime]:
    wanted = (
        "select scheduled_at from procrastinate_jobs where task_name = 'notifications:deliver' order by id"
    )
    return list(owner.scalars(text(wanted)))
