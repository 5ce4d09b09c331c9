"""The door the scanners come through: it lends them a session, keeps a few addresses shut, and notes what breaks."""

from __future__ import annotations

import json
import re
import secrets
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

from bench.scan.exchange import AGENT, HOST, TOKEN, Answer, Asked
from bench.scan.sense import refilled, sensible
from bench.scan.visitor import SIGN_IN, Visitor

LURE = "/lure/"  # an address of ours that the portal is tempted to fetch
# What would end the session or change what the scan signs in with. All else may be pressed. A form with a made-up
# token passes here too: it is the portal's part to refuse it.
SHUT = (
    re.compile(r"POST /account/(sign-out|prove|password|phone|phone/begin|setup-password|setup-factor)"),
    re.compile(r"POST /account/sessions/.*"),
    re.compile(r"POST /admin/accounts/[^/]*/(deactivate|link)"),
    re.compile(r"POST /family/inquiry/erase"),
    re.compile(r"POST /family/inquiry/own/consents/.*"),
)
TAKEN_SERIOUSLY = {
    HTTPStatus.CONFLICT,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}  # the form was read, and did not hold
LEAVE = "/account/leave"
TRIES = 4  # the portal slows a login down after five


@dataclass(slots=True)
class Door:
    """What one walk of the scanners has met."""

    visitor: Visitor
    each: int
    within: tuple[str, ...] = ("/",)
    file_number: str = ""
    answers: dict[str, Counter[int]] = field(default_factory=dict)  # by kind
    first: dict[tuple[str, frozenset[str]], Asked] = field(default_factory=dict)
    broken: list[tuple[Asked, int]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    shut: Counter[str] = field(default_factory=Counter)
    _addresses: dict[str, set[str]] = field(default_factory=dict)
    _logins: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: Asked) -> Answer:
        """Pass it on, unless it may not or need not be asked."""
        if asked.path.startswith(LURE):
            return self._lured(asked)
        if self._is_elsewhere(asked):
            return _nothing()
        if self._is_shut(asked):
            self.shut[asked.kind] += 1
            return _nothing()
        if self._is_one_too_many(asked):
            return _nothing()
        asked = self._of_somebody_else(sensible(asked, self.file_number))
        answer = self.visitor.ask(asked)
        self._note(asked, answer)
        return answer

    def fill_in(self, path: str, typed: Mapping[str, str]) -> bool:
        """Answer a question as somebody would; true when the portal went on to the next."""
        form = urlencode({TOKEN: self.visitor.token_on(path), **typed}).encode()
        kind = (("Content-Type", "application/x-www-form-urlencoded"),)
        return self.answer(Asked("POST", path, kind, form)).status == HTTPStatus.SEE_OTHER

    @property
    def reached(self) -> list[str]:
        """The kinds of addresses that gave something."""
        return sorted(kind for kind, counts in self.answers.items() if min(counts) < HTTPStatus.BAD_REQUEST)

    def targets(self) -> list[Asked]:
        """One request for each form, and for each address that takes questions, which the portal took seriously."""
        return [asked for (_kind, names), asked in sorted(self.first.items(), key=_place) if names - {TOKEN}]

    def _is_elsewhere(self, asked: Asked) -> bool:
        """Pages that look alike to everybody are scanned once, signed out; a form that stands on a page is sent."""
        return asked.method != "POST" and not asked.path.startswith(self.within)

    def _is_shut(self, asked: Asked) -> bool:
        named = f"{asked.method} {asked.path}"
        if asked.path == LEAVE:
            return asked.method == "POST"  # it works without a token, on purpose
        return any(shut.fullmatch(named) for shut in SHUT) and self.visitor.has_issued(asked)

    def _is_one_too_many(self, asked: Asked) -> bool:
        """A hundred files look alike: a few addresses of each kind are enough."""
        if "{" not in asked.kind:
            return False
        with self._lock:
            seen = self._addresses.setdefault(asked.kind, set())
            if len(seen) < self.each:
                seen.add(asked.path)
            return asked.path not in seen

    def _of_somebody_else(self, asked: Asked) -> Asked:
        """A guess at a login that was tried often is made at another, else only the throttle would be scanned."""
        if (asked.method, asked.path) != ("POST", SIGN_IN):
            return asked
        login = dict(asked.fields).get("login", "")
        with self._lock:
            self._logins[login] += 1
            if self._logins[login] <= TRIES:
                return asked
        other = f"{secrets.token_hex(6)}@office.example"
        return refilled(asked, lambda name, value: other if name == "login" else value)

    def _note(self, asked: Asked, answer: Answer) -> None:
        with self._lock:
            self.answers.setdefault(asked.kind, Counter())[answer.status] += 1
            if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                self.broken.append((asked, answer.status))
            if answer.status < HTTPStatus.BAD_REQUEST or answer.status in TAKEN_SERIOUSLY:
                names = frozenset(name for name, _ in asked.fields)
                self.first.setdefault((asked.kind, names), asked)

    def _lured(self, asked: Asked) -> Answer:
        """Whoever fetches this was told to by a scanner; if it is not the scanner itself, it was the portal."""
        if AGENT not in dict(asked.headers).get("User-Agent", ""):
            self.fetched.append(asked.path)
        return Answer(200, (("Content-Type", "application/json"),), json.dumps({}).encode())


@contextmanager
def opened(door: Door) -> Iterator[int]:
    """Hold the door open on a free port."""
    server = _Server((HOST, 0), _handler(door))
    server.door = door
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    """A scanner that hangs up is its own affair; whatever else goes wrong makes the scan less than whole."""

    daemon_threads = True
    door: Door

    def handle_error(self, _request: object, _address: object) -> None:
        """Note it once, and go on."""
        wrong = sys.exception()
        line = f"the door: {type(wrong).__name__}: {wrong}"
        if not isinstance(wrong, ConnectionError) and line not in self.door.trouble:
            self.door.trouble.append(line)


def _handler(door: Door) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Turns bytes into a question, and an answer into bytes."""

        protocol_version = "HTTP/1.1"

        def __getattr__(self, name: str) -> Callable[[], None]:
            """Whatever the method is called, the portal answers it."""
            if name.startswith("do_"):
                return self.pass_on
            raise AttributeError(name)

        def pass_on(self) -> None:
            """Ask the door, and send what it says."""
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(self.command, self.path, tuple(self.headers.items()), self.rfile.read(length))
            answer = door.answer(asked)
            self.send_response_only(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        def log_message(self, *_said: object) -> None:
            """The door keeps its own notes."""

    return Handler


def _nothing() -> Answer:
    return Answer(404, (("Content-Type", "text/plain; charset=utf-8"),), b"not scanned\n")


def _place(item: tuple[tuple[str, frozenset[str]], Asked]) -> tuple[str, list[str]]:
    return item[0][0], sorted(item[0][1])
