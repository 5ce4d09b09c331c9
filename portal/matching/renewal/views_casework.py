"""The page on which a match is looked at anew: what changed, and a renewal or a reversal."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.kernel.errors import Conflict, Invalid
from portal.kernel.permissions import Permission
from portal.matching.forms import ProposeForm, refusal_in_words
from portal.matching.renewal import service
from portal.matching.renewal.forms import ReverseForm, SignForm
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import PortalForm
from portal.web.transaction import request_work

bp = blueprint("renewal", Audience.CASEWORK, "/matches")


@bp.get("/<uuid:match_id>")
@needs(Permission.MATCHING_MATCH_REVIEW)
def match(match_id: UUID) -> ResponseReturnValue:
    """A match beside its record as it was and as it is."""
    return _page(match_id, ProposeForm(formdata=None), ReverseForm(formdata=None), 200)


@bp.post("/<uuid:match_id>/renew")
@needs(Permission.MATCHING_MATCH_PROPOSE)
def renew(match_id: UUID) -> ResponseReturnValue:
    """Take a renewal; a colleague judges it before seeing its reasons."""
    form, status = ProposeForm(), 422
    if form.validate():
        try:
            with request_work() as work:
                service.propose_renewal(work, match_id, form.answer(*service.pair_of(work, match_id)))
            return redirect(url_for(".match", match_id=match_id), 303)
        except (Conflict, Invalid) as error:
            status = _explained(form, error)
    return _page(match_id, form, ReverseForm(formdata=None), status)


@bp.post("/<uuid:match_id>/reverse")
@needs(Permission.MATCHING_MATCH_REVIEW, fresh=True)
def reverse(match_id: UUID) -> ResponseReturnValue:
    """Take the first person's word that a match must not stand."""
    form, status = ReverseForm(), 422
    if form.validate():
        try:
            with request_work() as work:
                service.propose_reversal(work, match_id, form.answer())
            return redirect(url_for(".match", match_id=match_id), 303)
        except Conflict as error:
            status = _explained(form, error)
    return _page(match_id, ProposeForm(formdata=None), form, status)


@bp.post("/<uuid:match_id>/sign")
@needs(Permission.MATCHING_MATCH_REVIEW, fresh=True)
def sign(match_id: UUID) -> ResponseReturnValue:
    """Take the second signature under a reversal."""
    form = SignForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.sign_reversal(work, match_id, form.answer())
    return redirect(url_for(".match", match_id=match_id), 303)


def _explained(form: PortalForm, error: Conflict | Invalid) -> int:
    """Say on the page itself why nothing was done, so that what was typed stays there."""
    form.form_errors.append(refusal_in_words(error))
    return 409 if isinstance(error, Conflict) else 422


def _page(match_id: UUID, renewing: ProposeForm, reversing: ReverseForm, status: int) -> ResponseReturnValue:
    with request_work() as work:
        desk = service.open_desk(work, match_id)
    page = render_template("matching/renewal/match.html", desk=desk, renewing=renewing, reversing=reversing)
    return page, status
