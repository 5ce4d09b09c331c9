"""The page of the second password; it says whether there is one only to whoever types the usual one."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import device_cookie
from portal.accounts.credentials import service as credentials
from portal.accounts.duress import service
from portal.accounts.duress.forms import SecondPasswordForm, UsualPasswordForm
from portal.accounts.vocab import PasswordRefused, WrongPassword
from portal.kernel.permissions import Permission
from portal.kernel.work import Work
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.transaction import request_work

bp = blueprint("duress", Audience.ACCOUNT, "/second-password")


@bp.route("", methods=["GET", "POST"])
@needs(Permission.ACCOUNTS_DURESS_OWN, fresh=True)
def own() -> ResponseReturnValue:
    """What a second password is for; keep one."""
    form = SecondPasswordForm()
    if request.method == "GET" or not form.validate():
        return _page(form)
    try:
        with request_work() as work:
            service.keep(work, *form.answer())
    except WrongPassword:
        return _wrong()
    except PasswordRefused as refused:
        form.refuse(refused.reason)
        return _page(form)
    return redirect(url_for(".done"), 303)


@bp.post("/look")
@needs(Permission.ACCOUNTS_DURESS_OWN, fresh=True)
def look() -> ResponseReturnValue:
    """Say whether there is one."""
    return _by_usual_password(
        service.is_kept, lambda kept: render_template("accounts/account/second_password_is.html", kept=kept)
    )


@bp.post("/remove")
@needs(Permission.ACCOUNTS_DURESS_OWN, fresh=True)
def remove() -> ResponseReturnValue:
    """Take it away."""
    return _by_usual_password(service.remove, lambda _nothing: redirect(url_for(".done"), 303))


@bp.get("/done")
@needs(Permission.ACCOUNTS_DURESS_OWN)
def done() -> ResponseReturnValue:
    """Say that it is done, and not what."""
    return render_template("accounts/account/second_password_done.html")


def _by_usual_password(
    act: Callable[[Work, str], object], answer: Callable[[object], ResponseReturnValue]
) -> ResponseReturnValue:
    form = UsualPasswordForm()
    if not form.validate():
        full = SecondPasswordForm(None)
        full.current.errors = form.current.errors
        return _page(full)
    try:
        with request_work() as work:
            found = act(work, form.usual())
    except WrongPassword:
        return _wrong()
    return answer(found)


def _wrong() -> ResponseReturnValue:
    with request_work() as work:
        credentials.wrong_password(work, device_cookie.origin())
    form = SecondPasswordForm(None)
    form.wrong()
    return _page(form)


def _page(form: SecondPasswordForm) -> ResponseReturnValue:
    page = render_template("accounts/account/second_password.html", form=form)
    return page, 422 if form.errors else 200
