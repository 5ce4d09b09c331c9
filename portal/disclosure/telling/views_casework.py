"""The liaison's desk of conversations: the way to the relative, the words to begin with, what was said."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.disclosure.telling import service
from portal.disclosure.telling.forms import MANNERS, WISHED, ConversationForm
from portal.inquiries import labels
from portal.inquiries import service as inquiries
from portal.inquiries.vocab import SafeContact
from portal.kernel.permissions import Permission
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work

bp = blueprint("telling", Audience.CASEWORK, "/telling")


@bp.get("/<uuid:inquiry_id>")
@needs(Permission.DISCLOSURE_CONVERSATION_LOG)
def conversations(inquiry_id: UUID) -> ResponseReturnValue:
    """Conversations held, and the form for the next one."""
    return _page(inquiry_id, ConversationForm(formdata=None))


@bp.post("/<uuid:inquiry_id>/contact")
@needs(Permission.DISCLOSURE_CONVERSATION_LOG, fresh=True)
def contact(inquiry_id: UUID) -> ResponseReturnValue:
    """Open the way to the relative; an act of its own, shown once."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        way = inquiries.read_contact(work, inquiry_id)
    return _page(inquiry_id, ConversationForm(formdata=None), way=way)


@bp.post("/<uuid:inquiry_id>/<uuid:package_id>")
@needs(Permission.DISCLOSURE_CONVERSATION_LOG)
def log(inquiry_id: UUID, package_id: UUID) -> ResponseReturnValue:
    """Write a conversation down."""
    form = ConversationForm()
    if not form.validate():
        return _page(inquiry_id, form, 422)
    with request_work() as work:
        service.log_conversation(work, package_id, form.seen(), form.answer())
    return redirect(url_for("telling_casework.conversations", inquiry_id=inquiry_id), 303)


@bp.post("/<uuid:inquiry_id>/aftercare")
@needs(Permission.DISCLOSURE_CONVERSATION_LOG)
def aftercare(inquiry_id: UUID) -> ResponseReturnValue:
    """Go on with aftercare."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.begin_aftercare(work, inquiry_id)
    return redirect(url_for("telling_casework.conversations", inquiry_id=inquiry_id), 303)


@bp.post("/<uuid:inquiry_id>/close")
@needs(Permission.DISCLOSURE_CONVERSATION_LOG)
def close(inquiry_id: UUID) -> ResponseReturnValue:
    """Close a case after its aftercare."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.close_case(work, inquiry_id)
    return redirect(url_for("telling_casework.conversations", inquiry_id=inquiry_id), 303)


def _page(
    inquiry_id: UUID, form: ConversationForm, status: int = 200, way: SafeContact | None = None
) -> ResponseReturnValue:
    with request_work() as work:
        desk = service.open_conversations(work, inquiry_id)
    form.offer(desk.package.layers)
    page = render_template(
        "disclosure/telling/conversations.html",
        desk=desk,
        form=form,
        way=way,
        manners=MANNERS,
        layers=WISHED,
        words=labels,
    )
    return page, status
