"""The hold on the desks of an approver and of the liaison of the case."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.disclosure.protection import service
from portal.disclosure.protection.forms import HoldVersionForm, LiftForm
from portal.kernel.permissions import Permission
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.transaction import request_work

bp = blueprint("protection", Audience.CASEWORK, "/holds")


@bp.get("/<uuid:inquiry_id>")
@needs(Permission.DISCLOSURE_HOLD_LIFT)
def hold(inquiry_id: UUID) -> ResponseReturnValue:
    """What may not be done now, and how it ends."""
    return _page(inquiry_id)


@bp.post("/<uuid:inquiry_id>/<uuid:hold_id>/propose")
@needs(Permission.DISCLOSURE_HOLD_LIFT, fresh=True)
def propose(inquiry_id: UUID, hold_id: UUID) -> ResponseReturnValue:
    """Propose to lift it."""
    form = LiftForm()
    if not form.validate():
        return _page(inquiry_id, form)
    with request_work() as work:
        service.propose_lift(work, hold_id, *form.answer())
    return redirect(url_for(".hold", inquiry_id=inquiry_id), 303)


@bp.post("/<uuid:inquiry_id>/<uuid:hold_id>/sign")
@needs(Permission.DISCLOSURE_HOLD_SIGN, fresh=True)
def sign(inquiry_id: UUID, hold_id: UUID) -> ResponseReturnValue:
    """Lift it."""
    form = HoldVersionForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.sign_lift(work, hold_id, form.seen())
    return redirect(url_for("pages_casework.worklist"), 303)


def _page(inquiry_id: UUID, form: LiftForm | None = None) -> ResponseReturnValue:
    with request_work() as work:
        found = service.open_hold(work, inquiry_id)
    shown = form or LiftForm(formdata=None, data={"version": found.version})
    page = render_template("disclosure/protection/hold.html", hold=found, form=shown)
    return page, 422 if form else 200
