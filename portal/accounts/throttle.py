"""How sign-in slows down for one login from one network or known device: further and further, never for good."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, select, text

from portal.accounts import devices
from portal.accounts.models import SignInAttempt
from portal.accounts.vocab import Origin, TryLater
from portal.kernel.crypto import keyed_hash
from portal.kernel.work import Work

WINDOW = timedelta(minutes=15)
FREE = 5

_FIRST_WAIT = timedelta(seconds=30)
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(:key)")


@dataclass(frozen=True, slots=True)
class Trail:
    """The attempts of one login from one place: a remembered browser, else a network.

    The proof of the login has been presented before. Guesses from elsewhere are another trail, so that nobody can
    lock out the person whose login they know.
    """

    work: Work
    login_index: bytes
    origin: Origin
    _device: bytes | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_device", devices.known(self.work, self.login_index, self.origin.device))

    @property
    def is_known(self) -> bool:
        """True when the owner of the login asked us to remember this browser."""
        return self._device is not None

    def begin(self) -> None:
        """Count a first step, or refuse it for a while; abandoned ones weigh like failed ones."""
        begun, failed = self._within_reason()
        self._slow_down(max(begun, failed))
        self._write(succeeded=None)

    def go_on(self) -> None:
        """Refuse a second step for a while after too many wrong ones."""
        _begun, failed = self._within_reason()
        self._slow_down(failed)

    def fail(self) -> None:
        """Count a wrong second step."""
        self._write(succeeded=False)

    def succeed(self) -> None:
        """Start afresh: who has shown both factors owes nothing for earlier slips."""
        self._forget(self._here)
        self._write(succeeded=True)

    def _within_reason(self) -> tuple[int, int]:
        """How often sign-in was begun and failed of late."""
        # One at a time, so that a burst of guesses is counted before it is checked.
        lock = keyed_hash((self.login_index + (self._device or self._network)).hex(), "sign_in_attempt")[:8]
        self.work.session.execute(_ONE_AT_A_TIME, {"key": int.from_bytes(lock, "big", signed=True)})
        word = SignInAttempt.succeeded
        begun, failed = self.work.session.execute(
            select(func.count().filter(word.is_(None)), func.count().filter(word.is_(False))).where(
                *self._recent
            )
        ).one()
        return begun, failed

    def _slow_down(self, failures: int) -> None:
        last = self.work.session.scalar(select(func.max(SignInAttempt.at)).where(*self._recent))
        until = open_again(failures, last)
        if until is not None and until > self.work.now:
            raise TryLater(until - self.work.now)

    def _write(self, succeeded: bool | None) -> None:
        self._forget(SignInAttempt.at <= self.work.now - WINDOW)
        self.work.session.add(
            SignInAttempt(
                login_index=self.login_index,
                network=self._network,
                device=self._device,
                at=self.work.now,
                succeeded=succeeded,
            )
        )

    def _forget(self, which: ColumnElement[bool]) -> None:
        self.work.session.execute(
            delete(SignInAttempt).where(SignInAttempt.login_index == self.login_index, which)
        )

    @property
    def _recent(self) -> tuple[ColumnElement[bool], ...]:
        return (
            SignInAttempt.login_index == self.login_index,
            self._here,
            SignInAttempt.at > self.work.now - WINDOW,
            SignInAttempt.succeeded.is_not(True),
        )

    @property
    def _here(self) -> ColumnElement[bool]:
        if self._device is not None:
            return SignInAttempt.device == self._device
        return and_(SignInAttempt.device.is_(None), SignInAttempt.network == self._network)

    @property
    def _network(self) -> bytes:
        return keyed_hash(network_of(self.origin.address), "sign_in_attempt.network")


def open_again(failures: int, last: datetime | None) -> datetime | None:
    """The moment the next attempt may be made, or None when it may be made at once."""
    if last is None or failures < FREE:
        return None
    doublings = min(failures - FREE, 10)
    return last + min(_FIRST_WAIT * (1 << doublings), WINDOW)


def network_of(address: str) -> str:
    """The part of an address that one household cannot change at will: a whole /64 of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
