"""How commands speak: words for a person, one JSON object for a script, errors that say what to do."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

Command = TypeVar("Command", bound=Callable[..., Any])

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")


def say(result: Mapping[str, Any], text: str, wants_json: bool) -> None:
    """Print a command's result, in the form that was asked for."""
    click.echo(json.dumps(result, ensure_ascii=False, default=str) if wants_json else text)


def fail(text: str) -> click.ClickException:
    """An error that ends the command with status 1 and says what to do."""
    return click.ClickException(text)


class Rate(ProgressColumn):
    """How many are done in a second, lately."""

    def render(self, task: Task) -> Text:
        """Empty until something is done."""
        return Text("" if task.speed is None else f"{task.speed:.0f}/s")


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[..., None]]:
    """A bar on a terminal, and nothing where nobody looks on."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=total)
        yield lambda steps=1: bar.advance(task, steps)
