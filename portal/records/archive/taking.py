"""Files on their way in: read and hashed, looked into, encrypted and laid down; several at once, yet in their order.

The database is asked and told by the caller alone, for a group of files at a time; threads never see it.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from queue import LifoQueue
from typing import Self

from portal.records.archive.examination import Examined, Surveyed, held_already, looked_into, taken_up
from portal.records.archive.survey import Found
from portal.records.vocab import Fate
from portal.vault import service as vaults
from portal.vault.sandbox import Sandbox
from portal.vault.service import Deposit, Placed, Vault

PURPOSE = "original"
OWNER = "archive"
MOST_AT_ONCE = 8
FILES_IN_A_GROUP = 32
BYTES_IN_A_GROUP = 32 * 1024 * 1024
FILES_WORTH_A_SANDBOX = 100  # starting one takes as long as looking into hundreds of photographs
_CHUNK = 1 << 20
_HANDS_FOR_EACH_CORE = 2  # one waits for the disk while the other works

Numbered = tuple[int, Found]
Held = Callable[[Collection[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Taken:
    """One file with its place in the folder and its fate; stored content lies in the vault's store by now."""

    position: int
    examined: Examined
    placed: Placed | None = None


class Taking:
    """Hands and sandboxes that share the files of an import; the vault's own sandbox stays open in the end."""

    def __init__(self, vault: Vault, surveyed: Surveyed, at_once: int | None = None) -> None:
        self._vault, self._surveyed = vault, surveyed
        worth = 1 + surveyed.overview.files // FILES_WORTH_A_SANDBOX
        self._size = at_once or min(os.cpu_count() or 1, MOST_AT_ONCE, worth)
        self._free: LifoQueue[Sandbox] = LifoQueue()  # whichever is awake already is taken first
        self._free.put(vault.sandbox)
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        for _ in range(self._size - 1):
            self._free.put(self._closing.enter_context(Sandbox()))
        self._hands = self._closing.enter_context(ThreadPoolExecutor(self._size * _HANDS_FOR_EACH_CORE))
        return self

    def __exit__(self, *_: object) -> None:
        self._hands.shutdown(cancel_futures=True)
        self._closing.close()

    def in_groups(self, files: Iterable[Numbered], held: Held) -> Iterator[list[Taken]]:
        """Each file with its fate, in the order of the folder; `held` says which path holds which content already.

        What two of these files have in common is stored once.  Only a few groups are in memory at a time.
        """
        first: dict[str, Future[Taken]] = {}
        ahead: deque[list[Callable[[], Taken]]] = deque()
        for group in self._read(files):
            contents = held({each.examined.sha256 for each in group if each.examined.sha256})
            ahead.append([self._begun(each, contents, first) for each in group])
            if len(ahead) > 1:
                yield [ended() for ended in ahead.popleft()]
        for left in ahead:
            yield [ended() for ended in left]

    def _read(self, files: Iterable[Numbered]) -> Iterator[list[Taken]]:
        """Groups of files, read and hashed; the next group is read meanwhile."""
        ahead: deque[list[Future[Taken]]] = deque()
        for group in _grouped(files):
            ahead.append([self._hands.submit(self._opened, position, found) for position, found in group])
            if len(ahead) > 1:
                yield [each.result() for each in ahead.popleft()]
        for left in ahead:
            yield [each.result() for each in left]

    def _opened(self, position: int, found: Found) -> Taken:
        return Taken(position, taken_up(found, self._surveyed))

    def _begun(
        self, taken: Taken, contents: Mapping[str, str], first: dict[str, Future[Taken]]
    ) -> Callable[[], Taken]:
        """What will say the fate of a file, once it is known."""
        if not taken.examined.is_undecided:
            return lambda: taken
        sha256 = taken.examined.sha256 or ""
        if sha256 in contents:
            return lambda: replace(taken, examined=held_already(taken.examined, contents[sha256]))
        if (before := first.get(sha256)) is not None:
            return lambda: _again(taken, before.result())
        first[sha256] = self._hands.submit(self._laid_down, taken)
        return first[sha256].result

    def _laid_down(self, taken: Taken) -> Taken:
        sandbox = self._free.get()
        try:
            examined = looked_into(taken.examined, sandbox)
        finally:
            self._free.put(sandbox)
        if examined.fate is not Fate.STORED or examined.sniffed is None:
            return replace(taken, examined=examined)
        deposit = Deposit(PURPOSE, OWNER, examined.sniffed.media_type)
        placed = vaults.place(self._vault, deposit, _chunks(examined.content))
        return Taken(taken.position, replace(examined, content=b""), placed)


def _again(taken: Taken, before: Taken) -> Taken:
    """The fate of a file whose very content came just before: held by now, or refused for the same reason."""
    if before.examined.fate is Fate.STORED:
        return replace(taken, examined=held_already(taken.examined, before.examined.found.shown))
    return replace(taken, examined=replace(taken.examined, reason=before.examined.reason, content=b""))


def _grouped(files: Iterable[Numbered]) -> Iterator[list[Numbered]]:
    """Groups that are small in number and in bytes; one large file is a group of its own."""
    group: list[Numbered] = []
    size = 0
    for position, found in files:
        if group and (len(group) == FILES_IN_A_GROUP or size + found.size > BYTES_IN_A_GROUP):
            yield group
            group, size = [], 0
        group.append((position, found))
        size += found.size
    if group:
        yield group


def _chunks(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]
