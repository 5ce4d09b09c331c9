"""Tables that somebody brings along: CSV files with named columns."""

from __future__ import annotations

import csv
from pathlib import Path

import click

from portal.cli.output import fail

File = click.Path(exists=True, dir_okay=False, path_type=Path)


def rows(path: Path, *columns: str) -> list[tuple[str, ...]]:
    """These columns of each line; a file without one of them, or with a cell that never ends, is refused."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if missing := set(columns) - set(reader.fieldnames or ()):
            raise fail(f"{path} has no column {', '.join(sorted(missing))}.")
        try:
            return [tuple(row[column] or "" for column in columns) for row in reader]
        except csv.Error as error:
            raise fail(f"{path}, line {reader.line_num}: {error}.") from None
