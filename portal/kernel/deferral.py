"""Background work, deferred in the same transaction as the change it follows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text

from portal.kernel.work import Work

_DEFER = text("select portal_defer(:task, cast(:arguments as jsonb), :moment)")


def defer(work: Work, task: str, arguments: Mapping[str, str], moment: datetime) -> None:
    """Queue `task` for the worker at `moment`; it is gone if this transaction is rolled back."""
    work.session.execute(_DEFER, {"task": task, "arguments": json.dumps(dict(arguments)), "moment": moment})
