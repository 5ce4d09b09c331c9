"""From an error to a page and a status; the page never says more than the visitor may know."""

from __future__ import annotations

import structlog
from flask import Flask, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

from portal.kernel.actor import ANONYMOUS
from portal.kernel.errors import (
    Alarm,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    PortalError,
    ReadingStopped,
    ReasonNeeded,
    StepUpNeeded,
    TooMany,
    Unavailable,
)
from portal.kernel.permissions import Role
from portal.web.audience import home_of

PAGES = (400, 403, 404, 405, 409, 413, 422, 429, 500)
STATUS: dict[type[PortalError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    Invalid: 422,
    StepUpNeeded: 403,
    TooMany: 429,
    Alarm: 500,
    Unavailable: 500,
}
log = structlog.get_logger()


def install(app: Flask) -> None:
    """Give every error its page."""
    app.register_error_handler(PortalError, _domain)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def page(status: int) -> tuple[str, int]:
    """The page of a status, in the layout of nobody: it looks the same for all."""
    known = status if status in PAGES else 500
    return render_template(f"_errors/{known}.html"), known


def _domain(error: PortalError) -> ResponseReturnValue:
    if isinstance(error, ReasonNeeded):
        return redirect(url_for("casework_casework.reason", inquiry_id=error.case_id), 303)
    if isinstance(error, ReadingStopped):
        return render_template("_errors/reading_stopped.html", home=home_of(g.actor)), 429
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 422)
    if status == 403 and _must_not_know():
        status = 404
    return page(status)


def _http(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, SecurityError):
        return "Bad request", 400  # a strange host name: no address can be built for a page
    if error.code is not None and error.code < 400:
        return error
    body, status = page(error.code or 500)
    return body, status, _advice(error)


def _advice(error: HTTPException) -> dict[str, str]:
    """What the answer tells a program: which methods there are, or when to come back."""
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return {"Allow": ", ".join(error.valid_methods)}
    return {"Retry-After": "60"} if error.code == 429 else {}


def _unforeseen(error: Exception) -> ResponseReturnValue:
    # Only the kind of the error and the address's shape: its text may hold what a person typed.
    log.error("unforeseen", kind=type(error).__name__, endpoint=request.endpoint, exc_info=_traceback(error))
    return page(500)


def _traceback(error: Exception) -> object:
    return error if current_app.debug or current_app.testing else None


def _must_not_know() -> bool:
    actor = getattr(g, "actor", ANONYMOUS)
    return not actor.is_signed_in or actor.has_role(Role.RELATIVE)
