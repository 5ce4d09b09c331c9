"""Hand-overs at the desk: the custodian asks, the approver signs and takes the closed package out."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as accounts
from portal.disclosure.handover import queries, service
from portal.disclosure.handover.bag import public_signing_key
from portal.disclosure.handover.forms import KINDS, AskForm, ReceiptForm, VersionForm
from portal.kernel.permissions import Permission
from portal.kernel.work import Work
from portal.records.truth import queries as records
from portal.records.truth.vocab import RecordItem
from portal.vault.service import Vault
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work
from portal.web.wiring import wired

bp = blueprint("handover", Audience.CASEWORK, "/hand-overs")


@bp.get("/")
@needs(Permission.DISCLOSURE_HANDOVER_READ)
def handovers() -> ResponseReturnValue:
    """Every hand-over."""
    with request_work() as work:
        found = queries.handovers(work)
    return render_template("disclosure/handover/handovers.html", found=found)


@bp.get("/records/<uuid:record_id>")
@needs(Permission.DISCLOSURE_HANDOVER_PROPOSE)
def ask(record_id: UUID) -> ResponseReturnValue:
    """Choose items of a record, one by one."""
    return _ask_page(record_id, AskForm(formdata=None))


@bp.post("/records/<uuid:record_id>")
@needs(Permission.DISCLOSURE_HANDOVER_PROPOSE, fresh=True)
def propose(record_id: UUID) -> ResponseReturnValue:
    """Take the first signature."""
    form = AskForm()
    with request_work() as work:
        form.offer({item.id: label for item, label in _labels(work, record_id)})
    if not form.validate():
        return _ask_page(record_id, form, 422)
    with request_work() as work:
        handover_id = service.propose(work, form.answer(record_id))
    return redirect(url_for(".handover", handover_id=handover_id), 303)


@bp.get("/<uuid:handover_id>")
@needs(Permission.DISCLOSURE_HANDOVER_READ)
def handover(handover_id: UUID) -> ResponseReturnValue:
    """One hand-over."""
    return _page(handover_id, ReceiptForm(formdata=None))


@bp.post("/<uuid:handover_id>/sign")
@needs(Permission.DISCLOSURE_HANDOVER_SIGN, fresh=True)
def sign(handover_id: UUID) -> ResponseReturnValue:
    """Take the second signature."""
    return _moved(handover_id, service.sign)


@bp.post("/<uuid:handover_id>/decline")
@needs(Permission.DISCLOSURE_HANDOVER_SIGN, fresh=True)
def decline(handover_id: UUID) -> ResponseReturnValue:
    """Take the second person's no."""
    return _moved(handover_id, service.decline)


@bp.post("/<uuid:handover_id>/package")
@needs(Permission.DISCLOSURE_HANDOVER_SIGN, fresh=True)
def package(handover_id: UUID) -> ResponseReturnValue:
    """The closed package, for whoever signed it, once."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        closed = service.pack(work, wired(Vault), handover_id)
    answer = Response(closed, mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{handover_id}.tar.age")
    return answer


@bp.post("/<uuid:handover_id>/receipt")
@needs(Permission.DISCLOSURE_HANDOVER_READ)
def receipt(handover_id: UUID) -> ResponseReturnValue:
    """Take the word that it arrived."""
    form = ReceiptForm()
    if not form.validate():
        return _page(handover_id, form, 422)
    with request_work() as work:
        service.note_receipt(work, handover_id, form.seen(), form.receipt.data)
    return redirect(url_for(".handover", handover_id=handover_id), 303)


def _moved(handover_id: UUID, act: Callable[[Work, UUID, int], None]) -> ResponseReturnValue:
    form = VersionForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        act(work, handover_id, form.seen())
    return redirect(url_for(".handover", handover_id=handover_id), 303)


def _page(handover_id: UUID, form: ReceiptForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        found = queries.handover(work, handover_id)
        people = accounts.display_names(work, {found.proposed_by, found.signed_by})
        leaving = [label for item, label in _labels(work, found.record_id) if item.object_id in found.objects]
    page = render_template(
        "disclosure/handover/handover.html",
        found=found,
        people=people,
        form=form,
        key=public_signing_key(),
        leaving=leaving,
    )
    return page, status


def _ask_page(record_id: UUID, form: AskForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        form.offer({item.id: label for item, label in _labels(work, record_id)})
    return render_template("disclosure/handover/ask.html", record_id=record_id, form=form), status


def _labels(work: Work, record_id: UUID) -> list[tuple[RecordItem, str]]:
    """Each item of a record in words; nothing of it is shown here."""
    return [
        (
            item,
            _(
                "Item %(number)s: %(kind)s, %(short)s",
                number=place,
                kind=KINDS[item.kind],
                short=str(item.object_id)[:8],
            ),
        )
        for place, item in enumerate(records.items(work, record_id), 1)
    ]
