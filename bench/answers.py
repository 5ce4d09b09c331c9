"""Whether the time of an answer tells who has an account: at the password, the code and a link; beside a coin."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from flask import Flask

from bench.ground import Ground, at, open_ground
from portal import config
from portal.accounts import service as accounts
from portal.app import create_app
from portal.kernel.actor import ANONYMOUS
from portal.kernel.db import DbRole
from portal.kernel.ids import new_file_number
from tests.support.factories.accounts import PASSWORD, Person, a_relative_account, set_up

GUESS = "words that fit nobody here"
CERTAIN = 1.96  # standard errors on either side: 95 in 100

# What a stranger does at a door, for somebody who has an account or for nobody, from an address; gives milliseconds.
Try = Callable[[bool, str], float]


@dataclass(frozen=True, slots=True)
class Door:
    """One place at which strangers are answered."""

    name: str
    samples: int
    apart: float
    noise: float
    middle: float

    def __str__(self) -> str:
        verdict = "as a coin" if abs(self.apart - 0.5) <= self.noise else "NOT as a coin"
        return f"{self.name} {self.apart:.3f} ({verdict}: 0.500 ± {self.noise:.3f}; {self.middle:.0f} ms)"


@dataclass(frozen=True, slots=True)
class Result:
    """How often somebody's account takes longer to answer than none, over all pairs of samples."""

    doors: list[Door]

    def __str__(self) -> str:
        told = "; ".join(str(door) for door in self.doors)
        return f"answers {self.doors[0].samples} each way: an account takes longer than none: {told}"


def run(ground: Ground, samples: int = 30) -> Result:
    """Ask at each door in turn for somebody and for nobody, each time from another network."""
    settings = config.load(
        {"PORTAL_SECRET_KEY": "11" * 32, "PORTAL_FIELD_KEY": "22" * 32, "PORTAL_DEMO": "yes"}
    )
    app = create_app(replace(settings, posts_per_minute=10**6), ground.place, ground.vault)
    app.config["WTF_CSRF_ENABLED"] = False
    person = a_relative_account(ground.place)
    doors = {"password": _password(app, person), "code": _code(app, person), "link": _link(app, ground)}
    return Result([_measured(name, door, samples) for name, door in doors.items()])


def main(arguments: Sequence[str] | None = None) -> None:
    """Run at another size: `python -m bench.answers --samples 2000`."""
    parser = argparse.ArgumentParser(prog="python -m bench.answers", description=__doc__)
    parser.add_argument("--samples", type=int, default=30)
    with open_ground() as ground:
        print(run(ground, parser.parse_args(arguments).samples))


def _password(app: Flask, person: Person) -> Try:
    def ask(exists: bool, address: str) -> float:
        login = person.login if exists else new_file_number()
        return _sent(app, address, "/account/sign-in", login=login, password=GUESS)

    return ask


def _code(app: Flask, person: Person) -> Try:
    """Whoever has the right password is told no more than whoever has none."""

    def ask(exists: bool, address: str) -> float:
        password = PASSWORD if exists else GUESS
        client = app.test_client()
        where = {"REMOTE_ADDR": address}
        first = {"login": person.login, "password": password}
        client.post("/account/sign-in", data=first, environ_base=where)
        client.get("/account/second-step", environ_base=where)
        begun = time.perf_counter()
        answer = client.post("/account/second-step", data={"code": "000000"}, environ_base=where)
        assert answer.status_code == 422, answer.status_code
        return (time.perf_counter() - begun) * 1000

    return ask


def _link(app: Flask, ground: Ground) -> Try:
    """A link that was used, and one that nobody ever had."""
    used = _a_used_link(ground)

    def ask(exists: bool, address: str) -> float:
        client = app.test_client()
        client.get(
            f"/account/setup/{used if exists else 'x' * len(used)}", environ_base={"REMOTE_ADDR": address}
        )
        begun = time.perf_counter()
        answer = client.get("/account/setup", environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == 404, answer.status_code
        return (time.perf_counter() - begun) * 1000

    return ask


def _a_used_link(ground: Ground) -> str:
    login = new_file_number()
    with ground.place.open(ANONYMOUS, DbRole.FAMILY) as work:
        opening = accounts.open_relative_account(work, login, "Rima Bench")
    set_up(ground.place, opening.account_id, login, opening.token)
    return opening.token


def _sent(app: Flask, address: str, page: str, **fields: str) -> float:
    client = app.test_client()
    begun = time.perf_counter()
    answer = client.post(page, data=fields, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 303, answer.status_code
    return (time.perf_counter() - begun) * 1000


def _measured(name: str, door: Try, samples: int) -> Door:
    """Alternate between the two, so that whatever else the machine does falls on both."""
    kept: dict[bool, list[float]] = {True: [], False: []}
    for count in range(2 * samples):
        exists = (count % 2 == 0) is (count % 4 < 2)
        kept[exists].append(door(exists, f"2001:db8:{count:x}:{len(name):x}::1"))
    longer = sum((a > b) + (a == b) / 2 for a in kept[True] for b in kept[False])
    noise = CERTAIN * sqrt((2 * samples + 1) / (12 * samples**2))  # of the rank test of Mann and Whitney
    return Door(name, samples, longer / samples**2, noise, at(0.5, kept[True]))


if __name__ == "__main__":
    main()
