"""Which database the portal talks to: its own embedded one, or the server it was given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from portal.kernel.cluster import Cluster
from portal.kernel.db import DbRole

LOGIN = "portal_login"
NAME = "portal"


@dataclass(frozen=True, slots=True)
class Addresses:
    """`application` may only take on the roles of the audiences; `owner` may change tables."""

    application: str
    owner: str


@contextmanager
def embedded(folder: Path, bin_dir: Path | None = None, account: str | None = None) -> Iterator[Addresses]:
    """The private PostgreSQL of this installation, running for as long as somebody uses it."""
    cluster = Cluster(folder, account=account, bin_dir=bin_dir)
    with cluster:
        cluster.ensure_database(NAME)
        user, password = cluster.login(LOGIN)
        yield Addresses(cluster.url(NAME, user, password), cluster.owner_url(NAME))


@contextmanager
def given(url: str, owner_url: str | None) -> Iterator[Addresses]:
    """A server run by somebody else."""
    yield Addresses(url, owner_url or url)


def admit(addresses: Addresses) -> None:
    """Let the application's login take on the audiences' roles, and nothing else."""
    login = make_url(addresses.application).username
    if addresses.owner == addresses.application or login is None:
        return
    engine = create_engine(addresses.owner)
    with engine.begin() as connection:
        quoted = engine.dialect.identifier_preparer.quote(login)
        for role in DbRole:
            connection.execute(text(f"grant {role.value} to {quoted}"))
    engine.dispose()
