"""The ground a bench stands on: a throw-away database with every wall up, its own vault, and nothing else."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import structlog

from portal import schema
from portal.audit.service import remember_refusal
from portal.kernel.actor import Actor
from portal.kernel.cluster import Cluster
from portal.kernel.crypto import FieldKeys, use_field_keys
from portal.kernel.database import Addresses, admit
from portal.kernel.db import make_engine
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault.keys import FileKeys
from portal.vault.sandbox import Sandbox
from portal.vault.service import Vault
from portal.vault.store import ObjectStore


@dataclass(frozen=True, slots=True)
class Ground:
    """What a bench works with."""

    place: Workplace
    vault: Vault
    owner_url: str


@contextmanager
def open_ground() -> Iterator[Ground]:
    """Bring the database up, migrate it, and throw all of it away in the end."""
    # What is printed is the figures; what is logged goes beside them.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, _database(Path(folder)) as addresses:
        use_field_keys(FieldKeys(bytes(range(32))))
        engine = make_engine(addresses.application)
        place = Workplace(engine, remember_refusal=remember_refusal)
        with Sandbox() as sandbox:
            yield Ground(place, _vault(Path(folder), sandbox), addresses.owner)
        engine.dispose()


def somebody(*roles: Role) -> Actor:
    """Somebody who holds these roles."""
    return Actor(uuid4(), frozenset(roles))


def at(fraction: float, measured: list[float]) -> float:
    """The value below which this fraction of what was measured lies."""
    ranked = sorted(measured)
    return ranked[min(int(fraction * len(ranked)), len(ranked) - 1)]


@contextmanager
def _database(folder: Path) -> Iterator[Addresses]:
    with Cluster(folder / "pg", fast=True) as cluster:
        cluster.ensure_database("bench")
        user, password = cluster.login("portal_bench")
        addresses = Addresses(cluster.url("bench", user, password), cluster.owner_url("bench"))
        schema.upgrade(addresses.owner)
        admit(addresses)
        yield addresses


def _vault(folder: Path, sandbox: Sandbox) -> Vault:
    keys = FileKeys.create(folder / "keys" / "vault.key")
    return Vault(ObjectStore(f"file://{folder / 'vault'}"), keys, sandbox)
