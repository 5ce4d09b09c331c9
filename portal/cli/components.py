"""How old the locked components are, and how old they may become."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from portal.config import PACKAGE

LOCK = PACKAGE.parent / "requirements.lock"
RENEWED_EVERY = timedelta(days=60)
_MADE = re.compile(r"^# Made on (\d{4}-\d{2}-\d{2})\.$", re.MULTILINE)


def overdue(today: date, lock: Path = LOCK) -> str | None:
    """Why the lock should be made anew; None while it is young, or where there is none beside the package."""
    if not lock.exists():
        return None
    made = _MADE.search(lock.read_text(encoding="utf-8"))
    if made is None:
        return "Nobody wrote down when the components were last renewed."
    until = date.fromisoformat(made[1]) + RENEWED_EVERY
    return f"The components were to be renewed by {until}." if today > until else None
