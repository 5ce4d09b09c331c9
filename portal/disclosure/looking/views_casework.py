"""Covered pictures at the desk: covered first, opened by a button, covered again by themselves; and the break."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.config import Settings
from portal.disclosure.looking import service
from portal.disclosure.packages import service as packages
from portal.disclosure.packages.forms import FaceForm
from portal.kernel.errors import NotFound
from portal.kernel.permissions import Permission
from portal.vault.pictures import queries as pictures
from portal.vault.pictures.vocab import COVERED_AFTER, PAUSE_EVERY, PicturesEnough, Seat
from portal.vault.service import Vault
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
from portal.web.session import current_token
from portal.web.transaction import request_work
from portal.web.wiring import wired

bp = blueprint("looking", Audience.CASEWORK, "/disclosure")

# Where a frame begins before it is drawn by hand.
FRAME = {"left": 30, "top": 10, "right": 70, "bottom": 60}


@bp.get("/<uuid:inquiry_id>/photographs/<uuid:item_id>")
@needs(Permission.DISCLOSURE_PACKAGE_PREPARE, fresh=True)
def photograph(inquiry_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """One photograph, covered until it is opened deliberately, and the frame around the face."""
    return _framing(inquiry_id, item_id, FaceForm(formdata=None, data=FRAME))


@bp.post("/<uuid:inquiry_id>/photographs/<uuid:item_id>/open")
@needs(Permission.DISCLOSURE_PACKAGE_PREPARE, fresh=True)
def open_photograph(inquiry_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Open it: small the first time, larger only when that was asked for afterwards."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    larger = request.form.get("size") == "larger"
    try:
        with request_work() as work:
            opening = service.begin_photograph(work, _seat(), inquiry_id, item_id, larger=larger)
    except PicturesEnough:
        return redirect(url_for(".pause"), 303)
    return redirect(url_for(".photograph", inquiry_id=inquiry_id, item_id=item_id, opening=opening), 303)


@bp.post("/<uuid:inquiry_id>/<uuid:package_id>/photographs/<uuid:item_id>")
@needs(Permission.DISCLOSURE_PACKAGE_PREPARE, fresh=True)
def choose(inquiry_id: UUID, package_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Take the frame that was drawn by hand, and show what it holds."""
    form = FaceForm()
    if not form.validate():
        return _framing(inquiry_id, item_id, form, 422)
    with request_work() as work:
        packages.choose_face(work, wired(Vault), package_id, form.seen(), form.answer(item_id))
    return redirect(url_for(".face", inquiry_id=inquiry_id), 303)


@bp.get("/<uuid:inquiry_id>/face")
@needs(Permission.DISCLOSURE_PACKAGE_READ, fresh=True)
def face(inquiry_id: UUID) -> ResponseReturnValue:
    """The chosen face, covered, for whoever chose it and whoever signs."""
    with request_work() as work:
        desk = packages.open_desk(work, inquiry_id)
        opened_today = pictures.today(work)
    page = render_template("disclosure/looking/face.html", desk=desk, **_shown(opened_today))
    return _covering(page, url_for(".face", inquiry_id=inquiry_id))


@bp.post("/<uuid:inquiry_id>/face/open")
@needs(Permission.DISCLOSURE_PACKAGE_READ, fresh=True)
def open_face(inquiry_id: UUID) -> ResponseReturnValue:
    """Open the face."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    try:
        with request_work() as work:
            opening = service.begin_face(work, _seat(), inquiry_id)
    except PicturesEnough:
        return redirect(url_for(".pause"), 303)
    return redirect(url_for(".face", inquiry_id=inquiry_id, opening=opening), 303)


@bp.get("/<uuid:inquiry_id>/openings/<uuid:opening_id>")
@needs(Permission.DISCLOSURE_PACKAGE_READ, fresh=True)
def picture(inquiry_id: UUID, opening_id: UUID) -> ResponseReturnValue:
    """The picture itself, once, inside its page, in the session that asked for it."""
    if request.method == "HEAD" or request.headers.get("Sec-Fetch-Dest", "image") != "image":
        raise NotFound("not inside its page")
    with request_work() as work:
        drawn = service.show(work, wired(Vault), inquiry_id, opening_id, current_token() or "")
    return Response(drawn, mimetype="image/jpeg", headers={"Content-Disposition": "inline"})


@bp.get("/pause")
@needs(Permission.DISCLOSURE_PACKAGE_READ)
def pause() -> ResponseReturnValue:
    """A break, in calm words; nothing on this page has to be done."""
    with request_work() as work:
        opened = pictures.today(work)
    per_day = wired(Settings).pictures_per_day
    return render_template("disclosure/looking/pause.html", opened=opened, is_over=opened >= per_day)


def _seat() -> Seat:
    return Seat(current_token() or "", wired(Settings).pictures_per_day)


def _framing(inquiry_id: UUID, item_id: UUID, form: FaceForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        desk = packages.open_desk(work, inquiry_id)
        opened_today = pictures.today(work)
    shown = _shown(opened_today)
    page = render_template(
        "disclosure/looking/photograph.html", desk=desk, form=form, item_id=item_id, **shown
    )
    covered = url_for(".photograph", inquiry_id=inquiry_id, item_id=item_id)
    return _covering(page, covered, status)


def _shown(opened_today: int) -> dict[str, object]:
    """What a page with a picture is told: which opening it shows, and whether a break would be good."""
    return {
        "opening": request.args.get("opening", type=UUID),
        "seconds": round(COVERED_AFTER.total_seconds()),
        "opened_today": opened_today,
        "suggest_pause": opened_today > 0 and opened_today % PAUSE_EVERY == 0,
    }


def _covering(page: str, covered: str, status: int = 200) -> Response:
    """The page; while it shows a picture, the browser leaves for the covered page by itself, without any script."""
    answer = make_response(page, status)
    if request.method == "GET" and request.args.get("opening"):
        answer.headers["Refresh"] = f"{round(COVERED_AFTER.total_seconds())}; url={covered}"
    return answer
