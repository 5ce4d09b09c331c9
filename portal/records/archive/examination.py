"""Examine one file: what folder and list say, its hash, whether it is held already, what it really is."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from portal.records.archive.layout import Layout
from portal.records.archive.manifest import Manifest
from portal.records.archive.survey import (
    Description,
    FolderInvalid,
    Found,
    Overview,
    confront,
    describe,
    open_original,
    set_in_context,
)
from portal.records.archive.vocab import Told
from portal.records.vocab import Fate, RefusalReason
from portal.vault.sandbox import Sandbox
from portal.vault.vocab import MOST_BYTES, Refused, Sniffed

Known = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A folder that has been walked through once, with its list: all that one file alone cannot tell."""

    root: Path
    listed: Path | None
    layout: Layout
    manifest: Manifest | None
    overview: Overview


@dataclass(frozen=True, slots=True)
class Examined:
    """One file with its fate; the content is there only when it is to be stored."""

    found: Found
    fate: Fate
    reason: str | None = None
    description: Description | None = None
    sha256: str | None = None
    original: str | None = None
    sniffed: Sniffed | None = None
    content: bytes = b""

    @property
    def told(self) -> Told:
        """The fate without the file."""
        oddities = self.description.oddities if self.description else ()
        return Told(self.found.shown, self.fate, self.reason, oddities, self.original, self.found.is_regular)

    @property
    def is_undecided(self) -> bool:
        """Only what the file really is can still decide its fate."""
        return self.fate is Fate.REFUSED and self.reason is None


def examine(found: Found, surveyed: Surveyed, sandbox: Sandbox, known: Known) -> Examined:
    """Decide the fate of one file; `known` says which path already holds content with a given hash."""
    examined = taken_up(found, surveyed)
    if examined.is_undecided:
        examined = held_already(examined, known(examined.sha256 or ""))
    return looked_into(examined, sandbox)


def taken_up(found: Found, surveyed: Surveyed) -> Examined:
    """What folder, list and hash say of a file; undecided when it has to be looked into."""
    if found.ignored is not None:
        return Examined(found, Fate.IGNORED, found.ignored)
    description = set_in_context(describe(found.path, surveyed.layout, surveyed.manifest), surveyed.overview)
    examined = Examined(found, Fate.REFUSED, description=description)
    if found.size > MOST_BYTES:
        return replace(examined, reason=RefusalReason.TOO_LARGE)
    content = _content(surveyed.root, found)
    if content is None:
        return replace(examined, reason=RefusalReason.UNREADABLE)
    return replace(examined, sha256=hashlib.sha256(content).hexdigest(), content=content)


def held_already(examined: Examined, original: str | None) -> Examined:
    """The same file as a duplicate of the path that holds its very content; as it is when none does."""
    if original is None:
        return examined
    return replace(examined, fate=Fate.DUPLICATE, original=original, content=b"")


def looked_into(examined: Examined, sandbox: Sandbox) -> Examined:
    """The fate of a file once it is known what it really is; one that is decided stays as it is."""
    if not examined.is_undecided:
        return examined
    try:
        sniffed = sandbox.sniff(examined.content)
    except Refused as refusal:
        return replace(examined, reason=refusal.reason.value, content=b"")
    described = _confronted(examined.description, sniffed)
    return replace(examined, fate=Fate.STORED, description=described, sniffed=sniffed)


def place_of(path: str) -> bytes:
    """By what a file is recognised when an import is resumed, however strangely it is called."""
    return hashlib.sha256(os.fsencode(path)).digest()


def _confronted(description: Description | None, sniffed: Sniffed) -> Description | None:
    if description is None:
        return None
    return confront(
        description, taken=sniffed.taken_on, has_location=sniffed.has_location, has_script=sniffed.has_script
    )


def _content(root: Path, found: Found) -> bytes | None:
    """The bytes exactly once: what is hashed is what is looked into and what is stored."""
    try:
        with open_original(root, found) as file:
            content = file.read(MOST_BYTES + 1)
    except (FolderInvalid, OSError):
        return None  # one file that cannot be opened is named as refused, and the others go on
    return content if len(content) <= MOST_BYTES else None
