"""The few errors that may leave a service; web/errors.py turns each into a page and a status."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID


def worded(text: str) -> str:
    """The same text, gathered for translation: a page says it in the reader's language."""
    return text


class PortalError(Exception):
    """Base of every error a person may meet; its text is for the log, never for a page."""


class NotAllowed(PortalError):
    """The actor may not do this; the attempt is remembered."""


class SamePerson(NotAllowed):
    """The second signature must come from a different person than the first."""


class NotFound(PortalError):
    """There is no such thing for this actor, whether or not it exists."""


class Conflict(PortalError):
    """What the actor saw has changed since; they look again and decide anew."""


class Invalid(PortalError):
    """What was given cannot be used; the text says what to do.

    Text and what fills its places stay apart, so that a page can say it in the reader's language.
    """

    def __init__(self, text: str = "", **said: str | int) -> None:
        super().__init__(text % said if said else text)
        self.text, self.said = text, said


class StepUpNeeded(PortalError):
    """A fresh second factor is needed before this act."""


class ReasonNeeded(PortalError):
    """This case is not one of the actor's own; they open it only with a reason, which a second person reads."""

    def __init__(self, case_id: UUID) -> None:
        super().__init__("a reason is needed to open this case")
        self.case_id = case_id


class TooMany(PortalError):
    """Too many attempts in too short a time."""


class ReadingStopped(TooMany):
    """Somebody has opened more of one kind within the hour than their work can need; the attempt is remembered."""

    def __init__(self, kind: str, opened: int) -> None:
        super().__init__(f"{opened} of kind {kind} within the hour")
        self.kind, self.opened = kind, opened


Refused = NotAllowed | ReadingStopped


class Alarm(PortalError):
    """Something is not as it was left; `note` writes that down even though the act itself is undone."""

    note: Callable[[Any], None] | None = None


class Unavailable(PortalError):
    """What the act needs does not answer, is full or may not be written; nothing was changed."""
