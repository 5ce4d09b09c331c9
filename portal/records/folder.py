"""What lies in an archive's folder: each thing once, in a fixed order, following no link."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from portal.kernel.errors import Invalid
from portal.records.values import shown
from portal.records.vocab import IgnoreReason

MANIFEST_NAME = "manifest.csv"
_JUNK_FILES = frozenset({".apdisk", ".directory", ".ds_store", "desktop.ini", "ehthumbs.db", "thumbs.db"})
_JUNK_FOLDERS = frozenset({".fseventsd", ".spotlight-v100", "__macosx"})


class FolderInvalid(Invalid):
    """The archive's folder, or a part of it, cannot be read; nothing may be left out unnoticed."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing in the folder; `path` opens it, `shown` is safe to store and to show."""

    path: str
    shown: str
    size: int
    ignored: IgnoreReason | None = None

    @property
    def is_regular(self) -> bool:
        """Only regular files are counted as files of the archive; links and devices are named and left."""
        return self.ignored not in {IgnoreReason.SPECIAL, IgnoreReason.SYMLINK}


def walk(root: Path, manifest: Path | None = None) -> Iterator[Found]:
    """Name everything below the folder, always in the same order, following no link."""
    listed = manifest.resolve() if manifest else None
    for path, entry in _below(root, ""):
        yield _found(path, entry, root, listed)


def open_original(root: Path, found: Found) -> BinaryIO:
    """Open exactly the file that was found: a link put in its way in the meantime is refused."""
    *folders, name = found.path.split("/")
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in folders:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        # Without O_NONBLOCK a pipe of that name would make us wait for ever.
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as error:
        raise FolderInvalid(f"{found.shown} cannot be opened: {error.strerror}.") from error
    finally:
        os.close(folder)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise FolderInvalid(f"{found.shown} is no longer an ordinary file.")
    return os.fdopen(file, "rb")


def _below(folder: Path | str, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        place = shown(prefix.rstrip("/")) or "The archive's folder"
        raise FolderInvalid(f"{place} cannot be read: {error.strerror}.") from error
    for entry in ordered:
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry


def _found(path: str, entry: os.DirEntry[str], root: Path, manifest: Path | None) -> Found:
    size = entry.stat(follow_symlinks=False).st_size
    return Found(path, shown(path), size, _ignored(path, entry, root, manifest))


def _ignored(path: str, entry: os.DirEntry[str], root: Path, manifest: Path | None) -> IgnoreReason | None:
    """A hidden file is not ignored: somebody may have hidden it for a reason."""
    *folders, name = path.casefold().split("/")
    if entry.is_symlink():
        return IgnoreReason.SYMLINK
    if not entry.is_file(follow_symlinks=False):
        return IgnoreReason.SPECIAL
    if path == MANIFEST_NAME or (manifest and (root / path).resolve() == manifest):
        return IgnoreReason.MANIFEST
    if name in _JUNK_FILES or name.startswith("._") or _JUNK_FOLDERS.intersection(folders):
        return IgnoreReason.SYSTEM_JUNK
    return None
