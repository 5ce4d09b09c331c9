"""How fast the vault takes objects in, hands them out, checks them and rotates their keys, beside plain ways."""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.ground import Ground, at, open_ground, somebody
from portal.kernel.actor import OPERATOR, WORKER
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.vault import rotation, service
from portal.vault.custody import service as custody
from portal.vault.service import Deposit

MEGABYTE = 1_000_000
AT_ONCE = 16  # objects of one transaction, as an import would take them
KEYS = 1000


@dataclass(frozen=True, slots=True)
class Result:
    """Megabytes a second of each way over the same bytes, milliseconds of one opening, seconds of 1,000 keys."""

    objects: int
    size: int
    hashed: float
    stored: float
    read: float
    checked: float
    opened: tuple[float, float]
    plain: float
    keys: int
    rotated: float
    wrapped: float

    def __str__(self) -> str:
        total = self.objects * self.size / MEGABYTE
        return (
            f"vault   {self.objects} objects of {self.size / MEGABYTE:.1f} MB ({total:.0f} MB): "
            f"stored {self.stored:.0f} MB/s, read back {self.read:.0f} MB/s, checked {self.checked:.0f} MB/s, "
            f"SHA-256 alone {self.hashed:.0f} MB/s; store / hash = {self.stored / self.hashed:.2f}, "
            f"read / hash = {self.read / self.hashed:.2f}, check / hash = {self.checked / self.hashed:.2f}; "
            f"opening one p50 {self.opened[0]:.1f} ms, p95 {self.opened[1]:.1f} ms, "
            f"a file of that size p95 {self.plain:.1f} ms\n"
            f"        rotation {self.keys} keys: {self.rotated:.2f} s for 1,000, wrapping alone {self.wrapped:.3f} s"
        )


def run(ground: Ground, objects: int = 96, size: int = MEGABYTE, keys: int = KEYS) -> Result:
    """Measure; every object that comes back is compared with what went in."""
    contents = [os.urandom(size) for _ in range(objects)]
    total = objects * size / MEGABYTE
    hashed = _seconds(lambda: [hashlib.sha256(content).hexdigest() for content in contents])
    stored: list[UUID] = []
    storing = _seconds(lambda: stored.extend(_store(ground, contents)))
    reading = _seconds(lambda: _read(ground, stored, contents))
    opened = _open_each(ground, stored)
    plain = _plainly(contents)
    checking = _seconds(lambda: _check(ground, objects))
    _store(ground, [b"a small one"] * max(keys - objects, 0))
    rotated, count = _rotate(ground)
    return Result(
        objects=objects,
        size=size,
        hashed=total / hashed,
        stored=total / storing,
        read=total / reading,
        checked=total / checking,
        opened=(at(0.5, opened), at(0.95, opened)),
        plain=at(0.95, plain),
        keys=count,
        rotated=rotated / count * 1000,
        wrapped=_wrap_alone(),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run this bench alone, at any size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=96)
    parser.add_argument("--size", type=int, default=MEGABYTE, help="bytes of each object")
    parser.add_argument("--keys", type=int, default=KEYS, help="objects whose keys are rotated, at least")
    wished = parser.parse_args(arguments)
    with open_ground() as ground:
        print(run(ground, wished.objects, wished.size, wished.keys))


def _store(ground: Ground, contents: list[bytes]) -> list[UUID]:
    custodian = somebody(Role.CUSTODIAN)
    stored = []
    for start in range(0, len(contents), AT_ONCE):
        with ground.place.open(custodian, DbRole.CASEWORK) as work:
            for content in contents[start : start + AT_ONCE]:
                deposit = Deposit("bench", "bench", "image/jpeg")
                stored.append(service.store(work, ground.vault, deposit, [content]).id)
    return stored


def _read(ground: Ground, stored: list[UUID], contents: list[bytes]) -> None:
    custodian = somebody(Role.CUSTODIAN)
    for start in range(0, len(stored), AT_ONCE):
        with ground.place.open(custodian, DbRole.CASEWORK) as work:
            for object_id, content in zip(
                stored[start : start + AT_ONCE], contents[start : start + AT_ONCE], strict=True
            ):
                found = service.read(work, ground.vault, object_id, "bench")
                assert found == content, "an object came back altered"


def _open_each(ground: Ground, stored: list[UUID]) -> list[float]:
    """Milliseconds of each opening in a transaction of its own, as somebody at a desk opens one."""
    custodian, measured = somebody(Role.CUSTODIAN), []
    for object_id in stored:
        began = time.perf_counter()
        with ground.place.open(custodian, DbRole.CASEWORK) as work:
            service.read(work, ground.vault, object_id, "bench")
        measured.append((time.perf_counter() - began) * 1000)
    return measured


def _plainly(contents: list[bytes]) -> list[float]:
    """The same bytes in plain files: reading and hashing one."""
    measured = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "plain"
        for content in contents:
            path.write_bytes(content)
            began = time.perf_counter()
            hashlib.sha256(path.read_bytes()).hexdigest()
            measured.append((time.perf_counter() - began) * 1000)
    return measured


def _check(ground: Ground, objects: int) -> None:
    """Rounds of checks as the worker makes them, until each object had its turn."""
    checked = 0
    with _later(ground):
        while checked < objects:
            done = custody.check_round(ground.place, ground.vault, timedelta(minutes=20))
            assert done.damaged == 0, "an object is damaged"
            checked += done.checked


@contextmanager
def _later(ground: Ground) -> Iterator[None]:
    """An hour on, so that everything is due."""
    clock = ground.place.clock
    ground.place.clock = lambda: clock() + timedelta(hours=1)
    try:
        yield
    finally:
        ground.place.clock = clock


def _rotate(ground: Ground) -> tuple[float, int]:
    with ground.place.open(OPERATOR, DbRole.CASEWORK) as work:
        rotation.begin(work, ground.vault.keys)
        left = rotation.standing(work, ground.vault.keys).left
    began = time.perf_counter()
    done = rotation.finish(ground.place, ground.vault.keys, WORKER, DbRole.WORKER, lambda count: None)
    seconds = time.perf_counter() - began
    assert (done.wrapped, done.damaged) == (left, 0), "not every key was wrapped anew"
    return seconds, left


def _wrap_alone() -> float:
    """Seconds of opening and wrapping 1,000 keys in memory, without a database."""
    former, fresh = AESGCM(os.urandom(32)), AESGCM(os.urandom(32))
    sealed = [
        (nonce, former.encrypt(nonce, os.urandom(32), b"")) for nonce in (os.urandom(12) for _ in range(1000))
    ]
    return _seconds(lambda: [fresh.encrypt(n, former.decrypt(n, key, b""), b"") for n, key in sealed])


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
