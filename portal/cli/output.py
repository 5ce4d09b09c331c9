"""How commands speak: words for a person, one JSON object for a script, errors that say what to do."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")


def say(result: Mapping[str, Any], text: str, wants_json: bool) -> None:
    """Print a command's result, in the form that was asked for."""
    click.echo(json.dumps(result, ensure_ascii=False, default=str) if wants_json else text)


def fail(text: str) -> click.ClickException:
    """An error that ends the command with status 1 and says what to do."""
    return click.ClickException(text)
