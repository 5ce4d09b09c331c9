"""What an import is given, and what it tells: the fate of every file, and counts that add up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from portal.records.vocab import BatchState, Fate, FileKind, Oddity, OrderState


@dataclass(frozen=True, slots=True)
class Import:
    """What was asked: whose archive, how its folders are to be read, and with which list.

    What is said about the archive itself, and which heading of the list stands for what, does not make it another.
    """

    source: str
    layout: str
    folder: str
    manifest_sha256: str | None
    columns: Mapping[str, str] = field(default_factory=dict, compare=False)
    giver: str | None = field(default=None, compare=False)
    mandate: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a custodian wishes to bring in out of the inbox."""

    source: str
    layout: str
    folder: str
    manifest: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    giver: str | None = None
    mandate: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What folder and list say before a single file is opened."""

    files: int
    ignored: int
    numbers: int
    missing: int
    rows: int
    flaws: int
    unknown_columns: list[str]
    spellings: list[list[str]]
    oddities: Mapping[Oddity, int] | Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast an import that runs goes, and how long it will still take if it goes on like this."""

    files_a_minute: int
    minutes_left: int

    @classmethod
    def of(cls, done: int, total: int, took: timedelta) -> Pace | None:
        """None while too little is done to say anything."""
        minutes = took.total_seconds() / 60
        if done <= 0 or minutes <= 0:
            return None
        return cls(round(done / minutes), ceil((total - done) * minutes / done))


@dataclass(frozen=True, slots=True)
class Why:
    """Why an order could not be carried out: a text, and apart from it what fills its places."""

    text: str
    said: Mapping[str, str | int]

    def kept(self) -> str:
        """As it is written down."""
        return json.dumps([self.text, dict(self.said)], ensure_ascii=False)

    @classmethod
    def read(cls, kept: str) -> Why:
        """Out of what was written down; formerly that was the sentence itself."""
        try:
            text, said = json.loads(kept)
        except ValueError:
            return cls(kept, {})
        return cls(text, said)


@dataclass(frozen=True, slots=True)
class Ordered:
    """An import ordered at the desk, as its custodian sees it."""

    id: UUID
    source: str
    layout: str
    folder: str
    manifest: str | None
    columns: Mapping[str, str]
    giver: str | None
    mandate: str | None
    state: OrderState
    look: Look | None
    total: int
    gone_through: int
    batch_id: UUID | None
    why: Why | None
    ordered_by: UUID
    ordered_at: datetime
    pace: Pace | None
    may_begin: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class KnownArchive:
    """One archive among several, as its keepers see it."""

    id: UUID
    source: str
    giver: str | None
    mandate: str | None
    custodian_id: UUID | None
    layout: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers of one branch between two known people for which nothing is held."""

    branch: str | None
    first: int
    last: int

    @property
    def numbers(self) -> int:
        """How many numbers are missing."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class SamePicture:
    """The very same content in two archives; whether it shows the same person is for people to say."""

    source: str
    path: str
    other_source: str
    other_path: str
    other_batch_id: UUID


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What folder and list say of one file where they do not say the same."""

    path: str
    folder: Mapping[str, str | None]
    list: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Told:
    """The fate of one file, with the reason; links and devices are named but not counted."""

    path: str
    fate: Fate
    reason: str | None = None
    oddities: tuple[Oddity, ...] = ()
    original: str | None = None
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class Counts:
    """How many files met which fate: files are exactly the first four; missing ones are only listed."""

    stored: int
    duplicates: int
    refused: int
    ignored: int
    missing: int

    @property
    def files(self) -> int:
        """Regular files on disk."""
        return self.stored + self.duplicates + self.refused + self.ignored

    @classmethod
    def of(cls, fates: Counter[Fate]) -> Counts:
        """Counts from fates."""
        return cls(
            fates[Fate.STORED],
            fates[Fate.DUPLICATE],
            fates[Fate.REFUSED],
            fates[Fate.IGNORED],
            fates[Fate.MISSING],
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import found; no batch when it wrote nothing or there was nothing new."""

    batch_id: UUID | None
    numbers: int
    fates: tuple[Told, ...]

    @property
    def counts(self) -> Counts:
        """The counts of all fates."""
        return Counts.of(Counter(told.fate for told in self.fates if told.is_counted))

    @property
    def oddities(self) -> Counter[Oddity]:
        """How many files show what is odd."""
        return Counter(oddity for told in self.fates for oddity in told.oddities)


@dataclass(frozen=True, slots=True)
class Batch:
    """One import, as keepers of the archive see it."""

    id: UUID
    version: int
    source: str
    folder: str
    layout: str
    state: BatchState
    counts: Counts
    numbers: int
    proposed_by: UUID
    proposed_at: datetime
    signed_by: UUID | None
    signed_at: datetime | None
    rejected_by: UUID | None
    rejected_at: datetime | None
    reason: str | None
    may_accept: bool
    may_reject: bool


@dataclass(frozen=True, slots=True)
class BatchFile:
    """An import as it lies open on a desk: how many files show what is odd, and who signed."""

    batch: Batch
    oddities: Mapping[Oddity, int]
    people: Mapping[UUID, str]
    by_command: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A file of the archive and the object that holds it."""

    object_id: UUID
    path: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A photograph or paper drawn anew for the eye: one picture for each page, or a cleaned PDF."""

    kind: FileKind
    media_type: str
    sheets: tuple[bytes, ...]
