"""Custody at the desk: the fixity report, what was found damaged, legal holds, the history of one object."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.config import Settings
from portal.kernel.permissions import Permission
from portal.kernel.work import Work
from portal.records.custody import queries, service
from portal.records.custody.forms import AskHoldForm, LiftForm, SettleForm, VersionForm
from portal.records.custody.vocab import Subject
from portal.vault.custody import service as custody
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.transaction import request_work
from portal.web.wiring import wired

bp = blueprint("custody", Audience.CASEWORK, "/custody")

Act = Callable[[Work, UUID, int], None]


@bp.get("/")
@needs(Permission.VAULT_CUSTODY_READ)
def report() -> ResponseReturnValue:
    """The fixity report: what was checked when, and what was found."""
    with request_work() as work:
        found = queries.report(work, wired(Settings).fixity_period)
    return render_template("records/custody/report.html", report=found)


@bp.get("/objects/<uuid:object_id>")
@needs(Permission.VAULT_CUSTODY_READ)
def object_file(object_id: UUID) -> ResponseReturnValue:
    """The custody of one object; opening it is remembered."""
    with request_work() as work:
        found = service.open_custody(work, object_id)
    return render_template("records/custody/object.html", file=found)


@bp.get("/findings/<uuid:finding_id>")
@needs(Permission.VAULT_FINDING_SETTLE)
def finding(finding_id: UUID) -> ResponseReturnValue:
    """One damaged object."""
    return _finding_page(finding_id, SettleForm(formdata=None))


@bp.post("/findings/<uuid:finding_id>/settle")
@needs(Permission.VAULT_FINDING_SETTLE)
def settle(finding_id: UUID) -> ResponseReturnValue:
    """Take what a custodian says became of it."""
    form = SettleForm()
    if not form.validate():
        return _finding_page(finding_id, form, 422)
    with request_work() as work:
        custody.settle(work, finding_id, form.answer())
    return redirect(url_for(".report"), 303)


@bp.get("/holds")
@needs(Permission.VAULT_HOLD_SIGN)
def holds() -> ResponseReturnValue:
    """Every legal hold."""
    with request_work() as work:
        found = queries.holds(work)
    return render_template("records/custody/holds.html", holds=found)


@bp.get("/holds/<uuid:hold_id>")
@needs(Permission.VAULT_HOLD_SIGN)
def hold(hold_id: UUID) -> ResponseReturnValue:
    """One legal hold."""
    return _hold_page(hold_id, LiftForm(formdata=None))


@bp.get("/imports/<uuid:batch_id>/hold")
@needs(Permission.VAULT_HOLD_ASK)
def batch(batch_id: UUID) -> ResponseReturnValue:
    """Ask for a hold on an import."""
    return _ask_page(lambda work: queries.batch_subject(work, batch_id), AskHoldForm(formdata=None))


@bp.post("/imports/<uuid:batch_id>/hold")
@needs(Permission.VAULT_HOLD_ASK)
def hold_batch(batch_id: UUID) -> ResponseReturnValue:
    """Take the request for a hold on an import."""
    form = AskHoldForm()
    if not form.validate():
        return _ask_page(lambda work: queries.batch_subject(work, batch_id), form, 422)
    with request_work() as work:
        hold_id = service.hold_batch(work, batch_id, form.answer())
    return redirect(url_for(".hold", hold_id=hold_id), 303)


@bp.get("/records/<uuid:record_id>/hold")
@needs(Permission.VAULT_HOLD_ASK)
def record(record_id: UUID) -> ResponseReturnValue:
    """Ask for a hold on a record."""
    return _ask_page(lambda work: queries.record_subject(work, record_id), AskHoldForm(formdata=None))


@bp.post("/records/<uuid:record_id>/hold")
@needs(Permission.VAULT_HOLD_ASK)
def hold_record(record_id: UUID) -> ResponseReturnValue:
    """Take the request for a hold on a record."""
    form = AskHoldForm()
    if not form.validate():
        return _ask_page(lambda work: queries.record_subject(work, record_id), form, 422)
    with request_work() as work:
        hold_id = service.hold_record(work, record_id, form.answer())
    return redirect(url_for(".hold", hold_id=hold_id), 303)


@bp.post("/holds/<uuid:hold_id>/sign")
@needs(Permission.VAULT_HOLD_SIGN, fresh=True)
def sign(hold_id: UUID) -> ResponseReturnValue:
    """Take the second signature under a hold."""
    return _moved(hold_id, custody.sign_hold)


@bp.post("/holds/<uuid:hold_id>/decline")
@needs(Permission.VAULT_HOLD_SIGN, fresh=True)
def decline(hold_id: UUID) -> ResponseReturnValue:
    """Take the second person's no."""
    return _moved(hold_id, custody.decline_hold)


@bp.post("/holds/<uuid:hold_id>/ask-to-lift")
@needs(Permission.VAULT_HOLD_SIGN)
def ask_to_lift(hold_id: UUID) -> ResponseReturnValue:
    """Take the wish to lift a hold."""
    form = LiftForm()
    if not form.validate():
        return _hold_page(hold_id, form, 422)
    with request_work() as work:
        custody.ask_to_lift(work, hold_id, form.answer(), str(form.reason.data))
    return redirect(url_for(".hold", hold_id=hold_id), 303)


@bp.post("/holds/<uuid:hold_id>/lift")
@needs(Permission.VAULT_HOLD_SIGN, fresh=True)
def lift(hold_id: UUID) -> ResponseReturnValue:
    """Take the second signature under lifting it."""
    return _moved(hold_id, custody.lift_hold)


@bp.post("/holds/<uuid:hold_id>/keep")
@needs(Permission.VAULT_HOLD_SIGN, fresh=True)
def keep(hold_id: UUID) -> ResponseReturnValue:
    """Take the second person's word that it stays."""
    return _moved(hold_id, custody.keep_hold)


def _moved(hold_id: UUID, act: Act) -> ResponseReturnValue:
    form = VersionForm()
    if not form.validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        act(work, hold_id, form.answer())
    return redirect(url_for(".hold", hold_id=hold_id), 303)


def _finding_page(finding_id: UUID, form: SettleForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        found = queries.finding(work, finding_id)
    return render_template("records/custody/finding.html", found=found, form=form), status


def _hold_page(hold_id: UUID, form: LiftForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        found = queries.hold(work, hold_id)
    return render_template("records/custody/hold.html", found=found, form=form), status


def _ask_page(of: Callable[[Work], Subject], form: AskHoldForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        subject = of(work)
    return render_template("records/custody/ask.html", subject=subject, form=form), status
