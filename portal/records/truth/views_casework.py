"""Records at the desk: those to be settled, and one of them; no picture stands on these pages."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.kernel.permissions import Permission
from portal.records.likeness import queries as likeness
from portal.records.truth import queries, service
from portal.records.truth.forms import ConfirmForm, ProposeForm
from portal.vault.custody import queries as custody
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.transaction import request_work

bp = blueprint("truth", Audience.CASEWORK, "/records")

_LAST_PAGE = 10_000


@bp.get("/")
@needs(Permission.RECORDS_RECORD_READ)
def records() -> ResponseReturnValue:
    """Records that were read and wait to be settled."""
    number = min(max(request.args.get("page", 1, int), 1), _LAST_PAGE)
    with request_work() as work:
        page = queries.unsettled(work, number)
    return render_template("records/truth/records.html", page=page)


@bp.get("/<uuid:record_id>")
@needs(Permission.RECORDS_RECORD_READ)
def record(record_id: UUID) -> ResponseReturnValue:
    """One record; opening it is remembered."""
    return _page(record_id, ProposeForm(formdata=None))


@bp.post("/<uuid:record_id>/propose")
@needs(Permission.RECORDS_RECORD_PROPOSE)
def propose(record_id: UUID) -> ResponseReturnValue:
    """Take the first signature."""
    form = ProposeForm()
    if not form.validate():
        return _page(record_id, form, 422)
    with request_work() as work:
        service.propose_truth(work, record_id, form.reason.data)
    return redirect(url_for(".record", record_id=record_id), 303)


@bp.post("/<uuid:record_id>/confirm")
@needs(Permission.RECORDS_RECORD_CONFIRM, fresh=True)
def confirm(record_id: UUID) -> ResponseReturnValue:
    """Take the second signature."""
    form = ConfirmForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.confirm_truth(work, record_id, form.answer())
    return redirect(url_for(".record", record_id=record_id), 303)


def _page(record_id: UUID, proposing: ProposeForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        file = service.open_record(work, record_id)
        may_hold = custody.may_ask_hold(work)
        same = likeness.same_as(work, record_id)
    return render_template(
        "records/truth/record.html", file=file, proposing=proposing, may_hold=may_hold, same=same
    ), status
