"""How somebody reaches a person who lost a password or a phone, the pages behind the link, and the stop."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from portal.accounts import totp
from portal.accounts.forms import CodeForm, PasswordForm
from portal.accounts.recovery import service
from portal.accounts.recovery.vocab import WayBack
from portal.accounts.vocab import CodeRefused, PasswordRefused
from portal.config import Settings
from portal.kernel.errors import Conflict, NotFound
from portal.kernel.permissions import Permission
from portal.web.access import needs, public
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work
from portal.web.wiring import wired

bp = blueprint("recovery", Audience.ACCOUNT)


@bp.get("/lost")
@public
def lost() -> ResponseReturnValue:
    """Tell how to reach a person; it asks nothing, and says nothing about any account."""
    return render_template("accounts/account/lost.html")


@bp.get("/way-back/<token>")
@public
def open_link(token: str) -> ResponseReturnValue:
    """Take the token out of the address; opening a link changes nothing yet."""
    cookie["way_back"] = token
    return redirect(url_for(".way_back"), 303)


@bp.get("/way-back")
@public
def way_back() -> ResponseReturnValue:
    """One question at a time: the password, then the phone, as far as they were lost."""
    return _page()


@bp.post("/way-back/password")
@public
def choose_password() -> ResponseReturnValue:
    """Take the new password."""
    form = PasswordForm()
    if not form.validate():
        return _page(password=form)
    try:
        with request_work() as work:
            further = service.choose_password(work, _token(), form.answer())
    except PasswordRefused as refused:
        form.refuse(refused.reason)
        return _page(password=form)
    except (Conflict, NotFound):
        return _gone()
    return redirect(url_for(".way_back"), 303) if further else _done()


@bp.post("/way-back/phone/begin")
@public
def begin_phone() -> ResponseReturnValue:
    """Make a key for the new phone."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    try:
        with request_work() as work:
            service.begin_phone(work, _token())
    except (Conflict, NotFound):
        return _gone()
    return redirect(url_for(".way_back"), 303)


@bp.post("/way-back/phone")
@public
def confirm_phone() -> ResponseReturnValue:
    """Take the first code of the new phone."""
    form = CodeForm()
    if not form.validate():
        return _page(code=form)
    try:
        with request_work() as work:
            service.confirm_phone(work, _token(), form.answer())
    except CodeRefused:
        form.did_not_fit(
            _("That did not fit. Check that the clock of your phone is right, and take the newest code.")
        )
        return _page(code=form)
    except NotFound:
        return _gone()
    return _done()


@bp.get("/way-back/done")
@public
def done() -> ResponseReturnValue:
    """Say that one can sign in again; nobody is signed in by a link."""
    return render_template("accounts/account/way_back_done.html")


@bp.post("/recovery/<uuid:recovery_id>/stop")
@needs(Permission.ACCOUNTS_SESSION_OWN)
def stop(recovery_id: UUID) -> ResponseReturnValue:
    """Stop the recovery of one's own account; being signed in is enough."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.stop_own(work, recovery_id)
    return redirect(url_for(".stopped"), 303)


@bp.get("/recovery/stopped")
@needs(Permission.ACCOUNTS_SESSION_OWN)
def stopped() -> ResponseReturnValue:
    """Say that it is stopped, and what to do now."""
    return render_template("accounts/account/recovery_stopped.html")


def _page(password: PasswordForm | None = None, code: CodeForm | None = None) -> ResponseReturnValue:
    try:
        with request_work() as work:
            found = service.look_up(work, _token())
    except NotFound:
        return _gone()
    status = 422 if password or code else 200
    if found.lost.has_password and (password or not found.has_password):
        form = password or PasswordForm(formdata=None)
        return render_template("accounts/account/way_back_password.html", form=form, found=found), status
    if found.secret is None:
        return render_template("accounts/account/way_back_begin_phone.html"), status
    return _phone_page(found, found.secret, code), status


def _phone_page(found: WayBack, secret: str, code: CodeForm | None) -> str:
    link = totp.uri(secret, found.login, wired(Settings).organisation)
    return render_template(
        "accounts/account/way_back_phone.html",
        form=code or CodeForm(formdata=None),
        link=link,
        picture=Markup(totp.picture(link)),  # noqa: S704 - drawn by ourselves, holds no text
        groups=totp.groups(secret),
    )


def _done() -> ResponseReturnValue:
    cookie.pop("way_back", None)
    return redirect(url_for(".done"), 303)


def _gone() -> ResponseReturnValue:
    return render_template("accounts/account/gone.html"), 404


def _token() -> str:
    return str(cookie.get("way_back", ""))
