"""The mail server has to prove who it is, and one process serves many at once without mixing them up."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import text

from portal.config import Mail
from portal.kernel.actor import WORKER
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.notifications import service
from portal.notifications.mailer import SmtpMailer
from portal.notifications.vocab import Envelope, EnvelopeState, Rhythm
from tests.support.actors import an_actor

CALM = Rhythm(immediate=True)


class Kept(Message):
    """What reached the server."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[object] = []

    def handle_message(self, message: object) -> None:
        """Keep it."""
        self.letters.append(message)


def _own_certificate(folder: Path) -> ssl.SSLContext:
    """A certificate that nobody but the server itself has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context


@pytest.fixture
def impostor(tmp_path: Path) -> Iterator[tuple[Kept, int]]:
    kept = Kept()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(kept, hostname="127.0.0.1", port=port, tls_context=_own_certificate(tmp_path))
    server.start()
    yield kept, port
    server.stop()


@pytest.mark.asvs("12.3.2")
def test_a_mail_server_that_cannot_prove_itself_gets_no_letter(
    place: Workplace, impostor: tuple[Kept, int]
) -> None:
    kept, port = impostor
    with place.open(an_actor(Role.LIAISON), DbRole.CASEWORK) as work:
        letter = service.queue(work, Envelope(uuid4(), "rima@mail.example", "en"), CALM)
    for asked, arrived in ((True, 0), (False, 1)):  # without the question it would have got it
        mailer = SmtpMailer(Mail("127.0.0.1", port, "office@office.example", None, None, asked))
        with place.open(WORKER, DbRole.WORKER) as work:
            service.deliver(work, mailer, "Office", letter, CALM)
        with place.open(WORKER, DbRole.WORKER) as work:
            state = work.session.scalar(text("select state from envelope"))
        assert (state == EnvelopeState.SENT, len(kept.letters)) == (bool(arrived), arrived)


@pytest.mark.asvs("15.4.1")
def test_many_at_once_are_each_themselves(place: Workplace) -> None:
    people = [an_actor(Role.ANALYST) for _ in range(40)]

    def whose(turn: int) -> bool:
        actor = people[turn % len(people)]
        with place.open(actor, DbRole.CASEWORK) as work:
            told = work.session.scalar(text("select portal_actor()"))
        return told == actor.id

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(whose, range(400)))
