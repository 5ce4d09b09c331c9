"""The page of one account: its roles, its leave, its end and its way back."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.administration import queries, service
from portal.accounts.administration.forms import LeaveForm, RolesForm
from portal.accounts.administration.vocab import TooFewAdministrators
from portal.accounts.forms import SignForm
from portal.accounts.labels import ROLES
from portal.kernel.errors import Invalid
from portal.kernel.permissions import Permission
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work

bp = blueprint("administration", Audience.ADMIN, "/accounts")


@bp.get("/<uuid:account_id>")
@needs(Permission.ACCOUNTS_ACCOUNT_LIST)
def account(account_id: UUID) -> ResponseReturnValue:
    """One account."""
    return _page(account_id)


@bp.post("/<uuid:account_id>/roles")
@needs(Permission.ACCOUNTS_ROLES_PROPOSE, fresh=True)
def propose_roles(account_id: UUID) -> ResponseReturnValue:
    """Propose other roles; another administrator has to sign."""
    form = RolesForm()
    if not form.validate():
        return _page(account_id, roles=form)
    try:
        with request_work() as work:
            service.propose_roles(work, form.answer(account_id))
    except Invalid:
        form.held_already()
        return _page(account_id, roles=form)
    return _back(account_id)


@bp.post("/role-changes/<uuid:change_id>/sign")
@needs(Permission.ACCOUNTS_ROLES_SIGN, fresh=True)
def sign_roles(change_id: UUID) -> ResponseReturnValue:
    """Take the second signature under a change of roles."""
    version = _version()
    try:
        with request_work() as work:
            service.sign_roles(work, change_id, version)
    except TooFewAdministrators:
        return _too_few()
    return redirect(url_for("accounts_admin.home"), 303)


@bp.post("/role-changes/<uuid:change_id>/withdraw")
@needs(Permission.ACCOUNTS_ROLES_PROPOSE)
def withdraw_roles(change_id: UUID) -> ResponseReturnValue:
    """Take a proposed change of roles off the desk."""
    version = _version()
    with request_work() as work:
        service.withdraw_roles(work, change_id, version)
    return redirect(url_for("accounts_admin.home"), 303)


@bp.post("/<uuid:account_id>/deactivate")
@needs(Permission.ACCOUNTS_ACCOUNT_DEACTIVATE, fresh=True)
def deactivate(account_id: UUID) -> ResponseReturnValue:
    """Close an account at once."""
    _only_a_button()
    try:
        with request_work() as work:
            service.deactivate(work, account_id)
    except TooFewAdministrators:
        return _too_few()
    return _back(account_id)


@bp.post("/<uuid:account_id>/link")
@needs(Permission.ACCOUNTS_INVITATION_PROPOSE, fresh=True)
def ask_for_link(account_id: UUID) -> ResponseReturnValue:
    """Ask for a new link; another administrator has to sign."""
    _only_a_button()
    with request_work() as work:
        service.ask_for_link(work, account_id)
    return redirect(url_for("accounts_admin.home"), 303)


@bp.post("/<uuid:account_id>/leaves")
@needs(Permission.ACCOUNTS_LEAVE_MARK)
def mark_leave(account_id: UUID) -> ResponseReturnValue:
    """Enter the days on which a colleague is away."""
    form = LeaveForm()
    if not form.validate():
        return _page(account_id, leave=form)
    try:
        with request_work() as work:
            service.mark_leave(work, account_id, form.answer())
    except Invalid:
        form.is_over()
        return _page(account_id, leave=form)
    return _back(account_id)


@bp.post("/leaves/<uuid:leave_id>/end")
@needs(Permission.ACCOUNTS_LEAVE_MARK)
def end_leave(leave_id: UUID) -> ResponseReturnValue:
    """End the leave of a colleague."""
    _only_a_button()
    with request_work() as work:
        account_id = service.end_leave(work, leave_id)
    return _back(account_id)


def _page(
    account_id: UUID, roles: RolesForm | None = None, leave: LeaveForm | None = None
) -> ResponseReturnValue:
    with request_work() as work:
        page = queries.account_page(work, account_id)
    shown = roles or RolesForm(None, data={"roles": [role.value for role in page.account.roles]})
    return (
        render_template(
            "accounts/admin/account.html",
            page=page,
            words=ROLES,
            roles=shown,
            leave=leave or LeaveForm(None),
        ),
        422 if roles or leave else 200,
    )


def _too_few() -> ResponseReturnValue:
    return render_template("accounts/admin/too_few.html"), 409


def _back(account_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".account", account_id=account_id), 303)


def _version() -> int:
    form = SignForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    return form.answer()


def _only_a_button() -> None:
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
