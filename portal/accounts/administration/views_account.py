"""One's own days away."""

from __future__ import annotations

from uuid import UUID

from flask import abort, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.administration import queries, service
from portal.accounts.administration.forms import LeaveForm
from portal.kernel.errors import Invalid
from portal.kernel.permissions import Permission
from portal.web.access import needs
from portal.web.audience import Audience, blueprint, home_of
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work

bp = blueprint("administration", Audience.ACCOUNT, "/days-away")


@bp.get("")
@needs(Permission.ACCOUNTS_LEAVE_OWN)
def leaves() -> ResponseReturnValue:
    """One's own leaves, and a form for the next one."""
    return _page(LeaveForm(None))


@bp.post("")
@needs(Permission.ACCOUNTS_LEAVE_OWN)
def mark_leave() -> ResponseReturnValue:
    """Enter one's own days away."""
    form = LeaveForm()
    if not form.validate():
        return _page(form, 422)
    try:
        with request_work() as work:
            service.mark_leave(work, work.actor_id, form.answer())
    except Invalid:
        form.is_over()
        return _page(form, 422)
    return redirect(url_for(".leaves"), 303)


@bp.post("/<uuid:leave_id>/end")
@needs(Permission.ACCOUNTS_LEAVE_OWN)
def end_leave(leave_id: UUID) -> ResponseReturnValue:
    """Be back earlier."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.end_leave(work, leave_id)
    return redirect(url_for(".leaves"), 303)


def _page(form: LeaveForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        leaves = queries.own_leaves(work)
    home = home_of(g.actor)
    return render_template("accounts/account/days_away.html", form=form, leaves=leaves, home=home), status
