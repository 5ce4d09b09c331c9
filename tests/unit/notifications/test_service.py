"""The outbox: one message for every event, by a real SMTP server, checked by anybody, sent once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from uuid import UUID, uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from sqlalchemy import text

from portal.config import Mail
from portal.kernel.actor import ANONYMOUS, WORKER, Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import NotAllowed
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.notifications import queries, service, words
from portal.notifications.mailer import SmtpMailer
from portal.notifications.vocab import Envelope, EnvelopeState, Rhythm
from tests.support.actors import an_actor

CALM = Rhythm(immediate=True)


class Mailbox(Message):
    """Keeps what a real SMTP server received."""

    def __init__(self) -> None:
        super().__init__()
        self.raw: list[bytes] = []

    def prepare_message(self, session, envelope):  # type: ignore[no-untyped-def]
        self.raw.append(envelope.content)
        return super().prepare_message(session, envelope)

    def handle_message(self, message) -> None:  # type: ignore[no-untyped-def]
        """Nothing more to do."""


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, SmtpMailer]]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, SmtpMailer(Mail("127.0.0.1", port, "office@office.example", None, None, False))
    controller.stop()


def _queued(place: Workplace, language: str = "en", sender: str | None = None) -> UUID:
    with place.open(an_actor(Role.LIAISON), DbRole.CASEWORK) as work:
        envelope = Envelope(uuid4(), "rima@mail.example", language, sender_name=sender)
        return service.queue(work, envelope, CALM)


def _deliver(place: Workplace, mailer: SmtpMailer, envelope_id: UUID, actor: Actor = WORKER) -> None:
    with place.open(actor, DbRole.WORKER) as work:
        service.deliver(work, mailer, "Office", envelope_id, CALM)


@pytest.mark.asvs("6.3.6")
@pytest.mark.asvs("6.6.1")
@pytest.mark.promise("P10")
@pytest.mark.parametrize("language", ["ar", "en", "de", "xx"])
def test_every_event_sends_the_same_words(
    place: Workplace, mailbox: tuple[Mailbox, SmtpMailer], language: str
) -> None:
    box, mailer = mailbox
    for _ in range(2):
        _deliver(place, mailer, _queued(place, language))
    first, second = (message_from_bytes(raw, policy=default) for raw in box.raw)
    spoken = language if language in words.MESSAGE else "ar"
    bodies = [message.get_content().replace("\r\n", "\n") for message in (first, second)]
    assert all(body.startswith(words.MESSAGE[spoken]) for body in bodies)
    assert bodies[0].splitlines()[0] == bodies[1].splitlines()[0]
    assert first["Subject"] == second["Subject"] == words.SUBJECT[spoken]
    assert "http" not in bodies[0]


@pytest.mark.promise("P22")
def test_anybody_can_check_that_a_message_is_ours(
    place: Workplace, mailbox: tuple[Mailbox, SmtpMailer]
) -> None:
    box, mailer = mailbox
    _deliver(place, mailer, _queued(place))
    body = message_from_bytes(box.raw[0], policy=default).get_content()
    code = body.rsplit(": ", 1)[1].strip()
    with place.open(ANONYMOUS, DbRole.PUBLIC) as work:
        assert queries.is_ours(work, code)
        assert queries.is_ours(work, f" {code[:4]}-{code[4:8].lower()} {code[8:]}")
        assert not queries.is_ours(work, "0000 0000 0000")
        assert not queries.is_ours(work, "")
    assert "never ask for money" in body


def test_the_agreed_sender_name_stands_in_the_letter(
    place: Workplace, mailbox: tuple[Mailbox, SmtpMailer]
) -> None:
    box, mailer = mailbox
    _deliver(place, mailer, _queued(place, sender="Library"))
    assert message_from_bytes(box.raw[0], policy=default)["From"].startswith("Library")


def test_what_was_sent_is_never_sent_again(place: Workplace, mailbox: tuple[Mailbox, SmtpMailer]) -> None:
    box, mailer = mailbox
    envelope_id = _queued(place)
    for _ in range(3):
        _deliver(place, mailer, envelope_id)
    assert len(box.raw) == 1


def test_a_message_queued_in_a_transaction_that_fails_is_gone(place: Workplace) -> None:
    with pytest.raises(RuntimeError), place.open(an_actor(Role.LIAISON), DbRole.CASEWORK) as work:
        service.queue(work, Envelope(uuid4(), "rima@mail.example", "en"), CALM)
        raise RuntimeError
    with place.open(WORKER, DbRole.WORKER) as work:
        assert work.session.scalar(text("select count(*) from envelope")) == 0
        assert work.session.scalar(text("select count(*) from procrastinate_jobs")) == 0


@pytest.mark.asvs("16.5.2")
def test_a_server_that_is_away_is_tried_again_and_given_up_at_last(place: Workplace) -> None:
    away = SmtpMailer(Mail("127.0.0.1", 9, "office@office.example", None, None, False))
    envelope_id = _queued(place)
    for _ in range(service.MOST_ATTEMPTS):
        _deliver(place, away, envelope_id)
    with place.open(WORKER, DbRole.WORKER) as work:
        state = work.session.scalar(text("select state from envelope"))
    assert state == EnvelopeState.FAILED


@pytest.mark.asvs("8.3.1")
def test_only_the_worker_delivers(place: Workplace, mailbox: tuple[Mailbox, SmtpMailer]) -> None:
    box, mailer = mailbox
    envelope_id = _queued(place)
    with pytest.raises(NotAllowed):
        _deliver(place, mailer, envelope_id, an_actor(Role.LIAISON))
    assert box.raw == []


@pytest.mark.asvs("14.2.4")
def test_addresses_are_not_readable_in_the_database(place: Workplace) -> None:
    _queued(place)
    with place.open(WORKER, DbRole.WORKER) as work:
        sealed = work.session.scalar(text("select address from envelope"))
    assert b"rima" not in bytes(sealed)
