"""Engine, workplace and app for every test: a real PostgreSQL, a fresh database cloned from a template."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from sqlalchemy import create_engine, text

from portal import config, schema
from portal.accounts import passwords
from portal.app import create_app
from portal.audit.service import remember_refusal
from portal.kernel.cluster import Cluster
from portal.kernel.crypto import FieldKeys, use_field_keys
from portal.kernel.database import Addresses, admit
from portal.kernel.db import make_engine
from portal.kernel.work import Workplace
from portal.vault.keys import FileKeys
from portal.vault.sandbox import Sandbox
from portal.vault.service import Vault
from portal.vault.store import ObjectStore

# What is verified where there is no account, at the cost that passwords have in tests.
_NOBODY_OF_LITTLE_COST = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(uuid4().hex)


class SetClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **amount: float) -> None:
        self.moment += timedelta(**amount)


@pytest.fixture(autouse=True)
def passwords_of_little_cost(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password costs little here, by the same algorithm; a test marked `full_cost` measures the real one."""
    if request.node.get_closest_marker("full_cost") is None:
        monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        monkeypatch.setattr(passwords, "NOBODY", _NOBODY_OF_LITTLE_COST)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One private server for all tests of this process."""
    with Cluster(tmp_path_factory.mktemp("pg"), fast=True) as running:
        yield running


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> Addresses:
    """A migrated database that each test's own is cloned from."""
    cluster.ensure_database("template")
    user, password = cluster.login("portal_test")
    addresses = Addresses(cluster.url("template", user, password), cluster.owner_url("template"))
    schema.upgrade(addresses.owner)
    admit(addresses)
    return addresses


@pytest.fixture
def addresses(cluster: Cluster, template: Addresses) -> Iterator[Addresses]:
    """The addresses of this test's own database."""
    name = f"t{uuid4().hex[:12]}"
    engine = create_engine(cluster.owner_url("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {name} template template"))
        user, password = cluster.login("portal_test")
        yield Addresses(cluster.url(name, user, password), cluster.owner_url(name))
        connection.execute(text(f"drop database {name} with (force)"))
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> config.Settings:
    """Settings of a production-like portal with throw-away secrets."""
    environ = {
        "PORTAL_DATA": str(tmp_path / "data"),
        "PORTAL_SECRET_KEY": "11" * 32,
        "PORTAL_FIELD_KEY": "22" * 32,
        "PORTAL_PUBLICATION_WAIT_DAYS": "7",
        "PORTAL_PASSKEYS_REQUIRED": "no",
        "PORTAL_HELP_NUMBER": "+00 000 111 222",
    }
    return config.load(environ)


@pytest.fixture
def clock() -> SetClock:
    """The time of this test."""
    return SetClock()


@pytest.fixture
def place(addresses: Addresses, settings: config.Settings, clock: SetClock) -> Iterator[Workplace]:
    """The workplace on this test's own database, under the application's login."""
    use_field_keys(FieldKeys(settings.required_keys().fields))
    engine = make_engine(addresses.application, pool_size=4)
    yield Workplace(engine, clock, remember_refusal)
    engine.dispose()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One child that opens untrusted files, for all tests of this process."""
    with Sandbox() as child:
        yield child


@pytest.fixture
def vault(settings: config.Settings, sandbox: Sandbox) -> Vault:
    """A vault in this test's own folder."""
    settings.vault_key_file.parent.mkdir(parents=True, mode=0o700)
    return Vault(ObjectStore(settings.vault_url), FileKeys.create(settings.vault_key_file), sandbox)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Each template is compiled once for all tests of this process, not once for each app."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(
    settings: config.Settings, place: Workplace, vault: Vault, compiled_templates: BytecodeCache
) -> Flask:
    """The whole portal, without TLS and without the coarse limits, which would count tests as one visitor."""
    made = create_app(replace(settings, demo=True), place, vault)
    made.jinja_env.bytecode_cache = compiled_templates
    made.testing = True
    return made
