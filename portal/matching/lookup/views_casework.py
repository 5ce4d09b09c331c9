"""The analyst's page to look through the archive for a name."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.kernel.permissions import Permission
from portal.matching.lookup import service
from portal.matching.lookup.forms import LookupForm
from portal.matching.lookup.vocab import SearchResult
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.transaction import request_work

bp = blueprint("lookup", Audience.CASEWORK, "/lookup")


@bp.get("/<uuid:inquiry_id>")
@needs(Permission.MATCHING_CANDIDATE_READ)
def ask(inquiry_id: UUID) -> ResponseReturnValue:
    """The name to look for, and why."""
    return _page(inquiry_id, LookupForm(formdata=None), 200)


@bp.post("/<uuid:inquiry_id>")
@needs(Permission.MATCHING_CANDIDATE_READ)
def search(inquiry_id: UUID) -> ResponseReturnValue:
    """What bears a name like it; shown in the answer and under no address of its own."""
    form = LookupForm()
    if not form.validate():
        return _page(inquiry_id, form, 422)
    with request_work() as work:
        result = service.search_archive(work, form.answer(inquiry_id))
    return render_template("matching/casework/lookup.html", form=form, result=result, searched=True)


def _page(inquiry_id: UUID, form: LookupForm, status: int) -> ResponseReturnValue:
    with request_work() as work:
        result = SearchResult(service.open_case(work, inquiry_id))
    return render_template("matching/casework/lookup.html", form=form, result=result, searched=False), status
