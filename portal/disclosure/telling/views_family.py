"""What a relative finds after a person has told them: layer by layer, each because they asked."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.disclosure.telling import queries, service
from portal.disclosure.telling.forms import LayerForm
from portal.kernel.errors import NotFound
from portal.kernel.permissions import Permission
from portal.vault.service import Vault
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work
from portal.web.wiring import wired

bp = blueprint("telling", Audience.FAMILY, "/told")


@bp.get("")
@needs(Permission.DISCLOSURE_OWN_READ)
def told() -> ResponseReturnValue:
    """What was spoken about, and whether to go on; to somebody who was not told, there is no such page."""
    with request_work() as work:
        page = service.open_told(work)
    return render_template("disclosure/telling/told.html", page=page)


@bp.post("/ask")
@needs(Permission.DISCLOSURE_OWN_READ)
def ask() -> ResponseReturnValue:
    """Open the next layer because the relative asks for it."""
    form = LayerForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.ask_for(work, form.answer())
    return redirect(url_for("telling_family.told"), 303)


@bp.post("/photograph")
@needs(Permission.DISCLOSURE_PHOTOGRAPH_OPEN)
def begin() -> ResponseReturnValue:
    """Begin one deliberate opening of the picture."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        opening_id = service.begin_opening(work)
    return redirect(url_for("telling_family.photograph", opening_id=opening_id), 303)


@bp.get("/photograph/<uuid:opening_id>")
@needs(Permission.DISCLOSURE_PHOTOGRAPH_OPEN)
def photograph(opening_id: UUID) -> ResponseReturnValue:
    """The step the relative has reached."""
    with request_work() as work:
        step = queries.opening(work, opening_id)
    return render_template("disclosure/telling/photograph.html", step=step)


@bp.post("/photograph/<uuid:opening_id>/understood")
@needs(Permission.DISCLOSURE_PHOTOGRAPH_OPEN)
def understood(opening_id: UUID) -> ResponseReturnValue:
    """First step."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.understand(work, opening_id)
    return redirect(url_for("telling_family.photograph", opening_id=opening_id), 303)


@bp.post("/photograph/<uuid:opening_id>/ready")
@needs(Permission.DISCLOSURE_PHOTOGRAPH_OPEN, fresh=True)
def ready(opening_id: UUID) -> ResponseReturnValue:
    """Second step."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.be_ready(work, opening_id)
    return redirect(url_for("telling_family.photograph", opening_id=opening_id), 303)


@bp.get("/photograph/<uuid:opening_id>/picture")
@needs(Permission.DISCLOSURE_PHOTOGRAPH_OPEN)
def picture(opening_id: UUID) -> ResponseReturnValue:
    """The picture itself, once, inside its page; looking ahead or opening it on its own shows nothing."""
    if request.method == "HEAD" or request.headers.get("Sec-Fetch-Dest", "image") != "image":
        raise NotFound("not inside its page")
    with request_work() as work:
        drawn = service.open_photograph(work, wired(Vault), opening_id)
    return Response(drawn, mimetype="image/jpeg", headers={"Content-Disposition": "inline"})
