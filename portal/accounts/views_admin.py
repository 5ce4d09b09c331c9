"""The administrators' desk: who has an account, and invitations that need two of them."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from portal.accounts import service
from portal.accounts.administration import queries as administration
from portal.accounts.forms import InviteForm, SignForm
from portal.accounts.labels import ROLES
from portal.accounts.vocab import LoginTaken
from portal.kernel.permissions import Permission
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.transaction import request_work

bp = blueprint("accounts", Audience.ADMIN)


@bp.get("/")
@needs(Permission.ACCOUNTS_ACCOUNT_LIST)
def home() -> ResponseReturnValue:
    """Staff accounts, and invitations that wait for a second signature."""
    with request_work() as work:
        desk = administration.desk(work)
    return render_template("accounts/admin/home.html", desk=desk.people, changes=desk.changes, roles=ROLES)


@bp.route("/invitations/new", methods=["GET", "POST"])
@needs(Permission.ACCOUNTS_INVITATION_PROPOSE)
def invite() -> ResponseReturnValue:
    """Propose a colleague; a second administrator has to sign."""
    form = InviteForm()
    if not form.validate_on_submit():
        return _invite_page(form)
    try:
        with request_work() as work:
            service.propose_invitation(work, form.answer())
    except LoginTaken:
        form.taken()
        return _invite_page(form)
    return redirect(url_for(".home"), 303)


@bp.post("/invitations/<uuid:invitation_id>/sign")
@needs(Permission.ACCOUNTS_INVITATION_SIGN, fresh=True)
def sign_invitation(invitation_id: UUID) -> ResponseReturnValue:
    """Take the second signature and go on to the link."""
    form = SignForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        cookie["link"] = service.sign_invitation(work, invitation_id, form.answer())
    return redirect(url_for(".link"), 303)


@bp.get("/invitations/link")
@needs(Permission.ACCOUNTS_INVITATION_SIGN, fresh=True)
def link() -> ResponseReturnValue:
    """Show the link of an invitation just signed: once, to be handed over in person."""
    token = cookie.pop("link", None)
    if token is None:
        return redirect(url_for(".home"), 303)
    address = url_for("opening_account.setup", token=token, _external=True)
    return render_template("accounts/admin/link.html", address=address)


def _invite_page(form: InviteForm) -> ResponseReturnValue:
    return render_template("accounts/admin/invite.html", form=form), 422 if form.errors else 200
