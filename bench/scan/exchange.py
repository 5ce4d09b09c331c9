"""What is asked and what is answered over HTTP, and the way to the demo."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

HOST = "127.0.0.1"
AGENT = "Amana-scan"
TOKEN = "csrf_token"  # noqa: S105 - the name of a field, no secret
LONGEST_WAIT = 60

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NUMBER = re.compile(r"(?<=/)\d+(?=/|$)")
_HOP = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-length",
    "proxy-connection",
    "te",
    "upgrade",
}

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        """The address without its question."""
        return urlsplit(self.target).path

    @property
    def kind(self) -> str:
        """Method and path with ids and numbers left out: pages that one view makes are of one kind."""
        return f"{self.method} {kind_of(self.path)}"

    @property
    def fields(self) -> list[tuple[str, str]]:
        """All that was sent along by name, in the address and in the form."""
        asked = parse_qsl(urlsplit(self.target).query, keep_blank_values=True)
        return asked + parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    def with_headers(self, **said: str) -> Asked:
        """The same request with these headers instead of its own of the same names."""
        kept = [(name, value) for name, value in self.headers if name.lower() not in _lower(said)]
        return replace(self, headers=(*kept, *said.items()))


@dataclass(frozen=True, slots=True)
class Answer:
    """One response."""

    status: int
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)

    def told(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for known, value in self.headers if known.lower() == name.lower()]

    def leads_to(self, path: str) -> bool:
        """True when the browser is sent to this address."""
        return self.status == HTTPStatus.SEE_OTHER and self.told("Location") == [path]


Transport = Callable[[Asked], Answer]


def kind_of(path: str) -> str:
    """A path with ids and numbers left out."""
    return _NUMBER.sub("{n}", _ID.sub("{id}", path))


def over_http(port: int) -> Transport:
    """The way to a portal on this machine."""

    def send(asked: Asked) -> Answer:
        connection = http.client.HTTPConnection(HOST, port, timeout=LONGEST_WAIT)
        try:
            connection.putrequest(asked.method, asked.target, skip_host=True, skip_accept_encoding=True)
            for name, value in _on_the_way(asked):
                connection.putheader(name, value)
            connection.endheaders(asked.body)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        return Answer(response.status, without_hops(tuple(response.getheaders())), body)

    return send


def without_hops(headers: Headers) -> Headers:
    """The headers that belong to the message, not to one stretch of its way."""
    return tuple((name, value) for name, value in headers if name.lower() not in _HOP)


def _on_the_way(asked: Asked) -> Headers:
    kept = tuple(pair for pair in without_hops(asked.headers) if pair[0].lower() != "accept-encoding")
    length = (("Content-Length", str(len(asked.body))),) if asked.body or asked.method == "POST" else ()
    named = () if any(name.lower() == "host" for name, _ in kept) else (("Host", HOST),)
    return (*named, *kept, *length)


def _lower(said: dict[str, str]) -> set[str]:
    return {name.lower() for name in said}
