"""What a person is told on the next page they see, kept in their own cookie until then."""

from __future__ import annotations

from collections.abc import Iterable

from flask import session

from portal.kernel.work import Notice

_KEY = "notices"


def keep(notices: Iterable[Notice]) -> None:
    """Keep what happened in one piece of work until a page can say it; a later number takes an earlier one's place."""
    told = {notice.word: notice.number for notice in notices}
    if told:
        session[_KEY] = {**session.get(_KEY, {}), **told}


def taken() -> dict[str, int]:
    """What has to be said now, by its word; it is said once."""
    kept: dict[str, int] = session.pop(_KEY, {})
    return kept
