"""The gate under a flood of guesses, and its owner amid them: beside one lone sign-in."""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.ground import Ground, open_ground
from portal.accounts import passwords, service
from portal.accounts.vocab import Origin, Pending
from portal.kernel.actor import ANONYMOUS
from portal.kernel.db import DbRole
from portal.kernel.errors import TooMany
from tests.support.factories.accounts import PASSWORD, Person, a_relative_account, code_at

HASH_MEGABYTES = 64
GUESS = "words that fit nobody here"


@dataclass(frozen=True, slots=True)
class Result:
    """What a flood did to the memory and to one person."""

    guesses: int
    at_once: int
    put_off: int
    grown: float
    alone: float
    amid: float

    def __str__(self) -> str:
        return (
            f"gate    {self.guesses} guesses, {self.at_once} at once: memory +{self.grown:.0f} MB"
            f" (the gate's bound: {passwords.AT_ONCE * HASH_MEGABYTES} MB), {self.put_off} told to come later;"
            f" the owner of the login on a known device is in, {self.amid / self.alone:.1f} times as slow as alone"
        )


def run(ground: Ground, guesses: int = 120, at_once: int = 24) -> Result:
    """Guess at one login from a hundred addresses, and let its owner in between."""
    person = a_relative_account(ground.place)
    device = _known_device(ground, person)
    _next_code()
    alone = _signs_in(ground, person, device)
    _next_code()
    before = _peak()
    with ThreadPoolExecutor(at_once) as pool:
        answers = pool.map(lambda n: _guess(ground, person.login, f"203.0.113.{n % 100}"), range(guesses))
        time.sleep(1)
        amid = _signs_in(ground, person, device)
        put_off = sum(answer == 0 for answer in answers)
    grown = _peak() - before
    return Result(guesses, at_once, put_off, grown, alone, amid)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run at another size: `python -m bench.gate --guesses 1000`."""
    parser = argparse.ArgumentParser(prog="python -m bench.gate", description=__doc__)
    parser.add_argument("--guesses", type=int, default=120)
    parser.add_argument("--at-once", type=int, default=24)
    wished = parser.parse_args(arguments)
    with open_ground() as ground:
        print(run(ground, wished.guesses, wished.at_once))


def _guess(ground: Ground, login: str, address: str) -> float:
    """Milliseconds of one first step; 0 when it was told to come later."""
    begun = time.perf_counter()
    try:
        _first_step(ground, login, GUESS, Origin(address))
    except TooMany:
        return 0.0
    return (time.perf_counter() - begun) * 1000


def _first_step(ground: Ground, login: str, password: str, origin: Origin) -> Pending:
    with ground.place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        return service.sign_in(work, login, password, origin)


def _signs_in(ground: Ground, person: Person, device: str) -> float:
    """Milliseconds until the owner is in."""
    begun = time.perf_counter()
    _both_steps(ground, person, Origin("203.0.113.7", device))
    return (time.perf_counter() - begun) * 1000


def _both_steps(ground: Ground, person: Person, origin: Origin) -> str | None:
    first = _first_step(ground, person.login, PASSWORD, origin)
    with ground.place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        begun = service.second_step(work, first, code_at(person.totp_secret, work.now), origin)
    assert begun is not None, "the owner of the login was kept out"
    return begun.device


def _known_device(ground: Ground, person: Person) -> str:
    _next_code()
    token = _both_steps(ground, person, Origin("198.51.100.7", remember=True))
    assert token is not None
    return token


def _next_code() -> None:
    time.sleep(31 - time.time() % 30)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
