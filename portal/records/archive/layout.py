"""What the place of a file says: patterns such as `photos/{date}/{photographer}/{branch}-{number}/{file}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.kernel.errors import Invalid, worded
from portal.records.values import (
    fold_characters,
    oddities_of,
    read_branch,
    read_date,
    read_kind,
    read_number,
    read_photographer,
    tidy,
)
from portal.records.vocab import FileKind, Oddity

_LONGEST = 500
_SHAPES = {
    "any": r".+?",
    "branch": r"[^\W_]+",
    "date": r"[0-9]{1,4}[-._ ]?[0-9]{1,2}[-._ ]?[0-9]{1,4}",
    "file": r".+",
    "kind": r".+?",
    "number": r"[0-9]+",
    "photographer": r".+?",
}
_READERS: Mapping[str, Callable[[str], Any]] = {
    "branch": read_branch,
    "date": read_date,
    "file": str,
    "kind": read_kind,
    "number": read_number,
    "photographer": read_photographer,
}
_OPEN_ENDED = frozenset({"any", "file", "kind", "photographer"})
_FIELD = re.compile(r"\{([^{}/]*)\}")


class LayoutInvalid(Invalid):
    """The pattern cannot be used; the text says which part, and what to write instead."""


@dataclass(frozen=True, slots=True)
class Located:
    """What the place of a file in the folder says about it; each value in its kept form."""

    number: str | None = None
    branch: str | None = None
    date: date | None = None
    photographer: str | None = None
    kind: FileKind | None = None
    file: str | None = None
    oddities: tuple[Oddity, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """One or more patterns, tried in order; a path is read whole by one of them or not at all."""

    pattern: str
    choices: tuple[tuple[re.Pattern[str], ...], ...]

    @classmethod
    def parse(cls, pattern: str) -> Layout:
        """Understand a pattern; several may be joined by ` | `, the first that fits a path speaks for it."""
        if len(pattern) > _LONGEST:
            raise LayoutInvalid(worded("The layout is longer than %(most)s characters."), most=_LONGEST)
        return cls(pattern, tuple(_choice(part.strip()) for part in pattern.split("|")))

    def read(self, relative_path: str) -> Located | None:
        """Read a path relative to the archive's folder; None when no pattern fits all of it."""
        parts = relative_path.split("/")
        if any(part in {"", ".", ".."} for part in parts):
            return None
        tidied = [tidy(part).text for part in parts]
        values = next(filter(None, (_values(choice, tidied) for choice in self.choices)), None)
        if values is None:
            return None
        return Located(**values, oddities=tuple(sorted(oddities_of(relative_path))))


def _values(choice: tuple[re.Pattern[str], ...], parts: list[str]) -> dict[str, Any] | None:
    """The value of each field, or None as soon as one part or one value does not fit."""
    if len(choice) != len(parts):
        return None
    values: dict[str, Any] = {}
    for shape, part in zip(choice, parts, strict=True):
        match = shape.fullmatch(part)
        if match is None:
            return None
        values |= {field: _READERS[field](written) for field, written in match.groupdict().items()}
    return values if all(value is not None for value in values.values()) else None


def _choice(pattern: str) -> tuple[re.Pattern[str], ...]:
    if pattern.startswith("/"):
        raise LayoutInvalid(
            worded("The layout starts inside the archive's folder: write it without a leading slash.")
        )
    if "\\" in pattern:
        raise LayoutInvalid(worded("Separate the folders of a layout with / and not with a backslash."))
    parts = pattern.split("/")
    if any(part.strip() in {"", ".", ".."} for part in parts):
        raise LayoutInvalid(
            worded("The layout “%(layout)s” has an empty part, or one that is only points."), layout=pattern
        )
    _check_fields(pattern)
    return tuple(_shape(part) for part in parts)


def _check_fields(pattern: str) -> None:
    fields = _FIELD.findall(pattern)
    if not set(fields) - {"any"}:
        raise LayoutInvalid(
            worded("The layout “%(layout)s” names no field. Fields: %(fields)s."),
            layout=pattern,
            fields=_listed(_SHAPES),
        )
    if unknown := set(fields) - _SHAPES.keys():
        raise LayoutInvalid(
            worded("The layout has no field %(unknown)s. Fields: %(fields)s."),
            unknown=_listed(unknown),
            fields=_listed(_SHAPES),
        )
    if twice := {field for field in fields if field != "any" and fields.count(field) > 1}:
        raise LayoutInvalid(
            worded("The layout names %(twice)s twice; use {any} for one of them."), twice=_listed(twice)
        )


def _shape(part: str) -> re.Pattern[str]:
    if "}{" in part:
        raise LayoutInvalid(
            worded("In “%(part)s” nothing separates two fields: it cannot be told where one ends."), part=part
        )
    fields = _FIELD.findall(part)
    # Each open-ended field multiplies the time a long name can take.
    if len(_OPEN_ENDED.intersection(fields)) + max(fields.count("any") - 1, 0) > 2:
        raise LayoutInvalid(
            worded("In “%(part)s” more than two fields may hold any text; use fewer."), part=part
        )
    pieces = _FIELD.split(part)
    if any(brace in piece for piece in pieces[::2] for brace in "{}"):
        raise LayoutInvalid(worded("In “%(part)s” a brace is opened or closed alone."), part=part)
    written = "".join(_group(piece) if odd % 2 else _literal(piece) for odd, piece in enumerate(pieces))
    return re.compile(written, re.IGNORECASE | re.DOTALL)


def _group(field: str) -> str:
    return f"(?:{_SHAPES['any']})" if field == "any" else f"(?P<{field}>{_SHAPES[field]})"


def _literal(text: str) -> str:
    return re.escape(re.sub(r" +", " ", fold_characters(text)))


def _listed(fields: Iterable[str]) -> str:
    return ", ".join(f"{{{field}}}" for field in sorted(fields))
