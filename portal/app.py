"""create_app: the only file that knows every room."""

from __future__ import annotations

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from portal.accounts import service as accounts
from portal.accounts import views_account as accounts_account
from portal.accounts import views_admin as accounts_admin
from portal.accounts.administration import views_account as administration_account
from portal.accounts.administration import views_admin as administration_admin
from portal.accounts.credentials import views_account as credentials_account
from portal.accounts.duress import views_account as duress_account
from portal.accounts.fallbacks import views_admin as fallbacks_admin
from portal.accounts.opening import views_account as opening_account
from portal.accounts.passkeys import views_account as passkeys_account
from portal.accounts.recovery import views_account as recovery_account
from portal.accounts.step_up import views_account as step_up_account
from portal.accounts.vocab import Standing
from portal.casework import views_casework as casework_casework
from portal.casework.questions import views_casework as questions_casework
from portal.casework.recovery import views_casework as recovery_casework
from portal.config import Settings, shipped
from portal.disclosure.handover import views_casework as handover_casework
from portal.disclosure.looking import views_casework as looking_casework
from portal.disclosure.packages import views_casework as disclosure_casework
from portal.disclosure.protection import views_casework as protection_casework
from portal.disclosure.publication import views_casework as publication_casework
from portal.disclosure.publication import views_family as publication_family
from portal.disclosure.telling import views_casework as telling_casework
from portal.disclosure.telling import views_family as telling_family
from portal.inquiries import views_casework as inquiries_casework
from portal.inquiries import views_family as inquiries_family
from portal.kernel.actor import ANONYMOUS
from portal.kernel.crypto import FieldKeys, use_field_keys
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace
from portal.matching import views_casework as matching_casework
from portal.matching.lookup import views_casework as lookup_casework
from portal.matching.renewal import views_casework as renewal_casework
from portal.memorial.shelf import use_folder
from portal.notifications.vocab import Rhythm
from portal.oversight import views_family as oversight_family
from portal.oversight import views_oversight as oversight_oversight
from portal.pages import account as pages_account
from portal.pages import casework as pages_casework
from portal.pages import family as pages_family
from portal.pages import oversight as pages_oversight
from portal.pages import parts as pages_parts
from portal.pages import public as pages_public
from portal.pages import reports as pages_reports
from portal.pages.navigation import navigation
from portal.records.archive import views_casework as archive_casework
from portal.records.custody import views_casework as custody_casework
from portal.records.likeness import views_casework as likeness_casework
from portal.records.revision import views_casework as revision_casework
from portal.records.transcription import views_casework as transcription_casework
from portal.records.truth import views_casework as truth_casework
from portal.vault.service import Vault
from portal.verification import views_casework as verification_casework
from portal.web import access, errors, headers, language, limits, render, session
from portal.web.wiring import wire

LARGEST_REQUEST = 16 * 1024 * 1024
BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts_account.bp,
    accounts_admin.bp,
    administration_account.bp,
    administration_admin.bp,
    archive_casework.bp,
    casework_casework.bp,
    credentials_account.bp,
    custody_casework.bp,
    disclosure_casework.bp,
    fallbacks_admin.bp,
    duress_account.bp,
    handover_casework.bp,
    inquiries_casework.bp,
    inquiries_family.bp,
    likeness_casework.bp,
    lookup_casework.bp,
    looking_casework.bp,
    matching_casework.bp,
    opening_account.bp,
    oversight_family.bp,
    oversight_oversight.bp,
    pages_account.bp,
    pages_casework.bp,
    pages_family.bp,
    pages_oversight.bp,
    pages_public.bp,
    pages_reports.bp,
    passkeys_account.bp,
    protection_casework.bp,
    publication_casework.bp,
    publication_family.bp,
    recovery_account.bp,
    questions_casework.bp,
    recovery_casework.bp,
    step_up_account.bp,
    telling_casework.bp,
    telling_family.bp,
    renewal_casework.bp,
    revision_casework.bp,
    transcription_casework.bp,
    truth_casework.bp,
    verification_casework.bp,
)


def create_app(settings: Settings, place: Workplace, vault: Vault) -> Flask:
    """One app for the audiences of `settings`, on the workplace and the vault it is given."""
    app = Flask("portal", template_folder=str(shipped("templates")), static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        RATELIMIT_ENABLED=not settings.demo,
        TRUSTED_HOSTS=list(settings.hosts) or None,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a grieving person may take hours
    )
    app.extensions["workplace"] = place
    for part in (settings, vault, Rhythm(immediate=not settings.message_window)):
        wire(app, part)
    use_field_keys(FieldKeys(settings.required_keys().fields))
    use_folder(settings.data / "names")
    errors.install(app)
    headers.install(app, settings)
    language.install(app)
    session.install(app, settings, lambda token: _standing_of(place, settings, token))
    limits.install(app, settings)
    CSRFProtect(app)
    render.install(app, settings, navigation)
    _open_doors(app, settings)
    access.guard(app, settings.audiences, step_up_account.demand)
    _serve(app, settings)
    return app


def _open_doors(app: Flask, settings: Settings) -> None:
    app.add_url_rule("/static/<path:filename>", endpoint="static", build_only=True)
    app.add_url_rule("/healthz", endpoint="healthz", view_func=_healthy)
    for bp in BLUEPRINTS:
        app.register_blueprint(bp)
    if settings.demo:
        app.register_blueprint(pages_parts.bp)


@access.public
def _healthy() -> ResponseReturnValue:
    """Say that the process answers; says nothing of what it holds."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


def _standing_of(place: Workplace, settings: Settings, token: str) -> Standing | None:
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        return accounts.standing_of(work, token, passkeys_required=settings.passkeys_required)


def _serve(app: Flask, settings: Settings) -> None:
    app.wsgi_app = WhiteNoise(app.wsgi_app, root=str(shipped("static")), prefix="static/", max_age=3600)  # type: ignore[method-assign]  # the documented way to wrap an app
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]  # the documented way to wrap an app
