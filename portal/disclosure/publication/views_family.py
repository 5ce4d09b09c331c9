"""The relative's page about the memorial: asked once, answered alone, withdrawn in one step."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.disclosure.publication import queries, service
from portal.disclosure.publication.forms import AgreeForm
from portal.disclosure.publication.vocab import OwnVoice, Stance
from portal.kernel.errors import NotFound
from portal.kernel.permissions import Permission
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work

bp = blueprint("publication", Audience.FAMILY, "/memorial")


@bp.get("/")
@needs(Permission.DISCLOSURE_NAME_OWN)
def own() -> ResponseReturnValue:
    """The question, or what was answered."""
    return _page(AgreeForm(formdata=None))


@bp.post("/agree")
@needs(Permission.DISCLOSURE_NAME_OWN)
def agree() -> ResponseReturnValue:
    """Agree to one exact spelling."""
    form = AgreeForm()
    if not form.validate():
        return _page(form, 422)
    with request_work() as work:
        service.agree(work, form.answer())
    return redirect(url_for("publication_family.own"), 303)


@bp.post("/not-now")
@needs(Permission.DISCLOSURE_NAME_OWN)
def not_now() -> ResponseReturnValue:
    """Say not now."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.answer_later(work)
    return redirect(url_for("publication_family.own"), 303)


@bp.post("/withdraw")
@needs(Permission.DISCLOSURE_NAME_OWN)
def withdraw() -> ResponseReturnValue:
    """Object or withdraw: the name is gone at once."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.object_to(work)
    return redirect(url_for("publication_family.own"), 303)


def _page(form: AgreeForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        voice = queries.own_voice(work)
    if voice is None:
        raise NotFound("nobody asked")
    if not form.is_submitted():
        _prefill(form, voice)
    return render_template("disclosure/publication/own.html", form=form, voice=voice), status


def _prefill(form: AgreeForm, voice: OwnVoice) -> None:
    agreed = voice.spelling if voice.stance is Stance.AGREED else None
    form.name_ar.data = agreed.name_ar if agreed else voice.suggested
    form.name_latin.data = agreed.name_latin if agreed else None
