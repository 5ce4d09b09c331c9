"""From the cookie to an Actor; the only place that knows Flask-Login."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from flask import Flask, g, session
from flask_login import LoginManager, current_user, login_user, logout_user

from portal.config import Settings
from portal.kernel.actor import ANONYMOUS, Actor


class Standing(Protocol):
    """Who stands behind a token, and whether a factor was shown only just now."""

    @property
    def actor(self) -> Actor:
        """Whom the session lets somebody act as."""
        ...

    @property
    def is_fresh(self) -> bool:
        """True when a sensitive act may follow without asking for the factor again."""
        ...


Finder = Callable[[str], Standing | None]


@dataclass(frozen=True, slots=True)
class Visitor:
    """What Flask-Login carries: the session's token and the actor it stands for."""

    token: str
    actor: Actor
    is_fresh: bool = True
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """The opaque token; the database knows only its hash."""
        return self.token


def install(app: Flask, settings: Settings, find: Finder) -> None:
    """Turn every cookie into `g.actor`; `find` asks the accounts room whom a token stands for."""
    _cookie_rules(app, settings)
    manager = LoginManager(app)
    manager.session_protection = None  # sessions live in the database and are bound there

    @manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login ships no types
    def load(token: str) -> Visitor | None:
        standing = find(token)
        return None if standing is None else Visitor(token, standing.actor, standing.is_fresh)

    @app.before_request
    def know_the_actor() -> None:
        visitor = _visitor()
        g.actor = ANONYMOUS if visitor is None else visitor.actor
        g.is_fresh = visitor is not None and visitor.is_fresh


def begin(token: str, actor: Actor) -> None:
    """Sign in: a new cookie, nothing kept of what the browser carried before."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    login_user(Visitor(token, actor))
    g.actor, g.is_fresh = actor, True


def renew(token: str) -> None:
    """Go on under a new token, for somebody who has just shown a factor again."""
    login_user(Visitor(token, g.actor))
    g.is_fresh = True


def end() -> None:
    """Sign out: forget everything the cookie held."""
    logout_user()
    session.clear()
    g.actor, g.is_fresh = ANONYMOUS, False


def current_token() -> str | None:
    """The opaque token of this session, if signed in."""
    visitor = _visitor()
    return None if visitor is None else visitor.token


def _visitor() -> Visitor | None:
    visitor = current_user._get_current_object()  # noqa: SLF001 - the proxy has no public way to its object
    return visitor if isinstance(visitor, Visitor) else None


def _cookie_rules(app: Flask, settings: Settings) -> None:
    app.secret_key = settings.required_keys().cookie
    app.config.update(
        # The demo is served without TLS on the loopback address; everywhere else the cookie needs it.
        SESSION_COOKIE_NAME="portal" if settings.demo else "__Host-portal",
        SESSION_COOKIE_SECURE=not settings.demo,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_PERMANENT=False,
    )
