"""The cookie of a browser that its owner asked us to remember; it names nobody and nothing."""

from __future__ import annotations

from flask import Response, current_app, request

from portal.accounts.devices import KEPT
from portal.accounts.vocab import Origin


def origin(*, remember: bool = False) -> Origin:
    """Where this request comes from."""
    return Origin(request.remote_addr or "", request.cookies.get(_name(), "")[:100], remember)


def give(answer: Response, token: str) -> None:
    """Let the browser carry its token; no script can read it, and no other page sends it along."""
    answer.set_cookie(
        _name(), token, max_age=KEPT, secure=_is_secure(), httponly=True, samesite="Strict", path="/"
    )


def take_away(answer: Response) -> None:
    """Leave nothing on this browser."""
    answer.delete_cookie(_name(), secure=_is_secure(), httponly=True, samesite="Strict", path="/")


def _is_secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])


def _name() -> str:
    return "__Host-browser" if _is_secure() else "browser"
