"""Opens untrusted files in a separate process: little memory, little time, no files, network or keys.

Messages go over two pipes: length, JSON header, then the bodies whose sizes the header tells.
"""

from __future__ import annotations

import fcntl
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock, Timer
from typing import IO, Any, Self, TypeVar

from portal.kernel.errors import Invalid
from portal.vault.vocab import MOST_BYTES, SIGNS, FileKind, Mark, Recipe, RefusalReason, Refused, Sniffed

SECONDS = 180.0
_FILES_PER_CHILD = 5_000  # memory that a library never gives back goes with the child
_MOST_HEADER = 64 * 1024
_WIDE = 1 << 20
_TO_END = 1.0  # seconds that a child has to end once its pipe is closed
_COMMAND = (sys.executable, "-I", "-m", "portal.vault.sandbox_child")
# Nothing of our own environment, which holds the keys; libmagic is found with the system's own tools.
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}

# What reading from a child that died, or talks nonsense, can raise.
_FAULTS = (OSError, EOFError, ValueError, LookupError, TypeError, RecursionError)
Answer = TypeVar("Answer")


class SandboxBroken(RuntimeError):
    """The separate process does not start; a fault of the set-up, never of a file."""


@dataclass(frozen=True, slots=True)
class Message:
    """What goes over a pipe: a small header and some bodies of bytes."""

    header: dict[str, Any]
    bodies: tuple[bytes, ...] = ()


def send(pipe: IO[bytes], message: Message) -> None:
    """Write one message."""
    header = json.dumps(message.header | {"sizes": [len(body) for body in message.bodies]}).encode()
    pipe.write(len(header).to_bytes(4, "big") + header)
    for body in message.bodies:
        pipe.write(body)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Message:
    """Read one message from an untrusted sender; its end is an `EOFError`, nonsense a `ValueError`."""
    size = int.from_bytes(_exactly(pipe, 4), "big")
    if size > _MOST_HEADER:
        raise ValueError("a header is too long")
    header = json.loads(_exactly(pipe, size))
    if not isinstance(header, dict):
        raise TypeError("a header is an object")
    sizes = header.pop("sizes")
    if not all(isinstance(size, int) and size >= 0 for size in sizes) or sum(sizes) > MOST_BYTES:
        raise ValueError("bodies are too long")
    return Message(header, tuple(_exactly(pipe, size) for size in sizes))


class Sandbox:
    """One child process for many files, started when first needed and again whenever a file has ended it."""

    def __init__(self, seconds: float = SECONDS, command: Sequence[str] = _COMMAND) -> None:
        self._seconds = seconds
        self._command = command
        self._child: subprocess.Popen[bytes] | None = None
        self._files = 0
        self._is_late = False
        self._one_at_a_time = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """End the child; the next file would start another."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()

    def sniff(self, source: Path | bytes) -> Sniffed:
        """What a file really is; `Refused` when it is not to be taken in."""
        return self._ask({"act": "sniff"}, _content(source), _sniffed)

    def draw(self, original: bytes, recipe: Recipe, mark: Mark | None = None) -> bytes:
        """A JPEG drawn anew from a picture; with a mark, it says unseen which opening it was drawn for."""
        header = {"act": "draw", "recipe": recipe.canonical()}
        return self._ask(header | _told(mark), original, _only)

    def read_mark(self, picture: bytes, key: bytes) -> int | None:
        """The number that a picture carries unseen, if there is one."""
        return self._ask({"act": "read_mark", "key": key.hex()}, picture, _number)

    def likeness(self, original: bytes) -> int:
        """The signs by which a picture is recognised however it was saved."""
        return self._ask({"act": "likeness"}, original, _signs)

    def draw_pages(self, original: bytes, recipe: Recipe) -> tuple[bytes, ...]:
        """A JPEG drawn anew from each page of a TIFF."""
        return self._ask({"act": "draw_pages", "recipe": recipe.canonical()}, original, _bodies)

    def clean_pdf(self, original: bytes) -> bytes:
        """A PDF written anew with what its pages show and nothing else."""
        return self._ask({"act": "clean_pdf"}, original, _only)

    def _ask(self, header: dict[str, Any], content: bytes, read: Callable[[Message], Answer]) -> Answer:
        """One question, one answer; a child that dies, dawdles or talks nonsense is ended."""
        with self._one_at_a_time:
            child = self._ready_child()
            try:
                return read(_checked(self._exchange(child, Message(header, (content,)))))
            except _FAULTS as error:
                reason = RefusalReason.TOO_SLOW if self._ran_out_of_time(child) else RefusalReason.UNREADABLE
                self.close()
                raise Refused(reason) from error

    def _ran_out_of_time(self, child: subprocess.Popen[bytes]) -> bool:
        """True when our patience, or the child's own allowance of processor time, was at its end."""
        with suppress(subprocess.TimeoutExpired):
            child.wait(_TO_END)
        return self._is_late or child.returncode == -signal.SIGXCPU

    def _end_late(self, child: subprocess.Popen[bytes]) -> None:
        self._is_late = True
        child.kill()

    def _exchange(self, child: subprocess.Popen[bytes], question: Message | None) -> Message:
        self._is_late = False
        watch = Timer(self._seconds, self._end_late, (child,))
        watch.start()
        try:
            if question is not None:
                send(_pipe(child.stdin), question)
            return receive(_pipe(child.stdout))
        finally:
            watch.cancel()

    def _ready_child(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._files >= _FILES_PER_CHILD:
            self.close()
            self._child, self._files = self._started(), 0
        self._files += 1
        return self._child

    def _started(self) -> subprocess.Popen[bytes]:
        with TemporaryFile() as complaints:
            child = subprocess.Popen(  # noqa: S603  # our own interpreter and our own module
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env=_ENVIRONMENT,
                cwd="/",
            )
            _widen(child.stdin, child.stdout)
            try:
                self._exchange(child, None)
            except _FAULTS as error:
                child.kill()
                child.communicate()
                complaints.seek(0)
                last = complaints.read().decode(errors="replace").strip().rpartition("\n")[2]
                raise SandboxBroken(f"the sandbox does not start: {last or 'no reason given'}") from error
        return child


def _widen(*pipes: IO[bytes] | None) -> None:
    """A wide pipe takes a photograph in one go; where the system gives none, a narrow one does."""
    for pipe in pipes:
        with suppress(OSError):
            fcntl.fcntl(_pipe(pipe), fcntl.F_SETPIPE_SZ, _WIDE)


def _checked(answer: Message) -> Message:
    """Turn the child's refusals into ours; it can only choose among our own words."""
    if "refused" in answer.header:
        raise Refused(RefusalReason(answer.header["refused"]))
    if "invalid" in answer.header:
        raise Invalid(str(answer.header["invalid"])[:200])
    return answer


def _sniffed(answer: Message) -> Sniffed:
    told = answer.header
    width, height, pages = (None if told[k] is None else int(told[k]) for k in ("width", "height", "pages"))
    taken_on = None if told["taken_on"] is None else date.fromisoformat(told["taken_on"])
    told_of = {"has_location": bool(told["has_location"]), "has_script": bool(told["has_script"])}
    return Sniffed(FileKind(told["kind"]), width, height, pages or 1, taken_on, **told_of)


def _told(mark: Mark | None) -> dict[str, Any]:
    return {} if mark is None else {"mark": mark.number, "key": mark.key.hex()}


def _number(answer: Message) -> int | None:
    number = answer.header["number"]
    return None if number is None else int(number)


def _signs(answer: Message) -> int:
    signs = int(answer.header["signs"], 16)
    if not 0 <= signs < 1 << SIGNS:
        raise ValueError("too many signs")
    return signs


def _only(answer: Message) -> bytes:
    (body,) = answer.bodies
    return body


def _bodies(answer: Message) -> tuple[bytes, ...]:
    return answer.bodies


def _content(source: Path | bytes) -> bytes:
    """The bytes to look at; the sandbox itself opens no files."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size == 0:
        raise Refused(RefusalReason.EMPTY)
    if size > MOST_BYTES:
        raise Refused(RefusalReason.TOO_LARGE)
    return source if isinstance(source, bytes) else source.read_bytes()


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    content = pipe.read(size)
    if len(content) != size:
        raise EOFError("the other end has closed")
    return content


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise SandboxBroken("the sandbox has no pipes")
    return pipe
