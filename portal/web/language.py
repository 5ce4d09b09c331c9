"""Which language a page speaks, and how it writes dates and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from babel import Locale
from flask import Flask, has_request_context, request, session
from flask_babel import Babel, format_date, format_datetime, get_locale

from portal.config import PACKAGE

# The catalogue is `ar`; months and numbers are the Levantine ones of `ar_SY`.
NAMES = {"ar": "العربية", "en": "English"}
_LOCALES = {"ar": "ar_SY"}
FIRST = "ar"


@dataclass(frozen=True, slots=True)
class Language:
    """One choice of the language switch."""

    code: str
    name: str
    current: bool
    url: str


def install(app: Flask) -> None:
    """Speak the language the reader chose, else the browser's, else Arabic."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(PACKAGE / "translations")
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Damascus"
    Babel(app, locale_selector=_locale, default_locale="ar_SY")
    app.add_template_filter(date_text)
    app.add_template_filter(moment_text)
    app.add_template_filter(month_text)
    app.add_template_filter(language_name)


def code() -> str:
    """The language of this request, as in `<html lang>`."""
    if not has_request_context():
        return FIRST
    chosen = session.get("language")
    if chosen in NAMES:
        return str(chosen)
    return request.accept_languages.best_match(NAMES) or FIRST


def direction() -> str:
    """`rtl` or `ltr`."""
    return str(Locale.parse(code()).text_direction)


def remember(wished: str) -> None:
    """Keep the reader's choice; an unknown language changes nothing."""
    if wished in NAMES:
        session["language"] = wished


def language_name(code: str) -> str:
    """What speakers of a language call it."""
    return NAMES.get(code, code)


def date_text(value: date | None) -> str:
    """A day in words, in the reader's language."""
    return "" if value is None else format_date(value, "d MMMM y", rebase=False)


def month_text(value: date | None) -> str:
    """A month in words."""
    return "" if value is None else format_date(value, "LLLL y", rebase=False)


def moment_text(value: datetime | None) -> str:
    """A day and an hour in words."""
    return "" if value is None else str(format_datetime(value, "d MMMM y · HH:mm"))


def _locale() -> str:
    chosen = code()
    return _LOCALES.get(chosen, chosen)


def current_locale() -> Locale:
    """The locale in force, for whoever formats by hand."""
    return get_locale() or Locale.parse("ar_SY")
