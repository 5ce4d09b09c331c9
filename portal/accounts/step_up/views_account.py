"""Asking for the six digits or a passkey once more, without losing what was on its way."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import device_cookie as device
from portal.accounts.forms import FactorForm
from portal.accounts.passkeys import browser
from portal.accounts.passkeys import service as passkeys
from portal.accounts.passkeys.vocab import Answer, Purpose
from portal.accounts.step_up import service
from portal.accounts.vocab import CodeRefused
from portal.kernel.permissions import Permission
from portal.web import session
from portal.web.access import needs
from portal.web.audience import Audience, blueprint, home_of
from portal.web.transaction import request_work

bp = blueprint("step_up", Audience.ACCOUNT, "/prove")

# Beside the fields of the form that was on its way; no form of ours has such a name.
PREFIX = "proof-"


@bp.route("", methods=["GET", "POST"])
@needs(Permission.ACCOUNTS_SESSION_OWN)
def prove() -> ResponseReturnValue:
    """Take the digits or a passkey and go on to the page that asked for them."""
    form = FactorForm(prefix=PREFIX)
    if request.method == "POST" and form.validate() and _fits(form):
        return redirect(cookie.pop("prove_for", home_of(g.actor)), 303)
    return _page(form, {})


def demand() -> ResponseReturnValue | None:
    """Ask before a sensitive act; what was typed travels along and is sent again with the digits."""
    if request.method in {"GET", "HEAD"}:
        cookie["prove_for"] = request.path
        return redirect(url_for("step_up_account.prove"), 303)
    is_answer = f"{PREFIX}code" in request.form
    form = FactorForm(prefix=PREFIX) if is_answer else FactorForm(None, prefix=PREFIX)
    if is_answer and form.validate() and _fits(form):
        return None
    return _page(form, {name: request.form.getlist(name) for name in request.form if _is_on_its_way(name)})


def _is_on_its_way(name: str) -> bool:
    return name != "csrf_token" and not name.startswith(PREFIX)


def _fits(form: FactorForm) -> bool:
    answer = browser.answered(form.passkey.data, Purpose.PROVE)
    token = _by_passkey(answer) if answer else _by_code(form.answer())
    if token is None:
        form.did_not_fit(
            _("That did not fit. Check that the clock of your phone is right, and take the newest code.")
        )
        return False
    session.renew(token)
    return True


def _by_passkey(answer: Answer) -> str | None:
    with request_work(Audience.ACCOUNT) as work:
        return passkeys.prove(work, session.current_token() or "", answer, device.origin())


def _by_code(code: str) -> str | None:
    try:
        with request_work(Audience.ACCOUNT) as work:
            return service.prove(work, session.current_token() or "", code, device.origin())
    except CodeRefused:
        with request_work(Audience.ACCOUNT) as work:
            service.refused(work, device.origin())
        return None


def _page(form: FactorForm, carried: dict[str, list[str]]) -> ResponseReturnValue:
    options = browser.question_to_prove()
    page = render_template("accounts/account/prove.html", form=form, carried=carried, options=options)
    return page, 422 if form.errors else 200 if request.endpoint == "step_up_account.prove" else 403
