"""Coming in: the session of a browser begins with the token of a sign-in, and one browser has one session."""

from __future__ import annotations

from flask import make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import device_cookie, service
from portal.accounts.vocab import SignedIn
from portal.config import Settings
from portal.web import session
from portal.web.audience import home_of
from portal.web.transaction import request_work
from portal.web.wiring import wired


def enter(begun: SignedIn) -> ResponseReturnValue:
    """Begin the session and go to its first page; whoever sat here before is signed out."""
    close_session()
    session.begin(begun.token, begun.actor)
    answer = make_response(redirect(_first_page(begun), 303))
    if begun.device is not None:
        device_cookie.give(answer, begun.device)
    return answer


def close_session() -> None:
    """End the session of this browser in the database, if it has one."""
    token = session.current_token()
    if token is not None:
        with request_work() as work:
            service.sign_out(work, token)


def _first_page(begun: SignedIn) -> str:
    with request_work() as work:
        required = wired(Settings).passkeys_required
        standing = service.standing_of(work, begun.token, passkeys_required=required)
    is_lacking = standing is not None and standing.actor.withheld
    return url_for("passkeys_account.own") if is_lacking else home_of(begun.actor)
