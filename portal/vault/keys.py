"""Key-encryption keys: an object's data key is kept only wrapped, by a key outside the database."""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.vault.vocab import Damage, VaultDamaged, VaultKeysUnfit

_FORMAT = 1
_NONCE = 12
_DATA_KEY = 32


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as it may be stored: which key wrapped it, and the wrapped bytes."""

    kek_id: str
    blob: bytes


class KeyEncryption(Protocol):
    """Wraps data keys; `aad` binds each to its object, so that two objects cannot exchange keys."""

    def wrap(self, data_key: bytes, aad: bytes) -> WrappedKey:
        """Wrap with the current key."""
        ...

    def unwrap(self, wrapped: WrappedKey, aad: bytes) -> bytes:
        """Unwrap with whichever key wrapped it; `VaultDamaged` when it does not open."""
        ...

    @property
    def current(self) -> str:
        """The id of the key that wraps from now on."""
        ...

    def rotate(self) -> None:
        """Make a new current key; the former ones still open what they wrapped."""
        ...

    def rewrap(self, wrapped: Sequence[tuple[WrappedKey, bytes]]) -> list[WrappedKey | VaultDamaged]:
        """Wrap each anew with the current key, in the same order; one that does not open is said to be damaged."""
        ...

    def retire(self) -> int:
        """Throw the former keys away and say how many they were; only when nothing is under them any more."""
        ...


def new_data_key() -> bytes:
    """A fresh key for one object; erasing it erases the object, backups included."""
    return secrets.token_bytes(_DATA_KEY)


class FileKeys:
    """Key-encryption keys from a file that only the portal's own account can read."""

    _read_at: tuple[int, int] | None = None

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._load()

    @classmethod
    def create(cls, path: Path) -> FileKeys:
        """Make a key file where there is none; never over an existing one, whose loss loses the archive."""
        kek_id = _new_id()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_new(path, kek_id, {kek_id: new_data_key()})
        return cls(path)

    def rotate(self) -> None:
        """Add a new current key and keep the former ones, which still open what they wrapped."""
        _, keys = _read(self._path)
        kek_id = _new_id()
        self._replace(kek_id, keys | {kek_id: new_data_key()})

    def retire(self) -> int:
        """Keep the current key alone."""
        current, keys = _read(self._path)
        self._replace(current, {current: keys[current]})
        return len(keys) - 1

    @property
    def current(self) -> str:
        """The id of the key that wraps from now on."""
        return self._fresh()[0]

    def wrap(self, data_key: bytes, aad: bytes) -> WrappedKey:
        """Wrap with the current key."""
        current, ciphers = self._fresh()
        nonce = os.urandom(_NONCE)
        return WrappedKey(current, nonce + ciphers[current].encrypt(nonce, data_key, aad))

    def unwrap(self, wrapped: WrappedKey, aad: bytes) -> bytes:
        """Unwrap with the key that wrapped it; a key for another object does not open."""
        cipher = self._fresh()[1].get(wrapped.kek_id)
        if cipher is None:
            raise VaultKeysUnfit(f"{self._path} does not hold the key {wrapped.kek_id}")
        try:
            return cipher.decrypt(wrapped.blob[:_NONCE], wrapped.blob[_NONCE:], aad)
        except (InvalidTag, ValueError) as error:  # ValueError: the nonce itself is cut short
            raise VaultDamaged("a wrapped key does not open: altered, or another's", Damage.KEY) from error

    def rewrap(self, wrapped: Sequence[tuple[WrappedKey, bytes]]) -> list[WrappedKey | VaultDamaged]:
        """Open each and wrap it anew; the data key itself stays the same."""
        return [self._rewrapped(one, aad) for one, aad in wrapped]

    def _rewrapped(self, wrapped: WrappedKey, aad: bytes) -> WrappedKey | VaultDamaged:
        try:
            return self.wrap(self.unwrap(wrapped, aad), aad)
        except VaultDamaged as error:
            return error

    def _replace(self, current: str, keys: dict[str, bytes]) -> None:
        fresh = self._path.with_name(self._path.name + ".new")
        fresh.unlink(missing_ok=True)  # left by an interruption; it never was in use
        _write_new(fresh, current, keys)
        fresh.replace(self._path)
        _settle(self._path.parent)

    def _fresh(self) -> tuple[str, dict[str, AESGCM]]:
        """The keys as the file has them now: another process may have rotated them meanwhile."""
        with self._lock:
            if self._stamp() != self._read_at:
                self._load()
            return self._current, self._ciphers

    def _load(self) -> None:
        stamp = self._stamp()  # before reading: a file replaced meanwhile is read again next time
        self._current, keys = _read(self._path)
        self._ciphers = {kek_id: AESGCM(key) for kek_id, key in keys.items()}
        self._read_at = stamp

    def _stamp(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return self._read_at  # gone for a moment or for good: what was read still holds
        return status.st_mtime_ns, status.st_ino


def read_secret(path: Path) -> str:
    """One line out of a file that only the portal's own account can read."""
    try:
        with path.open(encoding="ascii") as file:
            _require_private(path, os.fstat(file.fileno()))
            return file.read().strip()
    except (OSError, ValueError) as error:
        raise VaultKeysUnfit(f"{path} cannot be read") from error


def _read(path: Path) -> tuple[str, dict[str, bytes]]:
    try:
        with path.open(encoding="ascii") as file:
            _require_private(path, os.fstat(file.fileno()))
            content = json.load(file)
        keys = {kek_id: bytes.fromhex(key) for kek_id, key in content["keys"].items()}
        current = str(content["current"])
    except FileNotFoundError as error:
        raise VaultKeysUnfit(f"no vault key at {path}: restore it, or create one for a new vault") from error
    except OSError as error:
        raise VaultKeysUnfit(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise VaultKeysUnfit(f"{path} is not a vault key file") from error
    if (
        content.get("format") != _FORMAT
        or current not in keys
        or any(len(k) != _DATA_KEY for k in keys.values())
    ):
        raise VaultKeysUnfit(f"{path} is not a vault key file of this version")
    return current, keys


def _require_private(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise VaultKeysUnfit(f"{path} is not a regular file")
    if status.st_mode & 0o077:
        raise VaultKeysUnfit(f"{path} can be read by others. Run: chmod 600 {path}")
    if status.st_uid not in (0, os.geteuid()):
        raise VaultKeysUnfit(f"{path} belongs to another account")


def _write_new(path: Path, current: str, keys: dict[str, bytes]) -> None:
    content = {"format": _FORMAT, "current": current, "keys": {i: key.hex() for i, key in keys.items()}}
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise VaultKeysUnfit(f"{path} exists already and is never overwritten") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Make a new name in `folder` survive a power cut: a lost key is a lost archive."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _new_id() -> str:
    return secrets.token_hex(4)
