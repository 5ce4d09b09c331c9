"""The page on which two administrators let a colleague do without a passkey for some days."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.fallbacks import queries, service
from portal.accounts.fallbacks.forms import FallbackForm
from portal.accounts.fallbacks.vocab import FallbackDesk, FallbackWaits
from portal.accounts.forms import SignForm
from portal.config import Settings
from portal.kernel.permissions import Permission
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.transaction import request_work
from portal.web.wiring import wired

bp = blueprint("fallbacks", Audience.ADMIN, "/fallbacks")


@bp.get("")
@needs(Permission.ACCOUNTS_FALLBACK_PROPOSE)
def desk() -> ResponseReturnValue:
    """Who does without, and proposing it for somebody."""
    return _page(FallbackForm(None), _desk())


@bp.post("")
@needs(Permission.ACCOUNTS_FALLBACK_PROPOSE, fresh=True)
def propose() -> ResponseReturnValue:
    """Propose a fallback; another administrator has to sign."""
    form, found = FallbackForm(), _desk()
    form.offer(found.candidates)
    if not form.validate():
        return _page(form, found)
    try:
        with request_work() as work:
            service.propose(work, form.answer())
    except FallbackWaits:
        form.waits()
        return _page(form, found)
    return redirect(url_for(".desk"), 303)


@bp.post("/<uuid:fallback_id>/sign")
@needs(Permission.ACCOUNTS_FALLBACK_SIGN, fresh=True)
def sign(fallback_id: UUID) -> ResponseReturnValue:
    """Take the second signature."""
    form = SignForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.sign(work, fallback_id, form.answer())
    return redirect(url_for(".desk"), 303)


def _desk() -> FallbackDesk:
    with request_work() as work:
        return queries.desk(work)


def _page(form: FallbackForm, found: FallbackDesk) -> ResponseReturnValue:
    form.offer(found.candidates)
    required = wired(Settings).passkeys_required
    page = render_template("accounts/admin/fallbacks.html", form=form, desk=found, required=required)
    return page, 422 if form.errors else 200
