"""The gate: every view is marked, an unmarked one stops the start, and the mark is checked first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.kernel.actor import Actor
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.permissions import Permission
from portal.web.audience import ZONES, Audience, audience_of, current_audience
from portal.web.transaction import workplace

View = TypeVar("View", bound=Callable[..., object])
Demand = Callable[[], ResponseReturnValue | None]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a view asks of whoever comes; no permission means that it is open to all.

    A sensitive view asks besides for a factor shown within the last minutes.
    """

    permission: Permission | None
    is_sensitive: bool = False


class UnmarkedView(RuntimeError):
    """A view says neither @public nor @needs; the portal does not start with it."""


def public(view: View) -> View:
    """Open a view to everybody, signed in or not."""
    view.__dict__["access_mark"] = Mark(None)
    return view


def needs(permission: Permission, *, fresh: bool = False) -> Callable[[View], View]:
    """Close a view to all who lack this permission; `fresh` closes it to whoever has not just shown a factor."""

    def marked(view: View) -> View:
        view.__dict__["access_mark"] = Mark(permission, fresh)
        return view

    return marked


def mark_of(view: Callable[..., object]) -> Mark | None:
    """The mark a view carries, if any."""
    return getattr(view, "access_mark", None)


def guard(app: Flask, audiences: frozenset[str], demand: Demand) -> None:
    """Put the gate before every request; call after all views are registered.

    `demand` asks for the factor before a sensitive view, and gives no answer once it has been shown.

    An audience this process does not serve answers as if it were not there; its addresses can still be named in
    links, since another process behind the same door serves them.
    """
    for endpoint, view in app.view_functions.items():
        if endpoint != "static" and mark_of(view) is None:
            raise UnmarkedView(f"{endpoint} is marked neither @public nor @needs(...)")

    @app.before_request
    def closed_audience() -> None:
        if request.blueprint and audience_of(request.blueprint).value not in audiences:
            raise NotFound("another process serves this audience")

    app.before_request(_gate)

    @app.before_request
    def fresh_enough() -> ResponseReturnValue | None:
        mark = mark_of(_view(request.endpoint)) if request.endpoint in app.view_functions else None
        return demand() if mark and mark.is_sensitive and not g.is_fresh else None


def may_enter(actor: Actor, audience: Audience, mark: Mark) -> bool:
    """The rule of the gate: the audience is one of the actor's, and the permission is held."""
    if mark.permission is None:
        return True
    return bool(actor.roles & ZONES[audience].roles) and actor.holds(mark.permission)


def _gate() -> ResponseReturnValue | None:
    endpoint = request.endpoint
    if endpoint is None or endpoint == "static":
        return None
    mark = mark_of(_view(endpoint))
    audience = audience_of(request.blueprint)
    if mark is None or may_enter(g.actor, audience, mark):
        return None
    if not g.actor.is_signed_in:
        return redirect(url_for("accounts_account.sign_in"), 303)
    if mark.permission in g.actor.withheld:
        return redirect(url_for("passkeys_account.own"), 303)  # what is missing can be had there
    error = NotAllowed(f"gate {endpoint}")
    workplace().remember(g.actor, ZONES[Audience.ACCOUNT].db_role, error)
    # Who does not belong to an audience is not told that the page exists.
    raise error if g.actor.roles & ZONES[current_audience()].roles else NotFound(endpoint)


def _view(endpoint: str) -> Callable[..., object]:
    return current_app.view_functions[endpoint]
