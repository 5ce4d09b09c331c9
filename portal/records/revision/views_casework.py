"""Pages on which a record is corrected or withdrawn, and its former versions are read; no picture stands here."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.kernel.errors import Conflict, Invalid
from portal.kernel.permissions import Permission
from portal.records.revision import service
from portal.records.revision.forms import GROUNDS, AnswerForm, CorrectForm, WithdrawForm, refusal_in_words
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import PortalForm
from portal.web.transaction import request_work

bp = blueprint("revision", Audience.CASEWORK, "/record-changes")


@bp.get("/<uuid:record_id>/history")
@needs(Permission.RECORDS_RECORD_READ)
def history(record_id: UUID) -> ResponseReturnValue:
    """The versions that two people signed: what changed, when, by whom and why."""
    with request_work() as work:
        found = service.read_history(work, record_id)
    return render_template("records/revision/history.html", history=found, grounds=GROUNDS)


@bp.get("/<uuid:record_id>/correct")
@needs(Permission.RECORDS_RECORD_PROPOSE)
def correct(record_id: UUID) -> ResponseReturnValue:
    """Every quotation of a record, to choose which are held true."""
    return _desk(record_id, "correct", CorrectForm(formdata=None), 200)


@bp.post("/<uuid:record_id>/correct")
@needs(Permission.RECORDS_RECORD_PROPOSE)
def propose_correction(record_id: UUID) -> ResponseReturnValue:
    """Take the first person's correction; what was ticked stays when it is refused."""
    form, status = CorrectForm(), 422
    if form.validate():
        try:
            with request_work() as work:
                revision_id = service.propose_correction(work, record_id, *form.answer())
            return redirect(url_for(".revision", revision_id=revision_id), 303)
        except (Conflict, Invalid) as error:
            status = _explained(form, error)
    return _desk(record_id, "correct", form, status)


@bp.get("/<uuid:record_id>/withdraw")
@needs(Permission.RECORDS_RECORD_PROPOSE)
def withdraw(record_id: UUID) -> ResponseReturnValue:
    """Why a record must not stand."""
    return _desk(record_id, "withdraw", WithdrawForm(formdata=None), 200)


@bp.post("/<uuid:record_id>/withdraw")
@needs(Permission.RECORDS_RECORD_PROPOSE)
def propose_withdrawal(record_id: UUID) -> ResponseReturnValue:
    """Take the first person's wish to withdraw a record."""
    form, status = WithdrawForm(), 422
    if form.validate():
        try:
            with request_work() as work:
                revision_id = service.propose_withdrawal(work, record_id, form.answer())
            return redirect(url_for(".revision", revision_id=revision_id), 303)
        except Conflict as error:
            status = _explained(form, error)
    return _desk(record_id, "withdraw", form, status)


@bp.get("/<uuid:revision_id>")
@needs(Permission.RECORDS_RECORD_READ)
def revision(revision_id: UUID) -> ResponseReturnValue:
    """One proposed change, word for word."""
    with request_work() as work:
        found = service.open_revision(work, revision_id)
    return render_template("records/revision/revision.html", found=found, grounds=GROUNDS)


@bp.post("/<uuid:revision_id>/sign")
@needs(Permission.RECORDS_RECORD_CONFIRM, fresh=True)
def sign(revision_id: UUID) -> ResponseReturnValue:
    """Take the second signature."""
    form = AnswerForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.sign(work, revision_id, form.answer())
    return redirect(url_for(".revision", revision_id=revision_id), 303)


@bp.post("/<uuid:revision_id>/give-back")
@needs(Permission.RECORDS_RECORD_CONFIRM, fresh=True)
def give_back(revision_id: UUID) -> ResponseReturnValue:
    """Leave the record as it is."""
    form = AnswerForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.give_back(work, revision_id, form.answer())
    return redirect(url_for(".revision", revision_id=revision_id), 303)


def _desk(record_id: UUID, page: str, form: PortalForm, status: int) -> ResponseReturnValue:
    with request_work() as work:
        found = service.open_desk(work, record_id)
    return render_template(f"records/revision/{page}.html", desk=found, form=form), status


def _explained(form: PortalForm, error: Conflict | Invalid) -> int:
    """Say on the page itself why nothing was done, so that what was typed stays there."""
    form.form_errors.append(refusal_in_words(error))
    return 409 if isinstance(error, Conflict) else 422
