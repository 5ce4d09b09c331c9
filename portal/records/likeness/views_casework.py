"""Photographs that look alike: the list, and one pair whose pictures stay covered until they are opened."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.config import Settings
from portal.kernel.errors import NotFound
from portal.kernel.permissions import Permission
from portal.records.likeness import opening, queries, service
from portal.records.likeness.forms import JudgeForm
from portal.vault.pictures import queries as pictures
from portal.vault.pictures.vocab import COVERED_AFTER, Seat
from portal.vault.service import Vault
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
from portal.web.session import current_token
from portal.web.transaction import request_work
from portal.web.wiring import wired

bp = blueprint("likeness", Audience.CASEWORK, "/likenesses")

_LAST_PAGE = 10_000


@bp.get("/")
@needs(Permission.RECORDS_RECORD_READ)
def pairs() -> ResponseReturnValue:
    """The pairs that wait for an answer."""
    number = min(max(request.args.get("page", 1, int), 1), _LAST_PAGE)
    with request_work() as work:
        page = queries.pairs(work, number)
    return render_template("records/likeness/pairs.html", page=page)


@bp.get("/<uuid:pair_id>")
@needs(Permission.RECORDS_LIKENESS_JUDGE, fresh=True)
def pair(pair_id: UUID) -> ResponseReturnValue:
    """One pair, covered; at most one of its pictures is open."""
    return _page(pair_id, JudgeForm(formdata=None))


@bp.post("/<uuid:pair_id>/photographs/<uuid:item_id>/open")
@needs(Permission.RECORDS_LIKENESS_JUDGE, fresh=True)
def open_picture(pair_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Open one of the two."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    seat = Seat(current_token() or "", wired(Settings).pictures_per_day)
    with request_work() as work:
        opened = opening.begin(work, seat, pair_id, item_id)
    return redirect(url_for(".pair", pair_id=pair_id, opening=opened, item=item_id), 303)


@bp.get("/<uuid:pair_id>/openings/<uuid:opening_id>")
@needs(Permission.RECORDS_LIKENESS_JUDGE, fresh=True)
def picture(pair_id: UUID, opening_id: UUID) -> ResponseReturnValue:
    """The picture itself, once, inside its page, in the session that asked for it."""
    if request.method == "HEAD" or request.headers.get("Sec-Fetch-Dest", "image") != "image":
        raise NotFound("not inside its page")
    with request_work() as work:
        drawn = opening.show(work, wired(Vault), pair_id, opening_id, current_token() or "")
    return Response(drawn, mimetype="image/jpeg", headers={"Content-Disposition": "inline"})


@bp.post("/<uuid:pair_id>")
@needs(Permission.RECORDS_LIKENESS_JUDGE, fresh=True)
def judge(pair_id: UUID) -> ResponseReturnValue:
    """Take the answer."""
    form = JudgeForm()
    if not form.validate():
        return _page(pair_id, form, 422)
    with request_work() as work:
        service.judge(work, pair_id, *form.answer())
    return redirect(url_for(".pairs"), 303)


def _page(pair_id: UUID, form: JudgeForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        found = queries.pair(work, pair_id)
        opened_today = pictures.today(work)
    if found is None:
        raise NotFound("no such pair")
    shown = request.args.get("opening", type=UUID) if request.method == "GET" else None
    seconds = round(COVERED_AFTER.total_seconds())
    page = render_template(
        "records/likeness/pair.html",
        pair=found,
        form=form,
        opening=shown,
        item=request.args.get("item", type=UUID),
        seconds=seconds,
        opened_today=opened_today,
    )
    answer: Response = make_response(page, status)
    if shown:
        answer.headers["Refresh"] = f"{seconds}; url={url_for('.pair', pair_id=pair_id)}"
    return answer
