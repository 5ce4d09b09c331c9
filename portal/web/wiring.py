"""What an app was made with, for the views that need it."""

from __future__ import annotations

from typing import TypeVar

from flask import Flask, current_app

Part = TypeVar("Part")


def wire(app: Flask, part: object) -> None:
    """Keep one part of its kind with the app."""
    app.extensions[type(part).__qualname__] = part


def wired(kind: type[Part]) -> Part:
    """The part of this kind that the app was made with."""
    part = current_app.extensions[kind.__qualname__]
    assert isinstance(part, kind)  # noqa: S101 - states the invariant of `wire` for the reader and the checker
    return part
