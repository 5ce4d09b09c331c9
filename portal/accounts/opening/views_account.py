"""Setting up one's own account, one question at a time, from the link that opened it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from portal.accounts import entrance, totp
from portal.accounts.forms import CodeForm, PasswordForm
from portal.accounts.opening import service
from portal.accounts.vocab import CodeRefused, PasswordRefused, Setup
from portal.config import Settings
from portal.kernel.errors import NotFound
from portal.web.access import public
from portal.web.audience import Audience, blueprint
from portal.web.transaction import request_work
from portal.web.wiring import wired

bp = blueprint("opening", Audience.ACCOUNT)


@bp.get("/setup/<token>")
@bp.get("/setup")
@public
def setup(token: str | None = None) -> ResponseReturnValue:
    """Set up an account, one question at a time; the link's token does not stay in the address."""
    if token is not None:
        cookie["setup"] = token
        return redirect(url_for(".setup"), 303)
    return _setup_page()


@bp.post("/setup-password")
@public
def choose_password() -> ResponseReturnValue:
    """Take the new password."""
    form = PasswordForm()
    if not form.validate():
        return _setup_page(form)
    try:
        with request_work() as work:
            service.choose_password(work, _setup_token(), form.answer())
    except PasswordRefused as refused:
        form.refuse(refused.reason)
        return _setup_page(form)
    except NotFound:
        return _gone()
    return redirect(url_for(".setup"), 303)


@bp.post("/setup-factor")
@public
def confirm_factor() -> ResponseReturnValue:
    """Take the first code; the account is open from here on, in a new session."""
    form = CodeForm()
    if not form.validate():
        return _setup_page(code=form)
    try:
        with request_work() as work:
            begun = service.confirm_factor(work, _setup_token(), form.answer())
    except CodeRefused:
        form.did_not_fit(
            _("That did not fit. Check that the clock of your phone is right, and take the newest code.")
        )
        return _setup_page(code=form)
    except NotFound:
        return _gone()
    return entrance.enter(begun)


def _setup_page(password: PasswordForm | None = None, code: CodeForm | None = None) -> ResponseReturnValue:
    try:
        with request_work() as work:
            found = service.look_up(work, _setup_token())
    except NotFound:
        return _gone()
    status = 422 if password or code else 200
    if password or found.totp_secret is None or "again" in request.args:
        form = password or PasswordForm(formdata=None)
        return render_template("accounts/account/password.html", form=form, setup=found), status
    return _factor_page(found, found.totp_secret, code), status


def _factor_page(found: Setup, secret: str, code: CodeForm | None) -> str:
    link = totp.uri(secret, found.login, wired(Settings).organisation)
    return render_template(
        "accounts/account/factor.html",
        form=code or CodeForm(formdata=None),
        setup=found,
        link=link,
        picture=Markup(totp.picture(link)),  # noqa: S704 - drawn by ourselves, holds no text
        groups=totp.groups(secret),
    )


def _gone() -> ResponseReturnValue:
    return render_template("accounts/account/gone.html"), 404


def _setup_token() -> str:
    return str(cookie.get("setup", ""))
