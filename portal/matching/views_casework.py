"""The analyst's desk: candidates, two accounts side by side, a proposal, a blind verdict."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as accounts
from portal.inquiries import queries as inquiries
from portal.inquiries.vocab import InquiryState
from portal.kernel.errors import Invalid
from portal.kernel.permissions import Permission
from portal.matching import queries, service
from portal.matching.forms import GROUNDS, LEVELS, VERDICTS, ExcludeForm, ProposeForm, ReviewForm
from portal.matching.vocab import RecordNotConfirmed, VisualOnly
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.transaction import request_work

bp = blueprint("matching", Audience.CASEWORK, "/matching")


@bp.get("/")
@needs(Permission.MATCHING_CANDIDATE_READ)
def desk() -> ResponseReturnValue:
    """Files to compare, and proposals that wait for one's own verdict."""
    with request_work() as work:
        files = inquiries.waiting(work, InquiryState.ACTIVE)
        waiting = queries.waiting_for_me(work)
    return render_template("matching/casework/desk.html", files=files, waiting=waiting)


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
    return _comparison(inquiry_id, record_id, ProposeForm(), ExcludeForm(formdata=None))


@bp.post("/<uuid:inquiry_id>/<uuid:record_id>/propose")
@needs(Permission.MATCHING_MATCH_PROPOSE)
def propose(inquiry_id: UUID, record_id: UUID) -> ResponseReturnValue:
    """Take a proposal; one that rests on too little is given back with what was typed."""
    form = ProposeForm()
    if form.validate():
        try:
            with request_work() as work:
                service.propose_match(work, form.answer(inquiry_id, record_id))
            return redirect(url_for("matching_casework.candidates", inquiry_id=inquiry_id), 303)
        except VisualOnly:
            form.grounds.errors = [
                _(
                    "Recognition alone, or one unverified paper, is never enough. Choose what else speaks for it."
                )
            ]
        except Invalid:
            form.level.errors = [
                _(
                    "What you chose above does not carry this level. Choose a lower one, or add what else there is."
                )
            ]
    return _comparison(inquiry_id, record_id, form, ExcludeForm(formdata=None), 422)


@bp.post("/<uuid:inquiry_id>/<uuid:record_id>/exclude")
@needs(Permission.MATCHING_MATCH_PROPOSE)
def exclude(inquiry_id: UUID, record_id: UUID) -> ResponseReturnValue:
    """Remember that this record is another person."""
    form = ExcludeForm()
    if not form.validate():
        return _comparison(inquiry_id, record_id, ProposeForm(formdata=None), form, 422)
    with request_work() as work:
        service.exclude(work, inquiry_id, record_id, form.answer())
    return redirect(url_for("matching_casework.candidates", inquiry_id=inquiry_id), 303)


@bp.get("/reviews/<uuid:match_id>")
@needs(Permission.MATCHING_MATCH_REVIEW)
def review(match_id: UUID) -> ResponseReturnValue:
    """The comparison, without what anybody else thought of it."""
    return _review(match_id, ReviewForm())


@bp.post("/reviews/<uuid:match_id>")
@needs(Permission.MATCHING_MATCH_REVIEW)
def judge(match_id: UUID) -> ResponseReturnValue:
    """Take one's own verdict; afterwards the other one is shown."""
    form = ReviewForm()
    if form.validate():
        try:
            with request_work() as work:
                service.review_match(work, match_id, *form.answer())
            return redirect(url_for("matching_casework.review", match_id=match_id), 303)
        except RecordNotConfirmed:
            form.verdict.errors = [
                _(
                    "Two people must first confirm what this record says. "
                    "Your verdict is kept on this page; come back then."
                )
            ]
    return _review(match_id, form, 422)


def _comparison(
    inquiry_id: UUID, record_id: UUID, form: ProposeForm, excluding: ExcludeForm, status: int = 200
) -> ResponseReturnValue:
    with request_work() as work:
        comparison = service.compare(work, inquiry_id, record_id)
    page = render_template(
        "matching/casework/compare.html", comparison=comparison, form=form, excluding=excluding
    )
    return page, status


def _review(match_id: UUID, form: ReviewForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        match, comparison = service.open_match(work, match_id)
        people = accounts.display_names(
            work, {match.proposed_by, match.signed_by, *(review.reviewer_id for review in match.reviews)}
        )
    page = render_template(
        "matching/casework/review.html",
        match=match,
        comparison=comparison,
        form=form,
        people=people,
        grounds=GROUNDS,
        levels=LEVELS,
        verdicts=VERDICTS,
    )
    return page, status
