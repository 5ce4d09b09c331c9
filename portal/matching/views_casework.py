"""The analyst's desk: candidates, two accounts side by side, a proposal, a blind verdict."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.kernel.errors import Conflict, Invalid
from portal.kernel.permissions import Permission
from portal.matching import service
from portal.matching.forms import (
    GROUNDS,
    LEVELS,
    OBSTACLES,
    VERDICTS,
    ExcludeForm,
    ProposeForm,
    ReviewForm,
    refusal_in_words,
)
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import PortalForm
from portal.web.transaction import request_work

bp = blueprint("matching", Audience.CASEWORK, "/matching")


@bp.get("/")
@needs(Permission.MATCHING_CANDIDATE_READ)
def desk() -> ResponseReturnValue:
    """Files to compare, and proposals that wait for one's own verdict."""
    with request_work() as work:
        found = service.desk(work)
    return render_template("matching/casework/desk.html", desk=found)


@bp.get("/<uuid:inquiry_id>")
@needs(Permission.MATCHING_CANDIDATE_READ)
def candidates(inquiry_id: UUID) -> ResponseReturnValue:
    """The records that may speak of the person sought."""
    with request_work() as work:
        found = service.candidates(work, inquiry_id)
    return render_template("matching/casework/candidates.html", found=found)


@bp.get("/<uuid:inquiry_id>/<uuid:record_id>")
@needs(Permission.MATCHING_MATCH_PROPOSE)
def compare(inquiry_id: UUID, record_id: UUID) -> ResponseReturnValue:
    """One inquiry and one record side by side."""
    return _comparison(inquiry_id, record_id, ProposeForm(), ExcludeForm(formdata=None), 200)


@bp.post("/<uuid:inquiry_id>/<uuid:record_id>/propose")
@needs(Permission.MATCHING_MATCH_PROPOSE)
def propose(inquiry_id: UUID, record_id: UUID) -> ResponseReturnValue:
    """Take a proposal; one that rests on too little is given back with what was typed."""
    form, status = ProposeForm(), 422
    if form.validate():
        try:
            with request_work() as work:
                service.propose_match(work, form.answer(inquiry_id, record_id))
            return redirect(url_for("matching_casework.candidates", inquiry_id=inquiry_id), 303)
        except (Conflict, Invalid) as error:
            status = _explained(form, error)
    return _comparison(inquiry_id, record_id, form, ExcludeForm(formdata=None), status)


@bp.post("/<uuid:inquiry_id>/<uuid:record_id>/exclude")
@needs(Permission.MATCHING_MATCH_PROPOSE)
def exclude(inquiry_id: UUID, record_id: UUID) -> ResponseReturnValue:
    """Remember that this record is another person."""
    form, status = ExcludeForm(), 422
    if form.validate():
        try:
            with request_work() as work:
                service.exclude(work, inquiry_id, record_id, form.answer())
            return redirect(url_for("matching_casework.candidates", inquiry_id=inquiry_id), 303)
        except Conflict as error:
            status = _explained(form, error)
    return _comparison(inquiry_id, record_id, ProposeForm(formdata=None), form, status)


@bp.get("/reviews/<uuid:match_id>")
@needs(Permission.MATCHING_MATCH_REVIEW)
def review(match_id: UUID) -> ResponseReturnValue:
    """The comparison, without what anybody else thought of it."""
    return _review(match_id, ReviewForm(), 200)


@bp.post("/reviews/<uuid:match_id>")
@needs(Permission.MATCHING_MATCH_REVIEW, fresh=True)
def judge(match_id: UUID) -> ResponseReturnValue:
    """Take one's own verdict; afterwards the other one is shown."""
    form, status = ReviewForm(), 422
    if form.validate():
        try:
            with request_work() as work:
                service.review_match(work, match_id, *form.answer())
            return redirect(url_for("matching_casework.review", match_id=match_id), 303)
        except (Conflict, Invalid) as error:
            status = _explained(form, error)
    return _review(match_id, form, status)


def _explained(form: PortalForm, error: Conflict | Invalid) -> int:
    """Say on the page itself why nothing was done, so that what was typed stays there."""
    form.form_errors.append(refusal_in_words(error))
    return 409 if isinstance(error, Conflict) else 422


def _comparison(
    inquiry_id: UUID, record_id: UUID, form: ProposeForm, excluding: ExcludeForm, status: int
) -> ResponseReturnValue:
    with request_work() as work:
        comparison = service.compare(work, inquiry_id, record_id)
    page = render_template(
        "matching/casework/compare.html",
        comparison=comparison,
        form=form,
        excluding=excluding,
        obstacles=OBSTACLES,
    )
    return page, status


def _review(match_id: UUID, form: ReviewForm, status: int) -> ResponseReturnValue:
    with request_work() as work:
        match, comparison = service.open_match(work, match_id)
    page = render_template(
        "matching/casework/review.html",
        match=match,
        comparison=comparison,
        form=form,
        grounds=GROUNDS,
        levels=LEVELS,
        obstacles=OBSTACLES,
        verdicts=VERDICTS,
    )
    return page, status
