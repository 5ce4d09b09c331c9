"""What every template can rely on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import gettext as _

from portal.config import ORGANISATION, Settings
from portal.kernel.actor import ANONYMOUS, Actor
from portal.web import language, notices
from portal.web.audience import Audience, current_audience


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of the side navigation."""

    label: str
    url: str
    current: bool


Navigation = Callable[[Actor, Audience], list[tuple[str, str]]]


def install(app: Flask, settings: Settings, navigation: Navigation) -> None:
    """Hand the words of the house to every template; `navigation` gives (label, endpoint) pairs."""

    @app.context_processor
    def words() -> dict[str, Any]:
        actor = getattr(g, "actor", ANONYMOUS)
        audience = current_audience()
        return {
            "actor": actor,
            "audience": audience.value,
            "dir": language.direction(),
            "help_number": settings.help_number,
            "lang": language.code(),
            "languages": _languages(),
            "notices": notices.taken,
            "nav": _nav(navigation(actor, audience)),
            "organisation": _organisation(settings),
            "demo": settings.demo,
        }


def _organisation(settings: Settings) -> str:
    """Our own name in the reader's script; another name as it was given."""
    return _("Amana") if settings.organisation == ORGANISATION else settings.organisation


def _languages() -> list[language.Language]:
    # Only the path goes into the link: what was typed must not be copied into another address.
    back = request.path if request.method == "GET" else "/"
    return [
        language.Language(
            code, name, code == language.code(), url_for("pages_account.language", code=code, back=back)
        )
        for code, name in language.NAMES.items()
    ]


def _nav(items: list[tuple[str, str]]) -> list[NavItem]:
    here = request.path
    return [NavItem(label, url_for(endpoint), url_for(endpoint) == here) for label, endpoint in items]
