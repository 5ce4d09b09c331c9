"""How fast an archive of photographs comes in, beside hashing and encrypting the same bytes and nothing else."""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import resource
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from PIL import Image

from bench.ground import Ground, open_ground
from portal.records.archive import importing

MEGABYTE = 1_000_000
LAYOUT = "{date}/{branch}-{number}/{file}"
PHOTOGRAPHS_EACH = 4
_SIDES = (1600, 1200)
_GRAIN = 0.55  # how much of a picture is noise: so that it fills about a megabyte
_KIB_IN_MIB = 1024


@dataclass(frozen=True, slots=True)
class Result:
    """Megabytes a second of both ways, and the most memory that the process and its sandbox took."""

    photographs: int
    megabytes: float
    imported: float
    limit: float
    memory: float
    sandbox: float

    def __str__(self) -> str:
        return (
            f"imports {self.photographs} photographs ({self.megabytes:.0f} MB): {self.imported:.1f} MB/s, "
            f"SHA-256 and AES-256-GCM alone {self.limit:.0f} MB/s, ratio {self.imported / self.limit:.3f}; "
            f"most memory {self.memory:.0f} MiB, of a sandbox {self.sandbox:.0f} MiB"
        )


def run(ground: Ground, photographs: int = 60) -> Result:
    """Measure; every photograph must have been stored."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = Path(folder)
        megabytes = _photographed(root, photographs) / MEGABYTE
        limit = _plainly(root)
        began = time.perf_counter()
        outcome = importing.stage_folder(
            ground.place, ground.vault, importing.plan(root, LAYOUT), lambda: None
        )
        seconds = time.perf_counter() - began
    assert outcome.counts.stored == photographs, "a photograph was not stored"
    ground.vault.sandbox.close()  # its memory is told only when it has ended
    return Result(
        photographs,
        megabytes,
        megabytes / seconds,
        megabytes / limit,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_IN_MIB,
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / _KIB_IN_MIB,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run this bench alone, at any size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photographs", type=int, default=60, help="of about 1 MB each")
    wished = parser.parse_args(arguments)
    with open_ground() as ground:
        print(run(ground, wished.photographs))


def _photographed(root: Path, photographs: int) -> int:
    """Fill a folder with photographs of invented numbers, no two alike; how many bytes they are."""
    head, rest = _picture()
    written = 0
    for number in range(photographs):
        comment = f"photograph {number}".encode()
        told = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
        folder = root / "2013-05-04" / f"901-{1 + number // PHOTOGRAPHS_EACH}"
        folder.mkdir(parents=True, exist_ok=True)
        written += (folder / f"IMG_{number:05}.jpg").write_bytes(head + told + rest)
    return written


def _picture() -> tuple[bytes, bytes]:
    """A picture of about a megabyte, in front of and behind the place where its comment goes."""
    chance = Random(5)  # noqa: S311 - the same picture each time; nothing secret
    noise = Image.frombytes("RGB", _SIDES, chance.randbytes(_SIDES[0] * _SIDES[1] * 3))
    plain = Image.linear_gradient("L").resize(_SIDES).convert("RGB")
    buffer = io.BytesIO()
    Image.blend(plain, noise, _GRAIN).save(buffer, "JPEG", quality=78)
    content = buffer.getvalue()
    return content[:2], content[2:]


def _plainly(root: Path) -> float:
    """Seconds of reading, hashing and encrypting each file under a key of its own."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    began = time.perf_counter()
    for path in files:
        content = path.read_bytes()
        hashlib.sha256(content).hexdigest()
        AESGCM(os.urandom(32)).encrypt(os.urandom(12), content, b"")
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
