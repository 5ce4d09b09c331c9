"""The page on which intake gives a case its people."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.casework import service
from portal.casework.forms import TeamForm
from portal.kernel.permissions import Permission
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.transaction import request_work

bp = blueprint("casework", Audience.CASEWORK, "/cases")


@bp.get("/<uuid:inquiry_id>/assign")
@needs(Permission.CASEWORK_CASE_ASSIGN)
def assign(inquiry_id: UUID) -> ResponseReturnValue:
    """The three places of a case team."""
    return _page(inquiry_id, TeamForm())


@bp.post("/<uuid:inquiry_id>/assign")
@needs(Permission.CASEWORK_CASE_ASSIGN)
def take_assignment(inquiry_id: UUID) -> ResponseReturnValue:
    """Fill the places."""
    form = TeamForm()
    with request_work() as work:
        form.offer(service.candidates(work))
    if not form.validate():
        return _page(inquiry_id, form, 422)
    with request_work() as work:
        service.assign_team(work, inquiry_id, form.answer())
    return redirect(url_for("pages_casework.worklist"), 303)


def _page(inquiry_id: UUID, form: TeamForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        case = service.open_case(work, inquiry_id)
    form.offer(case.candidates)
    return render_template("casework/casework/assign.html", form=form, case=case), status
