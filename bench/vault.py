"""How fast the vault takes objects in and hands them out, beside taking the hash of the same bytes."""

from __future__ import annotations

import argparse
import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bench.ground import Ground, open_ground, somebody
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.vault import service
from portal.vault.service import Deposit

MEGABYTE = 1_000_000
AT_ONCE = 16  # objects of one transaction, as an import would take them


@dataclass(frozen=True, slots=True)
class Result:
    """Megabytes a second of each way, over the same bytes in the same run."""

    objects: int
    size: int
    hashed: float
    stored: float
    read: float

    def __str__(self) -> str:
        total = self.objects * self.size / MEGABYTE
        return (
            f"vault   {self.objects} objects of {self.size / MEGABYTE:.1f} MB ({total:.0f} MB): "
            f"stored {self.stored:.0f} MB/s, read back {self.read:.0f} MB/s, SHA-256 alone {self.hashed:.0f} MB/s; "
            f"store / hash = {self.stored / self.hashed:.2f}, read / hash = {self.read / self.hashed:.2f}"
        )


def run(ground: Ground, objects: int = 96, size: int = MEGABYTE) -> Result:
    """Measure; every object that comes back is compared with what went in."""
    contents = [os.urandom(size) for _ in range(objects)]
    total = objects * size / MEGABYTE
    began = time.perf_counter()
    for content in contents:
        hashlib.sha256(content).hexdigest()
    hashed = time.perf_counter()
    stored = _store(ground, contents)
    kept = time.perf_counter()
    _read(ground, stored, contents)
    ended = time.perf_counter()
    return Result(objects, size, total / (hashed - began), total / (kept - hashed), total / (ended - kept))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run this bench alone, at any size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=96)
    parser.add_argument("--size", type=int, default=MEGABYTE, help="bytes of each object")
    wished = parser.parse_args(arguments)
    with open_ground() as ground:
        print(run(ground, wished.objects, wished.size))


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


if __name__ == "__main__":
    main()
