"""Asking for the six digits once more, without losing what was on its way."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import device_cookie as device
from portal.accounts.forms import CodeForm
from portal.accounts.step_up import service
from portal.accounts.vocab import CodeRefused
from portal.kernel.permissions import Permission
from portal.web import session
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.transaction import request_work

bp = blueprint("step_up", Audience.ACCOUNT, "/prove")

# Beside the fields of the form that was on its way; no form of ours has such a name.
PREFIX = "proof-"


@bp.route("", methods=["GET", "POST"])
@needs(Permission.ACCOUNTS_SESSION_OWN)
def prove() -> ResponseReturnValue:
    """Take the digits and go on to the page that asked for them."""
    form = CodeForm(prefix=PREFIX)
    if request.method == "POST" and form.validate() and _fits(form):
        return redirect(cookie.pop("prove_for", "/"), 303)
    return _page(form, {})


def demand() -> ResponseReturnValue | None:
    """Ask before a sensitive act; what was typed travels along and is sent again with the digits."""
    if request.method in {"GET", "HEAD"}:
        cookie["prove_for"] = request.path
        return redirect(url_for("step_up_account.prove"), 303)
    form = CodeForm(prefix=PREFIX) if f"{PREFIX}code" in request.form else CodeForm(None, prefix=PREFIX)
    if form.code.raw_data and form.validate() and _fits(form):
        return None
    return _page(form, {name: request.form.getlist(name) for name in request.form if _is_on_its_way(name)})


def _is_on_its_way(name: str) -> bool:
    return name != "csrf_token" and not name.startswith(PREFIX)


def _fits(form: CodeForm) -> bool:
    origin = device.origin()
    try:
        with request_work(Audience.ACCOUNT) as work:
            token = service.prove(work, session.current_token() or "", form.answer(), origin)
    except CodeRefused:
        with request_work(Audience.ACCOUNT) as work:
            service.refused(work, origin)
        form.did_not_fit(
            _("That did not fit. Check that the clock of your phone is right, and take the newest code.")
        )
        return False
    session.renew(token)
    return True


def _page(form: CodeForm, carried: dict[str, list[str]]) -> ResponseReturnValue:
    page = render_template("accounts/account/prove.html", form=form, carried=carried)
    return page, 422 if form.errors else 200 if request.endpoint == "step_up_account.prove" else 403
