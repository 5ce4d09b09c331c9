"""Several files are looked into at once, each in a sandbox of its own, one for each core."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue
from typing import Self

from portal.records.archive.examination import Examined, looked_into
from portal.vault.sandbox import Sandbox

MOST_AT_ONCE = 8
Placed = tuple[int, Examined]


class Looking:
    """Sandboxes that share the files of an import; the one that is given stays open in the end."""

    def __init__(self, sandbox: Sandbox, at_once: int | None = None) -> None:
        self._size = at_once or min(os.cpu_count() or 1, MOST_AT_ONCE)
        self._free: SimpleQueue[Sandbox] = SimpleQueue()
        self._free.put(sandbox)
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        for _ in range(self._size - 1):
            self._free.put(self._closing.enter_context(Sandbox()))
        self._pool = self._closing.enter_context(ThreadPoolExecutor(self._size))
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._closing.close()

    def in_order(self, files: Iterable[Placed]) -> Iterator[Placed]:
        """Each file, looked into, in the order in which they came; only a few are held in memory at a time."""
        ahead: deque[tuple[int, Future[Examined]]] = deque()
        for position, examined in files:
            ahead.append((position, self._pool.submit(self._look, examined)))
            if len(ahead) > self._size:
                yield _next(ahead)
        while ahead:
            yield _next(ahead)

    def _look(self, examined: Examined) -> Examined:
        if not examined.is_undecided:
            return examined
        sandbox = self._free.get()
        try:
            return looked_into(examined, sandbox)
        finally:
            self._free.put(sandbox)


def _next(ahead: deque[tuple[int, Future[Examined]]]) -> Placed:
    position, looked = ahead.popleft()
    return position, looked.result()
