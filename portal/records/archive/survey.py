"""What lies in an archive's folder, what folder and list say about each file, and about the whole."""

from __future__ import annotations

import os
import stat
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import BinaryIO

from portal.kernel.errors import Invalid, worded
from portal.records.archive.layout import Layout, Located
from portal.records.archive.manifest import Entry, Manifest, path_key
from portal.records.values import fold_words, guess_kind, oddities_of, shown, sound
from portal.records.vocab import FileKind, IgnoreReason, Oddity

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


@dataclass(frozen=True, slots=True)
class Statement:
    """What one witness, the folder or the list, says about a file; blank where it is silent."""

    number: str | None = None
    branch: str | None = None
    date: date | None = None
    photographer: str | None = None
    kind: FileKind | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """What a file is held to be, with both statements beside it and everything odd about them."""

    kind: FileKind
    number: str | None
    branch: str | None
    date: date | None
    photographer: str | None
    note: str
    stated_by_folder: Statement
    stated_by_manifest: Statement
    oddities: tuple[Oddity, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What only the whole archive shows; every finding is a question to a person, nothing is merged.

    `numbers` counts people by branch and number: the same number under two branches is two people until shown
    otherwise. A number that nobody gave a branch counts only if no branch is known for it anywhere.
    `spellings` are photographers' names that sound alike, the usual spelling first.
    """

    files: int
    ignored: int
    numbers: int
    shared_numbers: dict[str, tuple[str, ...]]
    spellings: tuple[tuple[str, ...], ...]
    missing: tuple[Entry, ...]


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
        raise FolderInvalid(
            worded("%(file)s cannot be opened: %(why)s."), file=found.shown, why=error.strerror or ""
        ) from error
    finally:
        os.close(folder)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise FolderInvalid(worded("%(file)s is no longer an ordinary file."), file=found.shown)
    return os.fdopen(file, "rb")


def describe(path: str, layout: Layout, manifest: Manifest | None = None) -> Description:
    """Put together what the folder and the list say; where they disagree both are kept and it is noted.

    For a photograph the folder prevails: it is the order in which the photographers filed their work, and the
    list was typed later. For a paper the list prevails: papers were gathered from many hands into folders by
    year, and whoever listed them had read them.
    """
    located = layout.read(path) or Located()
    folder = Statement(located.number, located.branch, located.date, located.photographer, located.kind)
    entry = manifest.entry_for(path) if manifest else None
    listed = _stated(entry)
    kind = listed.kind or folder.kind or guess_kind(path)
    first, second = (folder, listed) if kind is FileKind.PHOTOGRAPH else (listed, folder)
    number, branch = _person(first, second)
    oddities = _oddities(path, folder, listed, number)
    if manifest and entry is None:
        oddities.add(Oddity.NOT_IN_MANIFEST)
    return Description(
        kind=kind,
        number=number,
        branch=branch,
        date=first.date or second.date,
        photographer=first.photographer or second.photographer,
        note=entry.note if entry else "",
        stated_by_folder=folder,
        stated_by_manifest=listed,
        oddities=tuple(sorted(oddities)),
    )


def confront(
    description: Description, *, taken: date | None, has_location: bool, has_script: bool
) -> Description:
    """Add what the file's own content says: the camera's day, a place, a program inside a paper."""
    found = set(description.oddities)
    is_photograph = description.kind is FileKind.PHOTOGRAPH  # the day a paper was scanned proves nothing
    if is_photograph and taken and description.date and taken != description.date:
        found.add(Oddity.DATE_CONTRADICTS_EXIF)
    if has_location:
        found.add(Oddity.LOCATION_IN_ORIGINAL)
    if has_script:
        found.add(Oddity.SCRIPT_IN_PDF)
    return replace(description, oddities=tuple(sorted(found)))


def overlook(found: Iterable[Found], layout: Layout, manifest: Manifest | None = None) -> Overview:
    """Go through the whole folder once, keeping only people, photographers and what is missing."""
    files = ignored = 0
    people: set[tuple[str | None, str]] = set()
    photographers: Counter[str] = Counter()
    missing = dict(manifest.entries) if manifest else {}
    for one in found:
        files += one.is_regular
        ignored += one.is_regular and one.ignored is not None
        missing.pop(path_key(one.path), None)
        if one.ignored is None:
            description = describe(one.path, layout, manifest)
            people |= {(description.branch, description.number)} if description.number else set()
            photographers.update(_names(description))
    shared = _branches_by_number(people)
    return Overview(
        files=files,
        ignored=ignored,
        numbers=sum(max(1, len(branches)) for branches in shared.values()),
        shared_numbers={number: tuple(sorted(b)) for number, b in sorted(shared.items()) if len(b) > 1},
        spellings=_alike(photographers),
        missing=tuple(missing.values()),
    )


def set_in_context(description: Description, overview: Overview) -> Description:
    """Add what only the whole archive shows about this file."""
    found = set(description.oddities)
    if description.number in overview.shared_numbers:
        found.add(Oddity.SAME_NUMBER_OTHER_BRANCH)
    if any(_names(description).intersection(rarer) for _, *rarer in overview.spellings):
        found.add(Oddity.PHOTOGRAPHER_SPELLED_DIFFERENTLY)
    return replace(description, oddities=tuple(sorted(found)))


def _below(folder: Path | str, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        raise _unreadable(shown(prefix.rstrip("/")), error.strerror or "") from error
    for entry in ordered:
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry


def _unreadable(folder: str, why: str) -> FolderInvalid:
    if not folder:
        return FolderInvalid(worded("The archive's folder cannot be read: %(why)s."), why=why)
    return FolderInvalid(worded("The folder %(folder)s cannot be read: %(why)s."), folder=folder, why=why)


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


def _stated(entry: Entry | None) -> Statement:
    if entry is None:
        return Statement()
    return Statement(entry.number, entry.branch, entry.date, entry.photographer, entry.kind)


def _person(first: Statement, second: Statement) -> tuple[str | None, str | None]:
    """Number and branch of one witness.

    Never the number of one with the branch of another who means somebody else: that would be a person of whom
    nobody has spoken.
    """
    if first.number is None:
        return second.number, second.branch or (first.branch if second.number else None)
    agree = second.number in {None, first.number}
    return first.number, first.branch or (second.branch if agree else None)


def _oddities(path: str, folder: Statement, listed: Statement, number: str | None) -> set[Oddity]:
    found = set(oddities_of(path))
    if number is None:
        found.add(Oddity.NO_NUMBER)
    if any(part.startswith(".") for part in path.split("/")):
        found.add(Oddity.HIDDEN_NAME)
    if folder.number and listed.number and folder.number != listed.number:
        found.add(Oddity.NUMBER_CONTRADICTS_MANIFEST)
    if folder.branch and listed.branch and fold_words(folder.branch) != fold_words(listed.branch):
        found.add(Oddity.BRANCH_CONTRADICTS_MANIFEST)
    if folder.date and listed.date and folder.date != listed.date:
        found.add(Oddity.DATE_CONTRADICTS_MANIFEST)
    if folder.kind and listed.kind and folder.kind is not listed.kind:
        found.add(Oddity.KIND_CONTRADICTS_MANIFEST)
    return found | _about_photographers(folder.photographer, listed.photographer)


def _about_photographers(by_folder: str | None, by_list: str | None) -> set[Oddity]:
    if not by_folder or not by_list or fold_words(by_folder) == fold_words(by_list):
        return set()
    if sound(by_folder) == sound(by_list):
        return {Oddity.PHOTOGRAPHER_SPELLED_DIFFERENTLY}
    return {Oddity.PHOTOGRAPHER_CONTRADICTS_MANIFEST}


def _names(description: Description) -> set[str]:
    stated = (description.stated_by_folder, description.stated_by_manifest)
    return {statement.photographer for statement in stated if statement.photographer}


def _branches_by_number(people: set[tuple[str | None, str]]) -> dict[str, set[str]]:
    branches: dict[str, set[str]] = defaultdict(set)
    for branch, number in people:
        branches[number].update({branch} if branch else set())
    return branches


def _alike(photographers: Counter[str]) -> tuple[tuple[str, ...], ...]:
    """Groups of spellings that sound alike, the usual one first; a single consonant suggests nothing."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(photographers, key=lambda name: (-photographers[name], name)):
        groups[sound(name)].append(name)
    return tuple(tuple(names) for key, names in sorted(groups.items()) if len(key) > 1 and len(names) > 1)
