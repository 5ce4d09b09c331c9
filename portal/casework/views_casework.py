"""The page on which intake gives a case its people, and the one on which anybody steps back from a case."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.casework import queries, service
from portal.casework.forms import ConflictForm, ReasonForm, TeamForm
from portal.casework.queries import CaseToAssign
from portal.casework.vocab import TEAM_ROLES
from portal.inquiries import glass
from portal.kernel.errors import NotFound
from portal.kernel.permissions import Permission, Role
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work

bp = blueprint("casework", Audience.CASEWORK, "/cases")


@bp.get("/<uuid:inquiry_id>/assign")
@needs(Permission.CASEWORK_CASE_ASSIGN)
def assign(inquiry_id: UUID) -> ResponseReturnValue:
    """The three places of a case team."""
    case = _case(inquiry_id)
    team = {role.value: str(person) for role, person in case.team.items()}
    return _page(case, TeamForm(formdata=None, data=team))


@bp.post("/<uuid:inquiry_id>/assign")
@needs(Permission.CASEWORK_CASE_ASSIGN)
def take_assignment(inquiry_id: UUID) -> ResponseReturnValue:
    """Fill the places."""
    case, form = _case(inquiry_id), TeamForm()
    form.offer(case.candidates)
    if not form.validate():
        return _page(case, form, 422)
    with request_work() as work:
        service.assign_team(work, inquiry_id, form.answer())
    return redirect(url_for("pages_casework.worklist"), 303)


@bp.post("/<uuid:inquiry_id>/team/<role>/end")
@needs(Permission.CASEWORK_CASE_ASSIGN)
def end_assignment(inquiry_id: UUID, role: str) -> ResponseReturnValue:
    """Empty one place: a conflict of interest, an illness, a leave."""
    if role not in TEAM_ROLES:
        raise NotFound("no such place")
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
    with request_work() as work:
        service.end_assignment(work, inquiry_id, Role(role))
    return redirect(url_for(".assign", inquiry_id=inquiry_id), 303)


@bp.get("/conflicts")
@needs(Permission.CASEWORK_CONFLICT_DECLARE)
def conflicts() -> ResponseReturnValue:
    """Files closed to oneself, and a form to step back from another."""
    return _conflicts_page(ConflictForm(None))


@bp.get("/<uuid:inquiry_id>/conflict")
@needs(Permission.CASEWORK_CONFLICT_DECLARE)
def conflict(inquiry_id: UUID) -> ResponseReturnValue:
    """The same form, reached from the file it is about."""
    with request_work() as work:
        number = queries.number_of(work, inquiry_id)
    return _conflicts_page(ConflictForm(None, data={"number": number}))


@bp.post("/conflicts")
@needs(Permission.CASEWORK_CONFLICT_DECLARE)
def declare_conflict() -> ResponseReturnValue:
    """Close a case to oneself."""
    form = ConflictForm()
    if not form.validate():
        return _conflicts_page(form, 422)
    try:
        with request_work() as work:
            service.declare_conflict(work, *form.answer())
    except NotFound:
        form.unknown()
        return _conflicts_page(form, 422)
    return redirect(url_for(".conflicts"), 303)


@bp.get("/<uuid:inquiry_id>/reason")
@needs(Permission.INQUIRIES_INQUIRY_READ)
def reason(inquiry_id: UUID) -> ResponseReturnValue:
    """Ask why somebody has to open a case in which they have no place."""
    return _reason_page(inquiry_id, ReasonForm(None))


@bp.post("/<uuid:inquiry_id>/reason")
@needs(Permission.INQUIRIES_INQUIRY_READ)
def give_reason(inquiry_id: UUID) -> ResponseReturnValue:
    """Open it for an hour."""
    form = ReasonForm()
    if not form.validate():
        return _reason_page(inquiry_id, form, 422)
    with request_work() as work:
        glass.break_glass(work, inquiry_id, form.reason.data)
    return redirect(url_for("inquiries_casework.read", inquiry_id=inquiry_id), 303)


def _reason_page(inquiry_id: UUID, form: ReasonForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        queries.number_of(work, inquiry_id)
    return render_template("casework/casework/reason.html", form=form, inquiry_id=inquiry_id), status


def _conflicts_page(form: ConflictForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        own = queries.own_conflicts(work)
    return render_template("casework/casework/conflicts.html", form=form, own=own), status


def _case(inquiry_id: UUID) -> CaseToAssign:
    with request_work() as work:
        return queries.case_to_assign(work, inquiry_id)


def _page(case: CaseToAssign, form: TeamForm, status: int = 200) -> ResponseReturnValue:
    form.offer(case.candidates)
    return render_template("casework/casework/assign.html", form=form, case=case), status
