"""The list that came with an archive: CSV in the encodings, separators and headings met in practice."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from portal.kernel.errors import Invalid, worded
from portal.records.values import (
    fold_words,
    read_date,
    read_kind,
    read_name,
    read_number,
    read_photographer,
)
from portal.records.vocab import FileKind, RowFlaw

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS = ",;\t"
_CHUNK = 1 << 16
_FIRST_LINE = 10_000
_LONGEST_ROW = 20  # lines; a longer one is a quotation mark that nobody closed

_BROKEN = worded("The list breaks off in the middle of a letter: save it again, as UTF-8.")

_HEADINGS = {
    "branch": "branch|security branch|الفرع|فرع|الفرع الأمني|رقم الفرع",
    "date": "date|day|taken|photo date|date of photograph|التاريخ|تاريخ|تاريخ التصوير",
    "kind": "kind|type|document type|file kind|file type|category|النوع|نوع|نوع الملف|نوع الوثيقة",
    "note": "note|notes|remark|remarks|comment|comments|ملاحظة|ملاحظات|الملاحظات",
    "number": "number|detainee|detainee number|detainee no|body number|الرقم|رقم|رقم المعتقل|رقم الجثمان",
    "path": "path|file|filename|file name|file path|filepath|relative path|"
    "المسار|مسار|مسار الملف|الملف|اسم الملف",
    "photographer": "photographer|photographed by|author|المصور|مصور|اسم المصور",
}
_COLUMN_OF = {fold_words(word): column for column, words in _HEADINGS.items() for word in words.split("|")}
_CELLS: dict[str, tuple[Callable[[str], Any], RowFlaw]] = {
    "branch": (read_name, RowFlaw.BAD_BRANCH),
    "date": (read_date, RowFlaw.BAD_DATE),
    "kind": (read_kind, RowFlaw.BAD_KIND),
    "number": (read_number, RowFlaw.BAD_NUMBER),
    "photographer": (read_photographer, RowFlaw.BAD_PHOTOGRAPHER),
}


class ManifestInvalid(Invalid):
    """The list cannot be read at all; the text says what it needs."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the list says about one file; the line is the row's first, counted from one."""

    line: int
    path: str
    kind: FileKind | None = None
    number: str | None = None
    branch: str | None = None
    date: date | None = None
    photographer: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row, or one cell of it, that could not be taken over; what is readable beside it stays."""

    line: int
    flaw: RowFlaw
    column: str
    written: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole list, by the kept form of each path."""

    entries: dict[str, Entry]
    problems: tuple[RowProblem, ...]
    unknown_columns: tuple[str, ...]
    encoding: str

    def entry_for(self, path: str) -> Entry | None:
        """The row that speaks of a file in the folder."""
        return self.entries.get(path_key(path))


def read_manifest(path: Path, mapped: Mapping[str, str] | None = None) -> Manifest:
    """Read a list; of two rows for the same file the first counts and the second is reported.

    `mapped` says under which heading of this list a column of ours stands; it goes before what we would guess.
    """
    with path.open("rb") as stream:
        return gather(stream, mapped)


def gather(stream: BinaryIO, mapped: Mapping[str, str] | None = None) -> Manifest:
    """Do what `read_manifest` does, from an open file that can be read twice."""
    encoding = _encoding(stream)
    entries: dict[str, Entry] = {}
    problems: list[RowProblem] = []
    rows = _Rows(stream, encoding, mapped or {})
    for row in rows:
        if isinstance(row, RowProblem):
            problems.append(row)
        elif known := entries.get(row.path):
            problems.append(_repeated(known, row))
        else:
            entries[row.path] = row
    return Manifest(entries, tuple(problems), rows.unknown, encoding)


def path_key(path: str) -> str:
    """The form in which paths of the list and of the folder are compared."""
    return unicodedata.normalize("NFC", path)


class _Rows:
    """The rows of an open list, one after the other, however long it is."""

    def __init__(self, stream: BinaryIO, encoding: str, mapped: Mapping[str, str]) -> None:
        self._text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        heading = _heading(self._text)
        meant = _meaning(mapped)
        self._separator = max(_SEPARATORS, key=lambda mark: _known(_split(heading, mark), meant))
        headings = _split(heading, self._separator)
        self._columns = _columns(headings, meant)
        self.unknown = tuple(
            written.strip()
            for written, column in zip(headings, self._columns, strict=True)
            if column is None and written.strip()
        )

    def __iter__(self) -> Iterator[Entry | RowProblem]:
        try:
            for line, cells in self._cells():
                yield from [cells] if isinstance(cells, RowProblem) else _entry(line, cells, self._columns)
        except UnicodeDecodeError as broken:
            raise ManifestInvalid(_BROKEN) from broken
        finally:
            self._text.detach()

    def _cells(self) -> Iterator[tuple[int, list[str] | RowProblem]]:
        reader = csv.reader(self._text, delimiter=self._separator)
        while True:
            line = reader.line_num + 2  # the heading was line 1 and is not counted by the reader
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield line, RowProblem(line, RowFlaw.UNREADABLE_ROW, "", str(error))
                continue
            if reader.line_num + 1 - line >= _LONGEST_ROW:
                yield line, RowProblem(line, RowFlaw.UNREADABLE_ROW, "", cells[0][:_CHUNK])
            elif any(cell.strip() for cell in cells):
                yield line, cells


def _entry(line: int, cells: list[str], columns: list[str | None]) -> Iterator[Entry | RowProblem]:
    """One row: its problems, then the entry with all that could be read."""
    if any(cell.strip() for cell in cells[len(columns) :]):
        yield RowProblem(line, RowFlaw.TOO_MANY_CELLS, "", cells[len(columns)])
        return
    written = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name}
    path = _path(written.get("path", ""))
    if path is None:
        flaw = RowFlaw.PATH_LEAVES_FOLDER if written.get("path") else RowFlaw.NO_PATH
        yield RowProblem(line, flaw, "path", written.get("path", ""))
        return
    values: dict[str, Any] = {}
    for column, (read, flaw) in _CELLS.items():
        if text := written.get(column):
            values[column] = read(text)
            if values[column] is None:
                yield RowProblem(line, flaw, column, text)
    yield Entry(line, path, note=written.get("note", ""), **values)


def _path(written: str) -> str | None:
    """A path inside the folder in its kept form; None when it is empty or points elsewhere."""
    path = re.sub(r"^(\./)+", "", written.replace("\\", "/"))
    if not path or "\0" in path or re.match(r"/|[A-Za-z]:", path):
        return None
    parts = [part for part in path.split("/") if part not in {"", "."}]
    return None if ".." in parts or not parts else path_key("/".join(parts))


def _repeated(known: Entry, again: Entry) -> RowProblem:
    same = replace(again, line=known.line) == known
    flaw = RowFlaw.DUPLICATE_ROW if same else RowFlaw.DUPLICATE_ROW_DIFFERS
    return RowProblem(again.line, flaw, "path", again.path)


def _encoding(stream: BinaryIO) -> str:
    """What the file's first bytes say; else UTF-8 if all of it is, else the Arabic encoding of Windows."""
    head = stream.read(4)
    stream.seek(0)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "windows-1256"
    finally:
        stream.seek(0)
    return "utf-8"


def _heading(text: io.TextIOWrapper) -> str:
    try:
        return text.readline(_FIRST_LINE)
    except UnicodeDecodeError as broken:
        raise ManifestInvalid(_BROKEN) from broken


def _split(heading: str, separator: str) -> list[str]:
    return next(csv.reader([heading], delimiter=separator), [])


def _meaning(mapped: Mapping[str, str]) -> dict[str, str]:
    """Which column each folded heading stands for; a column that was mapped is not guessed as well."""
    if unknown := sorted(set(mapped) - set(_HEADINGS)):
        raise ManifestInvalid(
            worded("No column is called %(unknown)s. Columns: %(columns)s."),
            unknown=", ".join(unknown),
            columns=", ".join(_HEADINGS),
        )
    guessed = {heading: column for heading, column in _COLUMN_OF.items() if column not in mapped}
    return guessed | {fold_words(heading): column for column, heading in mapped.items()}


def _known(headings: list[str], meant: Mapping[str, str]) -> int:
    return sum(fold_words(heading) in meant for heading in headings)


def _columns(headings: list[str], meant: Mapping[str, str]) -> list[str | None]:
    columns = [meant.get(fold_words(heading)) for heading in headings]
    if "path" not in columns:
        raise ManifestInvalid(worded("The first line of the list needs a column named path (or المسار)."))
    known = [column for column in columns if column]
    if twice := sorted({column for column in known if known.count(column) > 1}):
        raise ManifestInvalid(
            worded("The list has more than one column for %(twice)s; keep one of each."),
            twice=", ".join(twice),
        )
    return columns
