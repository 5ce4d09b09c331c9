"""One's own passkeys: adding, seeing and removing them, signed in."""

from __future__ import annotations

from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import device_cookie
from portal.accounts.forms import FactorForm
from portal.accounts.passkeys import browser, queries, service
from portal.accounts.passkeys.forms import AddForm
from portal.accounts.passkeys.vocab import Purpose, Shown
from portal.kernel.permissions import Permission
from portal.web import session
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.transaction import request_work

bp = blueprint("passkeys", Audience.ACCOUNT, "/passkeys")


@bp.get("")
@needs(Permission.ACCOUNTS_SESSION_OWN)
def own() -> ResponseReturnValue:
    """One's own passkeys, and adding another one."""
    return _page(AddForm())


@bp.post("")
@needs(Permission.ACCOUNTS_SESSION_OWN, fresh=True)
def add() -> ResponseReturnValue:
    """Keep a new passkey."""
    form = AddForm()
    if not form.validate():
        return _page(form)
    answer = browser.answered(form.passkey.data, Purpose.ADD)
    if answer is not None:
        with request_work() as work:
            if service.add(work, form.answer(), answer) is not None:
                return redirect(url_for(".own"), 303)
    form.did_not_fit()
    return _page(form)


@bp.route("/<uuid:passkey_id>/remove", methods=["GET", "POST"])
@needs(Permission.ACCOUNTS_SESSION_OWN)
def remove(passkey_id: UUID) -> ResponseReturnValue:
    """Remove a passkey for whoever shows the six digits or another one."""
    form = FactorForm()
    if request.method == "GET" or not form.validate():
        return _removal_page(form, passkey_id)
    shown = Shown(
        session.current_token() or "", form.answer(), browser.answered(form.passkey.data, Purpose.PROVE)
    )
    with request_work() as work:
        token = service.remove(work, passkey_id, shown, device_cookie.origin())
    if token is None:
        form.did_not_fit(
            _("That did not fit. Check that the clock of your phone is right, and take the newest code.")
        )
        return _removal_page(form, passkey_id)
    session.renew(token)
    return redirect(url_for(".own"), 303)


def _page(form: AddForm) -> ResponseReturnValue:
    party, options = browser.party(), None
    with request_work() as work:
        passkeys = queries.own_passkeys(work)
        if party is not None:
            options = browser.put(queries.to_add(work, party), Purpose.ADD)
    page = render_template(
        "accounts/account/passkeys.html",
        form=form,
        passkeys=passkeys,
        options=options,
        is_needed=bool(g.actor.withheld),
        must_show=bool(g.actor.withheld and passkeys),
    )
    return page, 422 if form.errors else 200


def _removal_page(form: FactorForm, passkey_id: UUID) -> ResponseReturnValue:
    party, options = browser.party(), None
    with request_work() as work:
        passkey = queries.own_passkey(work, passkey_id)
        if party is not None:
            options = browser.put(queries.to_prove(work, party), Purpose.PROVE)
    page = render_template(
        "accounts/account/remove_passkey.html", form=form, passkey=passkey, options=options
    )
    return page, 422 if form.errors else 200
