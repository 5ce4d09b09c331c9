"""The custodian's desk: imports, the fate of each file, acceptance by a second person."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.kernel.errors import NotFound
from portal.kernel.permissions import Permission
from portal.records.archive import queries, service
from portal.records.archive.forms import AcceptForm, RejectForm
from portal.records.vocab import Fate, Oddity
from portal.vault.custody import queries as custody
from portal.vault.service import Vault
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.transaction import request_work
from portal.web.wiring import wired

bp = blueprint("archive", Audience.CASEWORK, "/archive")

_LISTED = frozenset({Fate.DUPLICATE, Fate.IGNORED, Fate.MISSING, Fate.REFUSED})
_LAST_PAGE = 10_000


@bp.get("/")
@needs(Permission.RECORDS_BATCH_READ)
def batches() -> ResponseReturnValue:
    """Every import."""
    with request_work() as work:
        found = queries.batches(work)
    return render_template("records/archive/batches.html", batches=found)


@bp.get("/<uuid:batch_id>")
@needs(Permission.RECORDS_BATCH_READ)
def batch(batch_id: UUID) -> ResponseReturnValue:
    """One import: counts that add up, what is odd, who signed."""
    return _page(batch_id, RejectForm(formdata=None))


@bp.get("/<uuid:batch_id>/files")
@needs(Permission.RECORDS_BATCH_READ)
def files(batch_id: UUID) -> ResponseReturnValue:
    """The files that met one fate, or show one oddity."""
    wanted = _wanted(request.args.get("with", ""))
    number = min(max(request.args.get("page", 1, int), 1), _LAST_PAGE)
    with request_work() as work:
        found = queries.batch(work, batch_id)
        page = queries.files_with(work, batch_id, wanted, number)
    return render_template(
        "records/archive/files.html",
        batch=found,
        wanted=wanted,
        is_oddity=isinstance(wanted, Oddity),
        page=page,
    )


@bp.post("/<uuid:batch_id>/accept")
@needs(Permission.RECORDS_BATCH_ACCEPT, fresh=True)
def accept(batch_id: UUID) -> ResponseReturnValue:
    """Take the second signature."""
    form = AcceptForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.accept(work, batch_id, form.answer())
    return redirect(url_for("archive_casework.batch", batch_id=batch_id), 303)


@bp.post("/<uuid:batch_id>/reject")
@needs(Permission.RECORDS_BATCH_ACCEPT, fresh=True)
def reject(batch_id: UUID) -> ResponseReturnValue:
    """Send a batch back; what it brought is erased."""
    form = RejectForm()
    if not form.validate():
        return _page(batch_id, form, 422)
    with request_work() as work:
        service.reject(work, wired(Vault), batch_id, form.answer(), form.reason.data)
    return redirect(url_for("archive_casework.batch", batch_id=batch_id), 303)


def _page(batch_id: UUID, rejecting: RejectForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        opened = queries.batch_file(work, batch_id)
        may_hold = custody.may_ask_hold(work)
    return render_template(
        "records/archive/batch.html", file=opened, rejecting=rejecting, may_hold=may_hold
    ), status


def _wanted(word: str) -> Fate | Oddity:
    if word in {fate.value for fate in _LISTED}:
        return Fate(word)
    if word in {oddity.value for oddity in Oddity}:
        return Oddity(word)
    raise NotFound("no such list of files")
