"""The verifier's desk: one file, two questions, two people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.inquiries.labels import RELATIONS
from portal.kernel.permissions import Permission
from portal.verification import service
from portal.verification.forms import BASES, FINDINGS, KINDS, ProposeForm, ReturnForm, SignForm
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import choices
from portal.web.transaction import request_work

bp = blueprint("verification", Audience.CASEWORK, "/verification")


@bp.get("/<uuid:inquiry_id>")
@needs(Permission.VERIFICATION_DECISION_READ)
def file(inquiry_id: UUID) -> ResponseReturnValue:
    """One file with both questions and what was decided so far."""
    return _page(inquiry_id, ProposeForm())


@bp.post("/<uuid:inquiry_id>/decisions")
@needs(Permission.VERIFICATION_DECISION_PROPOSE)
def propose(inquiry_id: UUID) -> ResponseReturnValue:
    """Take a verifier's answer to one question."""
    form = ProposeForm()
    if not form.validate():
        return _page(inquiry_id, form, 422)
    with request_work() as work:
        service.propose_decision(work, form.answer(inquiry_id))
    return redirect(url_for("verification_casework.file", inquiry_id=inquiry_id), 303)


@bp.post("/<uuid:inquiry_id>/decisions/<uuid:decision_id>/sign")
@needs(Permission.VERIFICATION_DECISION_SIGN, fresh=True)
def sign(inquiry_id: UUID, decision_id: UUID) -> ResponseReturnValue:
    """Take the second signature."""
    form = SignForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.sign_decision(work, decision_id, form.answer())
    return redirect(url_for("verification_casework.file", inquiry_id=inquiry_id), 303)


@bp.post("/<uuid:inquiry_id>/decisions/<uuid:decision_id>/return")
@needs(Permission.VERIFICATION_DECISION_SIGN)
def give_back(inquiry_id: UUID, decision_id: UUID) -> ResponseReturnValue:
    """Give a decision back to its proposer."""
    form = ReturnForm()
    if not form.validate():
        return _page(inquiry_id, ProposeForm(formdata=None), 422, {decision_id: form.beside(decision_id)})
    with request_work() as work:
        service.return_decision(work, decision_id, form.answer(), form.missing.data)
    return redirect(url_for("verification_casework.file", inquiry_id=inquiry_id), 303)


def _page(
    inquiry_id: UUID,
    form: ProposeForm,
    status: int = 200,
    wrong: Mapping[UUID, ReturnForm] = MappingProxyType({}),
) -> ResponseReturnValue:
    with request_work() as work:
        opened = service.open_file(work, inquiry_id)
    form.kind.choices = choices({kind: KINDS[kind] for kind in opened.unanswered})
    returning = {one.id: ReturnForm(formdata=None).beside(one.id) for one in opened.decisions if one.may_sign}
    page = render_template(
        "verification/casework/file.html",
        opened=opened,
        form=form,
        returning=returning | dict(wrong),
        kinds=KINDS,
        findings=FINDINGS,
        bases=BASES,
        relations=RELATIONS,
    )
    return page, status
