"""One's own account: changing password and phone, codes on paper, and what happened to it."""

from __future__ import annotations

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from portal.accounts import device_cookie, totp
from portal.accounts.credentials import codes, queries, service
from portal.accounts.forms import ChangePasswordForm, CodeForm
from portal.accounts.labels import NOTICES
from portal.accounts.recovery import queries as recoveries
from portal.accounts.vocab import CodeRefused, PasswordRefused, WrongPassword
from portal.config import Settings
from portal.kernel.permissions import Permission
from portal.web import session
from portal.web.access import needs
from portal.web.audience import Audience, blueprint, home_of
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work
from portal.web.wiring import wired

bp = blueprint("credentials", Audience.ACCOUNT)


@bp.get("/")
@needs(Permission.ACCOUNTS_SESSION_OWN)
def home() -> ResponseReturnValue:
    """What one may look at and change of one's own account."""
    with request_work() as work:
        unseen, recovery = queries.unseen(work), recoveries.own(work)
    return render_template(
        "accounts/account/home.html", home=home_of(g.actor), unseen=unseen, recovery=recovery
    )


@bp.route("/password", methods=["GET", "POST"])
@needs(Permission.ACCOUNTS_SESSION_OWN, fresh=True)
def password() -> ResponseReturnValue:
    """Take another password."""
    form = ChangePasswordForm()
    if request.method == "GET" or not form.validate():
        return _password_page(form)
    try:
        with request_work() as work:
            service.change_password(work, session.current_token() or "", *form.answer_both())
    except WrongPassword:
        with request_work() as work:
            service.wrong_password(work, device_cookie.origin())
        form.wrong()
        return _password_page(form)
    except PasswordRefused as refused:
        form.refuse(refused.reason)
        return _password_page(form)
    return redirect(url_for(".changed"), 303)


@bp.route("/phone", methods=["GET", "POST"])
@needs(Permission.ACCOUNTS_SESSION_OWN, fresh=True)
def phone() -> ResponseReturnValue:
    """Pair another phone in place of the old one."""
    form = CodeForm()
    if request.method == "GET" or not form.validate():
        return _phone_page(form)
    try:
        with request_work() as work:
            service.pair(work, session.current_token() or "", form.answer())
    except CodeRefused:
        form.did_not_fit(
            _("That did not fit. Check that the clock of your phone is right, and take the newest code.")
        )
        return _phone_page(form)
    return redirect(url_for(".changed"), 303)


@bp.post("/phone/begin")
@needs(Permission.ACCOUNTS_SESSION_OWN, fresh=True)
def begin_pairing() -> ResponseReturnValue:
    """Make a key for another phone."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.begin_pairing(work)
    return redirect(url_for(".phone"), 303)


@bp.get("/changed")
@needs(Permission.ACCOUNTS_SESSION_OWN)
def changed() -> ResponseReturnValue:
    """Say that it is done, and what ended with it."""
    return render_template("accounts/account/changed.html")


@bp.get("/recovery-codes")
@needs(Permission.ACCOUNTS_SESSION_OWN)
def recovery_codes() -> ResponseReturnValue:
    """Say how many codes are left; which they are stands on the paper alone."""
    with request_work() as work:
        sheet = queries.own_sheet(work)
    return render_template("accounts/account/recovery_codes.html", sheet=sheet, most=codes.ON_A_SHEET)


@bp.post("/recovery-codes")
@needs(Permission.ACCOUNTS_SESSION_OWN, fresh=True)
def make_recovery_codes() -> ResponseReturnValue:
    """Show a new sheet of codes, to be printed or written down."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        made = service.make_codes(work)
    # Answered at once and never by another page: on the way there the codes would have to lie in the browser.
    return render_template("accounts/account/recovery_sheet.html", codes=made)


@bp.get("/notices")
@needs(Permission.ACCOUNTS_SESSION_OWN)
def notices() -> ResponseReturnValue:
    """What happened to one's own account."""
    with request_work() as work:
        found = queries.own_notices(work)
    return render_template("accounts/account/notices.html", notices=found, words=NOTICES)


@bp.post("/notices/seen")
@needs(Permission.ACCOUNTS_SESSION_OWN)
def see_notices() -> ResponseReturnValue:
    """Say that one has read them."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.see_notices(work)
    return redirect(url_for(".home"), 303)


def _password_page(form: ChangePasswordForm) -> ResponseReturnValue:
    return render_template("accounts/account/change_password.html", form=form), 422 if form.errors else 200


def _phone_page(form: CodeForm) -> ResponseReturnValue:
    with request_work() as work:
        begun = service.pairing(work)
    if begun is None:
        return render_template("accounts/account/begin_phone.html"), 422 if form.errors else 200
    link = totp.uri(begun.secret, begun.login, wired(Settings).organisation)
    page = render_template(
        "accounts/account/change_phone.html",
        form=form,
        link=link,
        picture=Markup(totp.picture(link)),  # noqa: S704 - drawn by ourselves, holds no text
        groups=totp.groups(begun.secret),
    )
    return page, 422 if form.errors else 200
