"""The auditor's screens: what happened, and whether the log still holds."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.inquiries import glass
from portal.inquiries import queries as inquiries
from portal.kernel.permissions import Permission
from portal.matching.lookup import queries as lookup
from portal.oversight import queries, service
from portal.oversight.forms import ReviewForm
from portal.oversight.labels import CAUSES, EVENTS, KINDS, ROLES
from portal.oversight.vocab import LogFilter
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work

bp = blueprint("oversight", Audience.OVERSIGHT)


@bp.get("/log/")
@needs(Permission.AUDIT_ENTRY_READ)
def log() -> ResponseReturnValue:
    """What happened, newest first, narrowed by the filters in the address."""
    wished = _filter()
    with request_work() as work:
        page = queries.log_page(work, wished)
    checked = session.pop("log_checked", None)
    return render_template(
        "oversight/oversight/log.html",
        page=page,
        wished=wished,
        events=EVENTS,
        roles=ROLES,
        form=ButtonForm(),
        checked=checked,
    )


@bp.post("/log/verify")
@needs(Permission.AUDIT_LOG_VERIFY)
def verify() -> ResponseReturnValue:
    """Recompute the whole log and say what was found."""
    with request_work() as work:
        found = audit.verify(work)
    session["log_checked"] = {
        "entries": found.entries,
        "first_broken": found.first_broken,
        "head": found.head,
    }
    return redirect(url_for("oversight_oversight.log"), 303)


@bp.get("/log/consents")
@needs(Permission.OVERSIGHT_RETENTION_READ)
def consents() -> ResponseReturnValue:
    """How many consents were given and withdrawn, for each purpose; nobody's name."""
    with request_work() as work:
        totals = inquiries.consent_totals(work)
    return render_template("oversight/oversight/consents.html", totals=totals)


@bp.get("/alerts")
@needs(Permission.OVERSIGHT_ALERT_CLOSE)
def alerts() -> ResponseReturnValue:
    """How somebody read, for a second person to look at; newest first."""
    number = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    with request_work() as work:
        page = queries.alerts(work, number)
    return render_template("oversight/oversight/alerts.html", page=page, kinds=KINDS, causes=CAUSES)


@bp.get("/alerts/<uuid:alert_id>")
@needs(Permission.OVERSIGHT_ALERT_CLOSE)
def alert(alert_id: UUID) -> ResponseReturnValue:
    """One alert, and the place to say that one has looked at it."""
    return _alert_page(alert_id, ReviewForm(None))


@bp.post("/alerts/<uuid:alert_id>")
@needs(Permission.OVERSIGHT_ALERT_CLOSE)
def review_alert(alert_id: UUID) -> ResponseReturnValue:
    """Say that one has looked, and what was found."""
    form = ReviewForm()
    if not form.validate():
        return _alert_page(alert_id, form, 422)
    with request_work() as work:
        service.review_alert(work, alert_id, form.note.data)
    return redirect(url_for(".alerts"), 303)


@bp.get("/openings/<uuid:opening_id>")
@needs(Permission.OVERSIGHT_ALERT_CLOSE)
def opening(opening_id: UUID) -> ResponseReturnValue:
    """Why one case was opened outside an assignment, and the place to say what one thinks of it."""
    return _opening_page(opening_id, ReviewForm(None))


@bp.post("/openings/<uuid:opening_id>")
@needs(Permission.OVERSIGHT_ALERT_CLOSE)
def review_opening(opening_id: UUID) -> ResponseReturnValue:
    """Say what one thinks of the reason."""
    form = ReviewForm()
    if not form.validate():
        return _opening_page(opening_id, form, 422)
    with request_work() as work:
        glass.review_opening(work, opening_id, form.note.data)
    return redirect(url_for(".openings"), 303)


@bp.get("/openings")
@needs(Permission.OVERSIGHT_ALERT_CLOSE)
def openings() -> ResponseReturnValue:
    """Cases opened outside an assignment, newest first."""
    number = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    with request_work() as work:
        page = queries.openings(work, number)
    return render_template("oversight/oversight/openings.html", page=page)


@bp.get("/searches")
@needs(Permission.OVERSIGHT_ALERT_CLOSE)
def searches() -> ResponseReturnValue:
    """Names looked for in the archive, newest first, each with its reason."""
    number = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    with request_work() as work:
        page = lookup.searches(work, number)
    return render_template("oversight/oversight/searches.html", page=page)


def _opening_page(opening_id: UUID, form: ReviewForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        found = queries.opening(work, opening_id)
    return render_template("oversight/oversight/opening.html", opening=found, form=form), status


def _alert_page(alert_id: UUID, form: ReviewForm, status: int = 200) -> ResponseReturnValue:
    with request_work() as work:
        found = queries.alert(work, alert_id)
    return render_template(
        "oversight/oversight/alert.html", alert=found, form=form, kinds=KINDS, causes=CAUSES
    ), status


def _filter() -> LogFilter:
    arguments = request.args
    event = arguments.get("event", "")
    return LogFilter(
        event=event if event in {e.value for e in Event} else None,
        actor_id=_uuid(arguments.get("actor", "")),
        case_id=_uuid(arguments.get("case", "")),
        page=max(arguments.get("page", 1, type=int), 1),
    )


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed.strip())
    except ValueError:
        return None
