"""Somebody of the staff at a browser, signed in: visits pages and sends their forms."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Protocol

from flask import Flask
from werkzeug.test import TestResponse

from tests.support.factories.accounts import Person, code_at


class Clock(Protocol):
    """The clock of a test."""

    moment: datetime

    def advance(self, **amount: float) -> None:
        """Move it."""


class Desk:
    """One signed-in colleague; each sees their own pages only."""

    def __init__(self, app: Flask, clock: Clock, person: Person) -> None:
        self._client = app.test_client()
        self.page = ""
        clock.advance(minutes=1)  # a code is good once
        self.visit("/account/sign-in")
        self.send("/account/sign-in", login=person.login, password=person.password)
        self.visit("/account/second-step")
        self.send("/account/second-step", code=code_at(person.totp_secret, clock.moment))

    def visit(self, url: str, status: int = 200) -> TestResponse:
        """Open a page."""
        return self._seen(self._client.get(url, headers={"Accept-Language": "en"}), status)

    def send(self, url: str, status: int = 303, **fields: object) -> TestResponse:
        """Send a form of the page that is open."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page)
        data = {"csrf_token": token.group(1) if token else "", **fields}
        return self._seen(self._client.post(url, data=data, headers={"Accept-Language": "en"}), status)

    def hidden(self, name: str) -> str:
        """The value of a hidden line of the page that is open."""
        found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', self.page)
        assert found, f"{name} is not on the page"
        return found.group(1)

    def _seen(self, answer: TestResponse, status: int) -> TestResponse:
        assert answer.status_code == status, answer.text
        if status != 303 and answer.mimetype == "text/html":
            self.page = answer.text
        return answer
