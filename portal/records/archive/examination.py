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


def examine(found: Found, surveyed: Surveyed, sandbox: Sandbox, known: Known) -> Examined:
    """Decide the fate of one file; `known` says which path already holds content with a given hash."""
    if found.ignored is not None:
        return Examined(found, Fate.IGNORED, found.ignored)
    description = set_in_context(describe(found.path, surveyed.layout, surveyed.manifest), surveyed.overview)
    examined = Examined(found, Fate.REFUSED, description=description)
    if found.size > MOST_BYTES:
        return replace(examined, reason=RefusalReason.TOO_LARGE)
    content = _content(surveyed.root, found)
    if content is None:
        return replace(examined, reason=RefusalReason.UNREADABLE)
    return _looked_into(
        replace(examined, sha256=hashlib.sha256(content).hexdigest()), content, sandbox, known
    )


def place_of(path: str) -> bytes:
    """By what a file is recognised when an import is resumed, however strangely it is called."""
    return hashlib.sha256(os.fsencode(path)).digest()


def _looked_into(examined: Examined, content: bytes, sandbox: Sandbox, known: Known) -> Examined:
    if original := known(examined.sha256 or ""):
        return replace(examined, fate=Fate.DUPLICATE, original=original)
    try:
        sniffed = sandbox.sniff(content)
    except Refused as refusal:
        return replace(examined, reason=refusal.reason.value)
    return replace(
        examined,
        fate=Fate.STORED,
        description=_confronted(examined.description, sniffed),
        sniffed=sniffed,
        content=content,
    )


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
