"""The editor's desk: whose relatives may be asked, what they answered, and the two signatures."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.config import Settings
from portal.disclosure.publication import queries, service
from portal.disclosure.publication.forms import VersionForm
from portal.kernel.permissions import Permission
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work
from portal.web.wiring import wired

bp = blueprint("publication", Audience.CASEWORK, "/names")


@bp.get("/")
@needs(Permission.DISCLOSURE_NAME_ASK)
def names() -> ResponseReturnValue:
    """People whose relatives may be asked, and the names on their way."""
    with request_work() as work:
        desk = queries.desk(work)
    return render_template("disclosure/publication/names.html", desk=desk)


@bp.post("/<uuid:record_id>/ask")
@needs(Permission.DISCLOSURE_NAME_ASK)
def ask(record_id: UUID) -> ResponseReturnValue:
    """Ask the relatives of one person."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        publication_id = service.ask(work, record_id)
    return redirect(url_for("publication_casework.name", publication_id=publication_id), 303)


@bp.get("/<uuid:publication_id>")
@needs(Permission.DISCLOSURE_NAME_READ)
def name(publication_id: UUID) -> ResponseReturnValue:
    """One name: the answers, what stands against it, the signatures."""
    with request_work() as work:
        opened = queries.open_name(work, publication_id)
    return render_template("disclosure/publication/name.html", opened=opened)


@bp.post("/<uuid:publication_id>/propose")
@needs(Permission.DISCLOSURE_NAME_ASK)
def propose(publication_id: UUID) -> ResponseReturnValue:
    """Propose the agreed spelling."""
    form = VersionForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.propose(work, publication_id, form.answer())
    return redirect(url_for("publication_casework.name", publication_id=publication_id), 303)


@bp.post("/<uuid:publication_id>/sign")
@needs(Permission.DISCLOSURE_NAME_SIGN, fresh=True)
def sign(publication_id: UUID) -> ResponseReturnValue:
    """Take the second signature."""
    form = VersionForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.sign(work, publication_id, form.answer(), wired(Settings).publication_wait)
    return redirect(url_for("publication_casework.name", publication_id=publication_id), 303)
