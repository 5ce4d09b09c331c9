"""The single adapter to SMTP."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Protocol

from portal.config import Mail

TIMEOUT = 20


class NotDelivered(Exception):
    """The server did not take the message; it may be tried again later."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to leave."""

    to: str
    sender_name: str
    subject: str
    body: str


class Mailer(Protocol):
    """Somebody who takes a letter to its receiver."""

    def send(self, letter: Letter) -> None:
        """Send it, or raise NotDelivered."""


class SmtpMailer:
    """Sends by the SMTP server of the settings."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail

    def send(self, letter: Letter) -> None:
        """Hand the letter to the server; nothing in its headers says more than the body."""
        message = self._message(letter)
        try:
            with smtplib.SMTP(self._mail.host, self._mail.port, timeout=TIMEOUT) as server:
                if self._mail.starttls:
                    server.starttls(context=ssl.create_default_context())
                if self._mail.user and self._mail.password:
                    server.login(self._mail.user, self._mail.password)
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered(type(error).__name__) from error

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = Address(letter.sender_name, addr_spec=self._mail.sender)
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Message-ID"] = make_msgid(domain=self._mail.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.body)
        return message
