"""The custodian's desk: imports, the fate of each file, acceptance by a second person."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.config import Settings
from portal.kernel.errors import Invalid, NotFound
from portal.kernel.permissions import Permission
from portal.records.archive import archives, ordering, queries, reporting, service
from portal.records.archive.forms import AcceptForm, OrderForm, RejectForm
from portal.records.vocab import Fate, Oddity
from portal.vault.custody import queries as custody
from portal.vault.service import Vault
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
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


@bp.get("/<uuid:batch_id>/report")
@needs(Permission.RECORDS_BATCH_READ)
def report(batch_id: UUID) -> ResponseReturnValue:
    """The fate of every file, as a text to keep."""
    with request_work() as work:
        lines = reporting.report(work, batch_id)
    answer = Response("\n".join([*lines, ""]), mimetype="text/plain")
    answer.headers["Content-Disposition"] = "attachment"
    return answer


@bp.get("/sources")
@needs(Permission.RECORDS_BATCH_READ)
def sources() -> ResponseReturnValue:
    """The archives side by side, and the pictures that lie in two of them."""
    with request_work() as work:
        known, same = archives.known(work), archives.same_pictures(work)
    return render_template("records/archive/sources.html", archives=known, same=same)


@bp.get("/gaps")
@needs(Permission.RECORDS_BATCH_READ)
def gaps() -> ResponseReturnValue:
    """Numbers without files: a list of work."""
    with request_work() as work:
        found = reporting.gaps(work)
    return render_template("records/archive/gaps.html", gaps=found, most=reporting.MOST_GAPS)


@bp.get("/inbox")
@needs(Permission.RECORDS_BATCH_STAGE)
def inbox() -> ResponseReturnValue:
    """What lies in the inbox, and what was ordered out of it; what is remembered of a chosen archive stands there."""
    chosen = request.args.get("archive", type=UUID)
    if chosen is None:
        return _inbox_page(OrderForm(formdata=None))
    with request_work() as work:
        known = archives.known_as(work, chosen)
    return _inbox_page(OrderForm.of_another_part(known))


@bp.post("/inbox")
@needs(Permission.RECORDS_BATCH_STAGE)
def order() -> ResponseReturnValue:
    """Let a folder be looked at."""
    form, folder = OrderForm(), wired(Settings).archive_inbox
    form.offer(ordering.folders(folder))
    if not form.validate():
        return _inbox_page(form, 422)
    try:
        with request_work() as work:
            order_id = ordering.order(work, folder, form.answer())
    except Invalid:
        form.manifest.errors = [_("No such list lies in this folder. Write its name as it stands there.")]
        return _inbox_page(form, 422)
    return redirect(url_for(".ordered", order_id=order_id), 303)


@bp.get("/inbox/<uuid:order_id>")
@needs(Permission.RECORDS_BATCH_STAGE)
def ordered(order_id: UUID) -> ResponseReturnValue:
    """One order: what was found, how far it is."""
    with request_work() as work:
        found = ordering.ordered(work, order_id)
    why = _(found.why.text, **found.why.said) if found.why else None
    return render_template("records/archive/ordered.html", order=found, why=why)


@bp.post("/inbox/<uuid:order_id>/begin")
@needs(Permission.RECORDS_BATCH_STAGE, fresh=True)
def begin(order_id: UUID) -> ResponseReturnValue:
    """Begin what was looked at."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        ordering.begin(work, order_id)
    return redirect(url_for(".ordered", order_id=order_id), 303)


@bp.post("/inbox/<uuid:order_id>/withdraw")
@needs(Permission.RECORDS_BATCH_STAGE)
def withdraw(order_id: UUID) -> ResponseReturnValue:
    """Take back what is not begun."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        ordering.withdraw(work, order_id)
    return redirect(url_for(".ordered", order_id=order_id), 303)


def _inbox_page(form: OrderForm, status: int = 200) -> ResponseReturnValue:
    folder = wired(Settings).archive_inbox
    folders = ordering.folders(folder)
    form.offer(folders)
    with request_work() as work:
        found, known = ordering.orders(work), archives.known(work)
    return render_template(
        "records/archive/inbox.html",
        form=form,
        folders=folders,
        archives=known,
        orders=found,
        is_set=folder is not None,
    ), status


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
