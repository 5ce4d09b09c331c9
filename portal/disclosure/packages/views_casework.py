"""The package on the desks of the liaison who writes it and the approver who signs it."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.disclosure.packages import service, suggestions
from portal.disclosure.packages.forms import WRITTEN, ApproveForm, VersionForm, WriteForm
from portal.disclosure.packages.queries import PackageDesk
from portal.disclosure.vocab import LAYERS, CauseInOwnWords
from portal.kernel.permissions import Permission
from portal.notifications.vocab import Rhythm
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work
from portal.web.wiring import wired

bp = blueprint("disclosure", Audience.CASEWORK, "/disclosure")


@bp.get("/<uuid:inquiry_id>")
@needs(Permission.DISCLOSURE_PACKAGE_READ)
def package(inquiry_id: UUID) -> ResponseReturnValue:
    """The package of one file: to write it, or to read it exactly as the relative would."""
    return _page(inquiry_id)


@bp.post("/<uuid:inquiry_id>/begin")
@needs(Permission.DISCLOSURE_PACKAGE_PREPARE)
def begin(inquiry_id: UUID) -> ResponseReturnValue:
    """Begin the package."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.prepare(work, inquiry_id)
    return _back(inquiry_id)


@bp.post("/<uuid:inquiry_id>/<uuid:package_id>/write")
@needs(Permission.DISCLOSURE_PACKAGE_PREPARE)
def write(inquiry_id: UUID, package_id: UUID) -> ResponseReturnValue:
    """Keep the words of the layers; a seal that stood on them is void."""
    with request_work() as work:
        desk = service.open_desk(work, inquiry_id)
    form, quoted = WriteForm(), suggestions.quotations(desk.statements, desk.language)
    form.offer(quoted)
    if form.validate():
        try:
            with request_work() as work:
                service.write(work, package_id, form.seen(), form.answer(quoted))
            return _back(inquiry_id)
        except CauseInOwnWords:
            form.form_errors.append(
                _(
                    "The cause that a paper gives stands in our own words. Take it out; quote the paper instead."
                )
            )
    return _page(inquiry_id, form, 422)


@bp.post("/<uuid:inquiry_id>/<uuid:package_id>/seal")
@needs(Permission.DISCLOSURE_PACKAGE_PREPARE)
def seal(inquiry_id: UUID, package_id: UUID) -> ResponseReturnValue:
    """Seal the package."""
    form = VersionForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.seal(work, package_id, form.seen())
    return _back(inquiry_id)


@bp.post("/<uuid:inquiry_id>/<uuid:package_id>/approve")
@needs(Permission.DISCLOSURE_PACKAGE_APPROVE, fresh=True)
def approve(inquiry_id: UUID, package_id: UUID) -> ResponseReturnValue:
    """Take the second signature, under exactly what was read."""
    form = ApproveForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.approve(work, package_id, form.seen(), form.answer())
    return _back(inquiry_id)


@bp.get("/<uuid:inquiry_id>/announce")
@needs(Permission.DISCLOSURE_PACKAGE_PREPARE)
def plan(inquiry_id: UUID) -> ResponseReturnValue:
    """What announcing does, and when the message would leave."""
    with request_work() as work:
        planned = service.plan_announcement(work, wired(Rhythm), inquiry_id)
    return render_template("disclosure/packages/announce.html", planned=planned, desk=planned.desk)


@bp.post("/<uuid:inquiry_id>/<uuid:package_id>/announce")
@needs(Permission.DISCLOSURE_PACKAGE_PREPARE, fresh=True)
def announce(inquiry_id: UUID, package_id: UUID) -> ResponseReturnValue:
    """Send the one message that says nothing."""
    form = VersionForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.announce(work, wired(Rhythm), package_id, form.seen())
    return redirect(url_for("telling_casework.conversations", inquiry_id=inquiry_id), 303)


@bp.get("/<uuid:inquiry_id>/freeze")
@needs(Permission.DISCLOSURE_PACKAGE_READ)
def before_freezing(inquiry_id: UUID) -> ResponseReturnValue:
    """What freezing does, before it is done."""
    with request_work() as work:
        desk = service.open_desk(work, inquiry_id)
    return render_template("disclosure/packages/freeze.html", desk=desk)


@bp.post("/<uuid:inquiry_id>/<uuid:package_id>/freeze")
@needs(Permission.DISCLOSURE_PACKAGE_READ)
def freeze(inquiry_id: UUID, package_id: UUID) -> ResponseReturnValue:
    """Stop at once."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.freeze(work, package_id)
    return _back(inquiry_id)


@bp.post("/<uuid:inquiry_id>/<uuid:package_id>/no-face")
@needs(Permission.DISCLOSURE_PACKAGE_PREPARE)
def no_face(inquiry_id: UUID, package_id: UUID) -> ResponseReturnValue:
    """Leave the face out again."""
    form = VersionForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.leave_face_out(work, package_id, form.seen())
    return _back(inquiry_id)


def _back(inquiry_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("disclosure_casework.package", inquiry_id=inquiry_id), 303)


def _page(inquiry_id: UUID, sent: WriteForm | None = None, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        desk = service.open_desk(work, inquiry_id)
    suggested = _suggested(desk)
    page = render_template(
        "disclosure/packages/package.html",
        desk=desk,
        form=sent or _filled(desk, suggested),
        quotations=suggestions.quotations(desk.statements, desk.language),
        suggested=suggested,
        written=WRITTEN,
        layers=LAYERS,
    )
    return page, status


def _suggested(desk: PackageDesk) -> dict[str, str]:
    """The first words by the name of their field."""
    words = suggestions.words_for(desk)
    return {name: words[layer] for layer, name in WRITTEN.items() if words}


def _filled(desk: PackageDesk, suggested: dict[str, str]) -> WriteForm:
    """The form with what is written so far; a package that nobody has written yet begins with the suggestions."""
    form, quoted = WriteForm(formdata=None), suggestions.quotations(desk.statements, desk.language)
    form.offer(quoted)
    package = desk.package
    if package is not None:
        begun = any(item.text for item in package.items)
        words = {
            layer: package.own_words(layer) if begun else suggested.get(name, "")
            for layer, name in WRITTEN.items()
        }
        told = {(item.text, item.source, item.part) for item in package.items}
        ticked = [key for key, item in quoted.items() if (item.text, item.source, item.part) in told]
        form.show(words, ticked, package.version)
    return form
