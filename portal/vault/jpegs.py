"""The parts of a JPEG file, found without drawing it: its segments, its coded pixels, and where the picture ends.

Source: ITU-T T.81, annex B (markers, segments, restart markers and stuffed bytes).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

START, END = b"\xff\xd8", b"\xff\xd9"
_MARK, _TEMPORARY, _END, _SCAN = 0xFF, 0x01, 0xD9, 0xDA
_RESTARTS = (0xD0, 0xD7)
_MOST_SEGMENTS = 20_000


class NotJpeg(ValueError):
    """What should be a part of a JPEG is none."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One marker with all that belongs to it; a scan's coded pixels belong to its marker."""

    marker: int
    start: int
    end: int


def segments(data: bytes) -> Iterator[Segment]:
    """Every part in its order, the mark of the end last; without that mark the file was cut, maybe within a part.

    What lies behind the picture's end, or inside a segment, such as a small picture among the notes, is not looked at.
    """
    if not data.startswith(START):
        raise NotJpeg("it does not begin like one")
    marks, at = _marks(data), len(START)
    for _ in range(_MOST_SEGMENTS):
        at = _behind_fillers(data, at)
        if at + 2 > len(data):
            return
        if data[at] != _MARK:
            raise NotJpeg("a segment does not begin with a mark")
        segment = _segment(data, marks, at)
        yield segment
        if segment.marker == _END:
            return
        at = segment.end
    raise NotJpeg("it has too many segments")


def end_of(data: bytes) -> int | None:
    """Where the picture ends, right behind its mark; None when the file is cut before, or has no picture."""
    has_scan = False
    for segment in segments(data):
        has_scan |= segment.marker == _SCAN
        if segment.marker == _END:
            return segment.end if has_scan else None
    return None


def first_lines(data: bytes, size: int) -> bytes:
    """A file that decodes like the beginning of this one: all before the pixels, and `size` bytes of the first scan."""
    for segment in segments(data):
        if segment.marker == _SCAN:
            return data[: min(segment.start + size, segment.end)] + END
    raise NotJpeg("it has no coded pixels")


def _segment(data: bytes, marks: npt.NDArray[np.int64], at: int) -> Segment:
    marker = data[at + 1]
    if marker in {_END, _TEMPORARY} or _RESTARTS[0] <= marker <= _RESTARTS[1]:
        return Segment(marker, at, at + 2)
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    if at + 4 > len(data):
        return Segment(marker, at, len(data))
    if length < 2:  # it counts its own two bytes
        raise NotJpeg("a segment is shorter than its own length")
    end = min(at + 2 + length, len(data))
    return Segment(marker, at, _end_of_scan(data, marks, end) if marker == _SCAN else end)


def _end_of_scan(data: bytes, marks: npt.NDArray[np.int64], begin: int) -> int:
    """Coded pixels go on until the next mark; without one, to the end of the file."""
    following = int(np.searchsorted(marks, begin))
    return int(marks[following]) if following < len(marks) else len(data)


def _marks(data: bytes) -> npt.NDArray[np.int64]:
    """Where a byte pair stands that would end coded pixels: neither a stuffed byte nor a restart nor a filler."""
    content = np.frombuffer(data, np.uint8)
    places = np.flatnonzero(content[:-1] == _MARK)
    after = content[places + 1]
    passed = (after == 0) | (after == _MARK) | ((after >= _RESTARTS[0]) & (after <= _RESTARTS[1]))
    found: npt.NDArray[np.int64] = places[~passed]
    return found


def _behind_fillers(data: bytes, at: int) -> int:
    """A mark may be preceded by any number of its own first byte."""
    while data[at : at + 2] == b"\xff\xff":
        at += 1
    return at
