"""A scanner fills every field with the same few words; these are replaced by ones that the portal takes seriously."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote_plus, unquote_plus

from bench.scan.exchange import Asked

# What wapiti writes into a field whose content it need not attack.
FILLINGS = frozenset({"default", "Hi there!", "2023-03-03"})
SENTENCE = "A whole sentence that somebody wrote for the scan."
_SOON = datetime.now(UTC).date() + timedelta(days=300)
_BY_NAME = {
    "birth_year": "1980",
    "died_on": "2014-05-04",
    "display_name": "Nobody Scanned",
    "first": _SOON.isoformat(),
    "issued_on": "2014-05-04",
    "last": (_SOON + timedelta(days=3)).isoformat(),
    "login": "nobody.scanned@office.example",
}
# Fields that want the number of a file, which somebody would copy from a paper.
_FILE_NUMBERS = {("/casework/cases/conflicts", "number")}


def sensible(asked: Asked, file_number: str) -> Asked:
    """The same form, filled in as somebody would; what a scanner attacks stays as it is, byte by byte."""
    if asked.method != "POST":
        return asked

    def better(name: str, value: str) -> str:
        if value not in FILLINGS:
            return value
        if (asked.path, name) in _FILE_NUMBERS:
            return file_number
        return _BY_NAME.get(name, SENTENCE if value == "Hi there!" else value)

    return refilled(asked, better)


def refilled(asked: Asked, change: Callable[[str, str], str]) -> Asked:
    """A form with some of its values changed; the others are not even decoded and encoded again."""
    return replace(asked, body=b"&".join(_changed(pair, change) for pair in asked.body.split(b"&")))


def _changed(pair: bytes, change: Callable[[str, str], str]) -> bytes:
    name, equals, value = pair.partition(b"=")
    old = unquote_plus(value.decode("latin-1"))
    new = change(unquote_plus(name.decode("latin-1")), old)
    return pair if new == old else name + equals + quote_plus(new).encode()
