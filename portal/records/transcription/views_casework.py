"""The transcriber's desk: the next paper, its pages, a reading; and papers on which two others differ."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.kernel.errors import NotFound
from portal.kernel.permissions import Permission
from portal.records.transcription import queries, service
from portal.records.transcription.forms import ReadingForm, prefilled
from portal.records.transcription.vocab import Dispute, unreadable
from portal.vault.service import Vault
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work
from portal.web.wiring import wired

bp = blueprint("transcription", Audience.CASEWORK, "/transcription")

# A cleaned paper may show itself and nothing more: no script, no request, no frame around it.
_PAPER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


@bp.get("/")
@needs(Permission.RECORDS_READING_WRITE)
def queue() -> ResponseReturnValue:
    """How many papers wait for this person."""
    with request_work() as work:
        to_read, to_settle = queries.waiting(work)
    return render_template("records/transcription/queue.html", to_read=to_read, to_settle=to_settle)


@bp.get("/next")
@needs(Permission.RECORDS_READING_WRITE)
def next_paper() -> ResponseReturnValue:
    """Lead to a paper this person can read; the one named by `after` is passed over."""
    with request_work() as work:
        item_id = queries.next_paper(work, request.args.get("after", type=UUID))
    return redirect(url_for(".paper", item_id=item_id) if item_id else url_for(".queue"), 303)


@bp.get("/next-dispute")
@needs(Permission.RECORDS_READING_WRITE)
def next_dispute() -> ResponseReturnValue:
    """Lead to a paper on which two others differ."""
    with request_work() as work:
        item_id = queries.next_dispute(work, request.args.get("after", type=UUID))
    return redirect(url_for(".dispute", item_id=item_id) if item_id else url_for(".queue"), 303)


@bp.get("/<uuid:item_id>")
@needs(Permission.RECORDS_READING_WRITE)
def paper(item_id: UUID) -> ResponseReturnValue:
    """One paper and the lines to fill in."""
    return _paper_page(item_id, ReadingForm(formdata=None))


@bp.post("/<uuid:item_id>")
@needs(Permission.RECORDS_READING_WRITE)
def read(item_id: UUID) -> ResponseReturnValue:
    """Take a reading."""
    form = ReadingForm()
    if not form.validate():
        return _paper_page(item_id, form, 422)
    with request_work() as work:
        service.write_reading(work, item_id, form.answer())
    return redirect(url_for(".next_paper"), 303)


@bp.post("/<uuid:item_id>/unreadable")
@needs(Permission.RECORDS_READING_WRITE)
def nothing_readable(item_id: UUID) -> ResponseReturnValue:
    """Take the word that nothing on a paper can be read."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.write_reading(work, item_id, unreadable())
    return redirect(url_for(".next_paper"), 303)


@bp.get("/<uuid:item_id>/sheets/<int:number>")
@needs(Permission.RECORDS_READING_WRITE)
def sheet(item_id: UUID, number: int) -> ResponseReturnValue:
    """One page of a paper, drawn anew; a PDF is one cleaned document."""
    with request_work() as work:
        opened = service.open_paper(work, wired(Vault), item_id)
    if not 1 <= number <= len(opened.sheets):
        raise NotFound("no such page")
    answer = Response(opened.sheets[number - 1], mimetype=opened.media_type)
    answer.headers["Content-Disposition"] = "inline"
    if opened.media_type == "application/pdf":
        answer.headers["Content-Security-Policy"] = _PAPER_POLICY
    return answer


@bp.get("/disputes/<uuid:item_id>")
@needs(Permission.RECORDS_READING_WRITE)
def dispute(item_id: UUID) -> ResponseReturnValue:
    """Two readings that differ, for a third person."""
    with request_work() as work:
        found = queries.dispute(work, item_id)
    return _dispute_page(found, ReadingForm(formdata=None, data=prefilled(found.one, found.differing)))


@bp.post("/disputes/<uuid:item_id>")
@needs(Permission.RECORDS_READING_WRITE)
def settle(item_id: UUID) -> ResponseReturnValue:
    """Take the third person's word."""
    form = ReadingForm()
    if not form.validate():
        with request_work() as work:
            found = queries.dispute(work, item_id)
        return _dispute_page(found, form, 422)
    with request_work() as work:
        service.settle_dispute(work, item_id, form.answer())
    return redirect(url_for(".next_dispute"), 303)


def _paper_page(item_id: UUID, form: ReadingForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        found = queries.paper(work, item_id)
    return render_template("records/transcription/paper.html", paper=found, form=form), status


def _dispute_page(found: Dispute, form: ReadingForm, status: int = 200) -> ResponseReturnValue:
    page = render_template("records/transcription/dispute.html", paper=found.paper, dispute=found, form=form)
    return page, status
