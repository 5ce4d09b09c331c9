"""Passwords: argon2id, a gate that bounds how much is hashed at once, and which passwords are refused."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from portal.accounts.vocab import Refusal, western_digits
from portal.kernel.errors import TooMany

SHORTEST = 12
LONGEST = 128
AT_ONCE = 4  # hashes at a time in one process, 64 MiB each; one of them is kept for people we know
QUEUE = 4  # how many may wait in a lane; whoever comes after is told to come later, and keeps no thread busy
PATIENCE = 5.0  # seconds in the queue before the gate says "later"

# Verified when there is no account: random parts, so that nothing fits it, at exactly today's cost.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$bQzOVCV1XxGQ5rT9oVEnbA$c2dXrb0uL0yYhW7p3mQJk0z4FfVtqIhO1eRwNnU8xaE"

# What people type when a form insists: compared without digits, blanks and signs.
_WORDS = """
abcdef abcdefgh abcdefghijkl administrator admin allah alhamdulillah amana assad bismillah damascus freedom
guest habibi halab hello homs hurriya iloveyou inshallah letmein login mohammad mohammed muhammad passphrase
password passwort secret sham summer syria syrie syrien test testing user welcome winter azerty azertyuiop
qwerty qwertyuiop qwertz qwertzuiop asdf asdfgh asdfghjkl zxcvbnm
الله الحمدلله اللهاكبر بسمالله بسماللهالرحمنالرحيم حبيبي حرية حلب حمص دمشق سوريا سورية كلمةالسر كلمةالمرور
محمد ماشاءالله امانة أمانة الشام ضصثقفغعهخحج شسيبلاتنمك
"""
# Beside ours, the thirty thousand passwords that people use most, from the package zxcvbn; nothing is asked elsewhere.
_COMMON = frozenset(_WORDS.split()) | frozenset(FREQUENCY_LISTS["passwords"])
_ROWS = (
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
)
_LETTERS = re.compile(r"[\W\d_]+")
_hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)


class Lane:
    """A bounded number of hashes at once, and a bounded number of people who wait for their turn."""

    def __init__(self, at_once: int, queue: int) -> None:
        self._inside = threading.BoundedSemaphore(at_once)
        self._before = threading.BoundedSemaphore(at_once + queue)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Take a turn; `TooMany` when the queue is full or the turn does not come in time."""
        if not self._before.acquire(blocking=False):
            raise TooMany("too many passwords are waiting to be checked")
        try:
            if not self._inside.acquire(timeout=PATIENCE):
                raise TooMany("too many passwords are being checked at this moment")
            try:
                yield
            finally:
                self._inside.release()
        finally:
            self._before.release()


_strangers = Lane(AT_ONCE - 1, QUEUE)
_known = Lane(1, QUEUE)


def hashed(password: str) -> str:
    """What is kept of a password; it waits its turn at the gate."""
    with _strangers.turn():
        return _hasher.hash(_normal(password))


def fits(kept: str | None, password: str, *, known: bool = False) -> bool:
    """True when the password is the one kept; without an account the same work is done in vain.

    A browser that the owner asked us to remember has a lane of its own, which no flood of strangers can fill.
    """
    with (_known if known else _strangers).turn():
        try:
            return _hasher.verify(kept or NOBODY, _normal(password)) and kept is not None
        except (InvalidHashError, VerificationError):
            return False


def is_outdated(kept: str) -> bool:
    """True when a hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(kept)


def refusal(password: str, own_words: Iterable[str] = ()) -> Refusal | None:
    """Why this password cannot be chosen, if so; any characters will do, only guessing must be hard."""
    normal = _normal(password)
    if len(normal) < SHORTEST:
        return Refusal.TOO_SHORT
    if len(normal) > LONGEST:
        return Refusal.TOO_LONG
    plain = western_digits(normal).casefold()
    if _is_common(plain):
        return Refusal.COMMON
    return Refusal.OWN_WORD if any(word in _bare(plain) for word in _words(own_words)) else None


def _normal(password: str) -> str:
    # Two keyboards may build the same Arabic or accented letter differently; nothing else is changed.
    return unicodedata.normalize("NFC", password)


def _is_common(plain: str) -> bool:
    letters = _LETTERS.sub("", plain)
    return (
        len(set(plain)) < 5
        or plain in _COMMON
        or _is_row(_bare(plain))
        or any(letters == part * (len(letters) // len(part)) for part in _beginnings(letters) & _COMMON)
        or _is_repeated(plain)
    )


def _beginnings(letters: str) -> set[str]:
    """What a word over and over could be made of."""
    return {letters[:size] for size in range(1, len(letters) + 1) if len(letters) % size == 0}


def _is_row(bare: str) -> bool:
    """Keys or letters in a row, forwards or backwards, over and over."""
    return any(
        bare == (row * (LONGEST // len(row) + 2))[start : start + len(bare)]
        for line in _ROWS
        for row in (line, line[::-1])
        for start in range(len(row))
    )


def _is_repeated(plain: str) -> bool:
    return any(
        plain == (plain[:size] * (len(plain) // size + 1))[: len(plain)]
        for size in range(1, len(plain) // 3 + 1)
    )


def _words(own_words: Iterable[str]) -> Iterator[str]:
    """The parts of somebody's own words that are long enough to be guessed from."""
    for text in own_words:
        for word in re.split(r"[\s@.\-_]+", western_digits(unicodedata.normalize("NFC", text)).casefold()):
            if len(word) >= 4:
                yield word


def _bare(plain: str) -> str:
    return re.sub(r"[\W_]+", "", plain)
