"""Where encrypted objects lie: the single adapter to obstore, for a local folder or an S3 service."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, S3Store

from portal.vault.vocab import Damage, StoreUnavailable, VaultDamaged

if TYPE_CHECKING:
    from obstore.store import S3Config

_PART = 5 * 1024 * 1024
_PARTS_AT_ONCE = 2
_READ = 1024 * 1024
_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}")
_NOTES = "erased/"
_NOTE_NAME = re.compile(r"[0-9a-f]{32}")
_GONE = (FileNotFoundError, NotFoundError)
# Credentials come from the service's own environment: a URL ends up in logs and process lists.
_S3_OPTIONS = {"endpoint", "region", "virtual_hosted_style_request", "allow_http"}


class StoreUnfit(RuntimeError):
    """The place for objects is not safe or not understood; a fault of the set-up."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object's random name and its size as stored."""

    name: str
    size: int


class ObjectStore:
    """Puts, gets and deletes opaque bytes under random names; nothing is ever overwritten."""

    def __init__(self, url: str) -> None:
        """Open `file:///folder` or `s3://bucket/prefix?endpoint=...&region=...`."""
        self._folder = _local_folder(url)
        self._store = _remote(url) if self._folder is None else LocalStore(_made_private(self._folder))

    def put(self, chunks: Iterable[bytes]) -> StoredObject:
        """Store a stream under a new random name, all or nothing, holding only a few parts in memory."""
        name = _new_name()
        counted = _Counted(chunks)
        with _explained("take an object in"):
            self._make_room(name)
            try:
                self._write(name, iter(counted))
            except BaseException:
                self._clear_away(name)
                raise
            self._settle(name)
        return StoredObject(name, counted.size)

    def get(self, name: str) -> Iterator[bytes]:
        """Read an object as a stream; one that is gone is damage, since only `delete` removes."""
        try:
            with _explained("hand an object out"):
                yield from self._read(_checked(name))
        except _GONE as error:
            raise VaultDamaged(f"object {name} is gone", Damage.GONE) from error

    def delete(self, name: str) -> None:
        """Remove an object; one already gone is as wished."""
        try:
            with _explained("delete an object"):
                obstore.delete(self._store, _checked(name))
        except _GONE:
            return

    def note(self, name: str, content: bytes) -> None:
        """Write an entry of the ledger; unlike an object it may be written twice."""
        path = _NOTES + name
        with _explained("take an entry of the ledger in"):
            self._make_room(path)
            obstore.put(self._store, path, content)
            self._settle(path)

    def notes(self) -> Iterator[tuple[str, bytes]]:
        """Every entry of the ledger, page by page."""
        with _explained("hand the ledger out"):
            for page in obstore.list(self._store, prefix=_NOTES):
                for entry in page:
                    name = entry["path"].removeprefix(_NOTES)
                    if _NOTE_NAME.fullmatch(name):
                        yield name, bytes(obstore.get(self._store, entry["path"]).bytes())

    def exists(self, name: str) -> bool:
        """True when the object is there, whatever it holds."""
        try:
            obstore.head(self._store, _checked(name))
        except _GONE:
            return False
        return True

    def names(self, before: datetime | None = None) -> Iterator[StoredObject]:
        """Go through all objects, or those that lie there since before a moment, page by page."""
        with _explained("list what it holds"):
            for page in obstore.list(self._store):
                for entry in page:
                    if _NAME.fullmatch(entry["path"]) and (before is None or entry["last_modified"] < before):
                        yield StoredObject(entry["path"], entry["size"])

    def _make_room(self, name: str) -> None:
        if self._folder is not None:
            _made_private((self._folder / name).parent)

    def _settle(self, name: str) -> None:
        if self._folder is not None:
            _settle(self._folder / name)

    def _clear_away(self, name: str) -> None:
        """Take away what an interrupted write has left beside the name it was meant for."""
        if self._folder is None:
            return
        whole = self._folder / name
        for left in whole.parent.glob(f"{whole.name}#*"):
            left.unlink(missing_ok=True)

    def _read(self, name: str) -> Iterator[bytes]:
        if self._folder is not None:  # read as a file: obstore's own stream is four times as slow
            with (self._folder / name).open("rb") as file:
                while chunk := file.read(_READ):
                    yield chunk
            return
        for part in obstore.get(self._store, name).stream(min_chunk_size=_READ):
            yield bytes(part)

    def _write(self, name: str, chunks: Iterator[bytes]) -> None:
        head = _first_part(chunks)
        if len(head) < _PART:
            obstore.put(self._store, name, head, mode="create")
            return
        # A stream cannot be created conditionally; 256 random bits in the name stand in for it.
        whole = chain((head,), chunks)
        obstore.put(self._store, name, whole, chunk_size=_PART, max_concurrency=_PARTS_AT_ONCE)


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Turn what a store may say of itself into one clear error; that an object is gone is another matter."""
    try:
        yield
    except _GONE:
        raise
    except (BaseError, OSError) as error:
        raise StoreUnavailable(f"the vault could not {what}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    said = str(error).lower()
    if "no space left" in said or "os error 28" in said or "quota" in said or "insufficientstorage" in said:
        return "its disk is full. Make room, then try again"
    if "read-only" in said or "permission denied" in said or "accessdenied" in said:
        return "it may not be written. Look at its rights and how it is mounted"
    if "file too large" in said:
        return "its file system takes no file of that size"
    return "it does not answer as it should"


class _Counted:
    """Chunks passed through unchanged, and how many bytes they were."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            yield chunk


def _first_part(chunks: Iterator[bytes]) -> bytes:
    head: list[bytes] = []
    size = 0
    for chunk in chunks:
        head.append(chunk)
        size += len(chunk)
        if size >= _PART:
            break
    return b"".join(head)


def _new_name() -> str:
    name = secrets.token_hex(32)
    return f"{name[:2]}/{name}"


def _checked(name: str) -> str:
    # A name comes back from the database; it must not lead anywhere else.
    if not _NAME.fullmatch(name):
        raise VaultDamaged("not the name of an object")
    return name


def _local_folder(url: str) -> Path | None:
    parts = urlsplit(url)
    if parts.scheme != "file":
        return None
    if parts.netloc or not parts.path.startswith("/"):
        raise StoreUnfit("a local vault needs an absolute path: file:///folder")
    return Path(unquote(parts.path))


def _remote(url: str) -> S3Store:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not parts.netloc:
        raise StoreUnfit("a vault is file:///folder or s3://bucket/prefix?endpoint=...&region=...")
    if not options.keys() <= _S3_OPTIONS:
        raise StoreUnfit(f"an S3 vault understands only {', '.join(sorted(_S3_OPTIONS))}")
    plain_http = options.pop("allow_http", "false") == "true"
    return S3Store.from_url(
        parts._replace(query="").geturl(),
        config=cast("S3Config", options),
        client_options={"allow_http": plain_http},
    )


def _made_private(folder: Path) -> Path:
    """The folder, made if need be, closed to everybody but this account."""
    for missing in [p for p in (*reversed(folder.parents), folder) if not p.exists()]:
        missing.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        raise StoreUnfit(f"{folder} is open to others. Run: chmod 700 {folder}")
    return folder


def _settle(path: Path) -> None:
    """Close the file to others and make it survive a power cut: the database will say that it is there."""
    path.chmod(0o600)
    for place in (path, path.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
