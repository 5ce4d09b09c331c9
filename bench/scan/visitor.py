"""One browser of one person: it keeps cookies, and shows the factors again whenever the portal asks for them."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pyotp

from bench.scan.exchange import TOKEN, Answer, Asked, Transport

SIGN_IN = "/account/sign-in"
SECOND_STEP = "/account/second-step"
PROVE = "/account/prove"
STEP = 30  # seconds that one code lasts; each counts once
ENDING = 8  # a code that is about to end may arrive too late
TRIES = 2

_TOKENS = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
_ASKS_FOR_PROOF = b'name="proof-code"'


class NotLetIn(RuntimeError):
    """The portal did not let the scan's own person in."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the demo."""

    role: str
    login: str
    password: str
    totp_secret: str
    stage: str = ""


class Codes:
    """The six digits of one telephone, no code twice."""

    def __init__(
        self,
        secret: str,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._totp = pyotp.TOTP(secret)
        self._now, self._sleep = now, sleep
        self._last = -1

    def fresh(self) -> str:
        """A code that was not used yet; waits for the next one if need be."""
        while (step := int(self._now()) // STEP) <= self._last or (step + 1) * STEP - self._now() < ENDING:
            self._sleep((step + 1) * STEP - self._now() + 0.5)
        self._last = step
        return self._totp.at(step * STEP)


class Visitor:
    """What a scanner sends goes out under this browser's cookies; a lost session is begun again."""

    def __init__(self, send: Transport, person: Person | None = None, codes: Codes | None = None) -> None:
        self._send = send
        self._person = person
        self._codes = codes or (Codes(person.totp_secret) if person else None)
        self._cookies: dict[str, str] = {}
        self._issued: dict[str, int] = {}  # token of a form -> the sign-in it belongs to
        self._current = ""
        self._lock = threading.RLock()
        self._turn = 0
        self.sign_ins = 0
        self.proofs = 0

    def begin(self) -> None:
        """Take the first cookie, and sign in."""
        if self._person is None:
            self._exchange(Asked("GET", SIGN_IN))
        else:
            self._sign_in()

    def ask(self, asked: Asked) -> Answer:
        """Send it, once more if the portal wanted to see a factor first."""
        turn, answer = self._exchange(asked)
        if self._person is None:
            return answer
        if answer.leads_to(SIGN_IN):
            self._once(turn, self._sign_in)
        elif asked.path != PROVE and (answer.leads_to(PROVE) or _ASKS_FOR_PROOF in answer.body):
            self._once(turn, self._prove)
        else:
            return answer
        return self._exchange(asked)[1]

    def has_issued(self, asked: Asked) -> bool:
        """True when a form carries a token that was read from a page; a made-up one opens nothing."""
        return _sent_token(asked) in self._issued

    def token_on(self, path: str) -> str:
        """The hidden token of the form on a page."""
        page = self._exchange(Asked("GET", path))[1]
        found = _TOKENS.search(page.body)
        if found is None:
            raise NotLetIn(f"{path} answered {page.status} and held no form")
        return found[1].decode()

    def _once(self, turn: int, act: Callable[[], None]) -> None:
        """Several requests may notice the same loss; the first one mends it."""
        with self._lock:
            if turn == self._turn:
                act()

    def _sign_in(self) -> None:
        person, codes = self._known()
        with self._lock:
            self._cookies.clear()
            for _try in range(TRIES):
                self._fill(SIGN_IN, {"login": person.login, "password": person.password})
                answer = self._fill(SECOND_STEP, {"code": codes.fresh()})
                if answer.status == HTTPStatus.SEE_OTHER and not answer.leads_to(SIGN_IN):
                    break
            else:
                raise NotLetIn(f"{person.role}: the second step answered {answer.status}")
            self._turn += 1
            self.sign_ins += 1
            self._current = self.token_on(PROVE)

    def _prove(self) -> None:
        _person, codes = self._known()
        answer = self._fill(PROVE, {"proof-code": codes.fresh()})
        if answer.status != HTTPStatus.SEE_OTHER:
            raise NotLetIn(f"the question for a fresh factor answered {answer.status}")
        self._turn += 1
        self.proofs += 1

    def _known(self) -> tuple[Person, Codes]:
        if self._person is None or self._codes is None:
            raise NotLetIn("nobody has no account")
        return self._person, self._codes

    def _fill(self, path: str, typed: Mapping[str, str]) -> Answer:
        form = urlencode({TOKEN: self.token_on(path), **typed}).encode()
        kind = (("Content-Type", "application/x-www-form-urlencoded"),)
        return self._exchange(Asked("POST", path, kind, form))[1]

    def _exchange(self, asked: Asked) -> tuple[int, Answer]:
        with self._lock:
            turn = self._turn
            sent = self._mended(asked).with_headers(
                Cookie="; ".join(f"{name}={value}" for name, value in self._cookies.items())
            )
        answer = self._send(sent)
        with self._lock:
            if turn == self._turn:  # what an older session was given does not count any more
                self._keep(answer)
        return turn, answer

    def _keep(self, answer: Answer) -> None:
        for line in answer.told("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel.value and morsel["max-age"] != "0":
                    self._cookies[name] = morsel.value
                else:
                    self._cookies.pop(name, None)
        for token in _TOKENS.findall(answer.body):
            self._issued[token.decode()] = self.sign_ins

    def _mended(self, asked: Asked) -> Asked:
        """A form that was read in an earlier session is sent with a token of this one; a false token stays false."""
        sent = _sent_token(asked)
        if not self._current or self._issued.get(sent, self.sign_ins) == self.sign_ins:
            return asked
        return replace(asked, body=asked.body.replace(sent.encode(), self._current.encode()))


def _sent_token(asked: Asked) -> str:
    return dict(asked.fields).get(TOKEN, "")


def chosen(accounts: Sequence[Mapping[str, str]], role: str, stage: str = "") -> Person:
    """The first account of a role in the demo's list, whose stage begins so: the first of staff has work."""
    fitting = [one for one in accounts if one["role"] == role and one["stage"].startswith(stage)]
    if not fitting:
        raise NotLetIn(f"the demo has no {role} {stage}".rstrip())
    keys = ("role", "login", "password", "totp_secret", "stage")
    return Person(**{key: fitting[0][key] for key in keys})
