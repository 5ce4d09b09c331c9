"""The recoveries of a file: the conversation, the second signature, the link, and the stop."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from portal.accounts.forms import SignForm
from portal.accounts.recovery import service as recovery
from portal.accounts.recovery.vocab import NotEnoughSaid
from portal.casework.recovery import labels, queries, service
from portal.casework.recovery.forms import ConversationForm
from portal.config import Settings
from portal.kernel.permissions import Permission
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work
from portal.web.wiring import wired

bp = blueprint("recovery", Audience.CASEWORK, "/cases")


@bp.get("/<uuid:inquiry_id>/recovery")
@needs(Permission.ACCOUNTS_RECOVERY_READ)
def file(inquiry_id: UUID) -> ResponseReturnValue:
    """The recoveries of one file."""
    with request_work() as work:
        found = queries.file(work, inquiry_id)
    return render_template("casework/casework/recoveries.html", file=found, words=labels)


@bp.post("/<uuid:inquiry_id>/recovery/conversation")
@needs(Permission.ACCOUNTS_RECOVERY_ASK, fresh=True)
def conversation(inquiry_id: UUID) -> ResponseReturnValue:
    """Open the agreed word and the questions, as an act of its own; shown in the answer and nowhere else."""
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    return _conversation_page(inquiry_id, ConversationForm(None))


@bp.post("/<uuid:inquiry_id>/recovery")
@needs(Permission.ACCOUNTS_RECOVERY_ASK, fresh=True)
def ask(inquiry_id: UUID) -> ResponseReturnValue:
    """Ask for a way back; a second person has to sign."""
    form = ConversationForm()
    if not form.validate():
        return _conversation_page(inquiry_id, form)
    try:
        with request_work() as work:
            service.ask(work, inquiry_id, form.answer())
    except NotEnoughSaid:
        form.not_enough()
        return _conversation_page(inquiry_id, form)
    return _back(inquiry_id)


@bp.post("/<uuid:inquiry_id>/recovery/<uuid:recovery_id>/sign")
@needs(Permission.ACCOUNTS_RECOVERY_SIGN, fresh=True)
def sign(inquiry_id: UUID, recovery_id: UUID) -> ResponseReturnValue:
    """Take the second signature; the relative is told, and the time begins in which they can stop it."""
    version = _version()
    with request_work() as work:
        service.sign(work, recovery_id, version, wired(Settings).recovery_wait)
    return _back(inquiry_id)


@bp.post("/<uuid:inquiry_id>/recovery/<uuid:recovery_id>/decline")
@needs(Permission.ACCOUNTS_RECOVERY_READ)
def decline(inquiry_id: UUID, recovery_id: UUID) -> ResponseReturnValue:
    """Refuse it, or take back what one asked for."""
    version = _version()
    with request_work() as work:
        recovery.decline(work, recovery_id, version)
    return _back(inquiry_id)


@bp.post("/<uuid:inquiry_id>/recovery/<uuid:recovery_id>/hand")
@needs(Permission.ACCOUNTS_RECOVERY_ASK, fresh=True)
def hand(inquiry_id: UUID, recovery_id: UUID) -> ResponseReturnValue:
    """Make the link and go on to the page that shows it."""
    version = _version()
    with request_work() as work:
        cookie["way_back_link"] = service.hand(work, recovery_id, version)
    return redirect(url_for(".link", inquiry_id=inquiry_id), 303)


@bp.get("/<uuid:inquiry_id>/recovery/link")
@needs(Permission.ACCOUNTS_RECOVERY_ASK, fresh=True)
def link(inquiry_id: UUID) -> ResponseReturnValue:
    """Show the link just made: once, to be handed to the relative."""
    token = cookie.pop("way_back_link", None)
    if token is None:
        return _back(inquiry_id)
    address = url_for("recovery_account.open_link", token=token, _external=True)
    return render_template("casework/casework/recovery_link.html", address=address, inquiry_id=inquiry_id)


@bp.post("/<uuid:inquiry_id>/recovery/<uuid:recovery_id>/stop-seen")
@needs(Permission.ACCOUNTS_RECOVERY_SIGN)
def see_stop(inquiry_id: UUID, recovery_id: UUID) -> ResponseReturnValue:
    """Take it off the second person's list that it was stopped."""
    version = _version()
    with request_work() as work:
        recovery.see_stop(work, recovery_id, version)
    return _back(inquiry_id)


def _conversation_page(inquiry_id: UUID, form: ConversationForm) -> ResponseReturnValue:
    with request_work() as work:
        opened = service.open_conversation(work, inquiry_id)
    page = render_template("casework/casework/recovery_conversation.html", form=form, opened=opened)
    return page, 422 if form.errors else 200


def _back(inquiry_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".file", inquiry_id=inquiry_id), 303)


def _version() -> int:
    form = SignForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    return form.answer()
