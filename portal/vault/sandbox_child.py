"""The sandbox's inside: reads files from one pipe, answers on another, and can reach nothing else."""

from __future__ import annotations

import io
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict

import pikepdf
from PIL import Image

from portal.kernel.errors import Invalid
from portal.vault import marks
from portal.vault.likeness import likeness_of
from portal.vault.papers import clean_pdf
from portal.vault.renditions import draw_picture, page_pictures
from portal.vault.sandbox import Message, receive, send
from portal.vault.sniffing import opened_picture, sniff
from portal.vault.vocab import Mark, Recipe, RefusalReason, Refused

_MEMORY = 1536 * 1024 * 1024
_SECONDS_PER_FILE = 90
_SECONDS_PER_LIFE = 3600


def main() -> None:
    """Answer one file after another until the other end closes."""
    _warm_up()
    _confine()
    send(sys.stdout.buffer, Message({"ready": True}))
    with suppress(EOFError, BrokenPipeError):
        while True:
            question = receive(sys.stdin.buffer)
            _grant_time()
            send(sys.stdout.buffer, _answer(question))


def _answer(question: Message) -> Message:
    try:
        return _ACTS[question.header["act"]](question)
    except Refused as refusal:
        return Message({"refused": refusal.reason.value})
    except Invalid as error:
        return Message({"invalid": str(error)})
    except MemoryError:
        return Message({"refused": RefusalReason.TOO_HEAVY.value})
    except Exception:  # noqa: BLE001  # a hostile file can make a library raise anything
        return Message({"refused": RefusalReason.UNREADABLE.value})


def _sniff(question: Message) -> Message:
    told = asdict(sniff(question.bodies[0]))
    return Message(told | {"taken_on": told["taken_on"] and told["taken_on"].isoformat()})


def _draw(question: Message) -> Message:
    return Message({}, (draw_picture(question.bodies[0], _recipe(question), _mark(question)),))


def _read_mark(question: Message) -> Message:
    with opened_picture(question.bodies[0]) as picture:
        return Message({"number": marks.read(picture, bytes.fromhex(question.header["key"]))})


def _likeness(question: Message) -> Message:
    return Message({"signs": f"{likeness_of(question.bodies[0]):x}"})


def _draw_pages(question: Message) -> Message:
    return Message({}, tuple(page_pictures(question.bodies[0], _recipe(question))))


def _clean_pdf(question: Message) -> Message:
    return Message({}, (clean_pdf(question.bodies[0]),))


def _recipe(question: Message) -> Recipe:
    return Recipe.from_canonical(question.header["recipe"])


def _mark(question: Message) -> Mark | None:
    told = question.header
    return Mark(told["mark"], bytes.fromhex(told["key"])) if "mark" in told else None


_ACTS: dict[str, Callable[[Message], Message]] = {
    "clean_pdf": _clean_pdf,
    "draw": _draw,
    "draw_pages": _draw_pages,
    "likeness": _likeness,
    "read_mark": _read_mark,
    "sniff": _sniff,
}


def _warm_up() -> None:
    """Let every library load what it needs while files can still be opened."""
    for kind in ("JPEG", "PNG", "TIFF"):
        buffer = io.BytesIO()
        Image.new("RGB", (64, 64)).save(buffer, kind, exif=Image.Exif())
        sniff(buffer.getvalue())
        page_pictures(buffer.getvalue(), Recipe(greyscale=True, watermark="0"))
    likeness_of(buffer.getvalue())
    marks.read(marks.embed(Image.new("L", (64, 64), 128), 0, b""), b"")
    with pikepdf.new() as paper:
        paper.add_blank_page()
        buffer = io.BytesIO()
        paper.save(buffer)
    clean_pdf(buffer.getvalue())


def _confine() -> None:
    """From here on: no new file or socket, no child process, no core dump, bounded memory and time."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)  # complaints of libraries may quote the file
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS_PER_LIFE, _SECONDS_PER_LIFE))


def _grant_time() -> None:
    """Give the next file its own processor time; the limit counts from the birth of the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + _SECONDS_PER_FILE
    resource.setrlimit(resource.RLIMIT_CPU, (min(until, _SECONDS_PER_LIFE), _SECONDS_PER_LIFE))


if __name__ == "__main__":
    main()
