"""Opens this installation for a command: settings, database, workplace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from portal import config, schema
from portal.audit.service import remember_refusal
from portal.config import Settings
from portal.kernel.clock import system_clock
from portal.kernel.crypto import FieldKeys, use_field_keys
from portal.kernel.database import Addresses, admit, embedded, given
from portal.kernel.db import make_engine
from portal.kernel.work import Workplace
from portal.memorial.shelf import use_folder
from portal.vault.keys import FileKeys, KeyEncryption
from portal.vault.sandbox import Sandbox
from portal.vault.service import Vault
from portal.vault.store import ObjectStore
from portal.vault.transit import TransitKeys


@dataclass(frozen=True, slots=True)
class Installation:
    """What a command works with."""

    settings: Settings
    addresses: Addresses
    place: Workplace


def database_of(settings: Settings) -> AbstractContextManager[Addresses]:
    """The embedded database, started if need be, or the server the settings name."""
    if settings.database_url is None:
        # As root the server runs under another account, which must be able to pass through this folder;
        # what is private in it (keys, vault) is closed by itself.
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
        return embedded(settings.data / "postgres", settings.pg_bin, settings.pg_account)
    return given(settings.database_url, settings.database_owner_url)


@contextmanager
def open_installation(settings: Settings | None = None) -> Iterator[Installation]:
    """Open the database (the embedded one is brought up to date by itself) and a workplace on it."""
    wanted = settings or config.load()
    if wanted.keys is not None:
        use_field_keys(FieldKeys(wanted.keys.fields))
    use_folder(wanted.data / "names")
    with database_of(wanted) as addresses:
        if wanted.embedded:
            schema.upgrade(addresses.owner)
            admit(addresses)
        engine = make_engine(addresses.application)
        try:
            yield Installation(wanted, addresses, Workplace(engine, system_clock, remember_refusal))
        finally:
            engine.dispose()


@contextmanager
def open_vault(settings: Settings) -> Iterator[Vault]:
    """Open the vault; on the embedded default its key is made the first time, never replaced."""
    with Sandbox() as sandbox:
        yield Vault(ObjectStore(settings.vault_url), open_vault_keys(settings), sandbox)


def open_vault_keys(settings: Settings) -> KeyEncryption:
    """The keys of the vault: on a key server if the settings name one, else in a file."""
    path, server = settings.vault_key_file, settings.key_server
    if server is not None:
        former = FileKeys(path) if path.exists() else None
        return TransitKeys(server.url, server.token_file, server.ca_file, former)
    if settings.embedded and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return FileKeys.create(path)
    return FileKeys(path)
