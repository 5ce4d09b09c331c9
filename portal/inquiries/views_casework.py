"""The desk's side of an inquiry: what waits, one file, the way to its family, taking it in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.inquiries import alike, labels, queries, service
from portal.inquiries.vocab import InquiryFile, InquiryState
from portal.kernel.permissions import Permission
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.forms import ButtonForm
from portal.web.transaction import request_work

bp = blueprint("inquiries", Audience.CASEWORK, "/inquiries")

# What the list shows when nothing was chosen: the inquiries that somebody has to take further first.
NEW = (InquiryState.SUBMITTED, InquiryState.TRIAGE, InquiryState.VERIFYING)


@dataclass(frozen=True, slots=True)
class Acts:
    """What this person may do with a file."""

    take_in: bool
    assign: bool
    verify: bool
    contact: bool
    recover: bool


@bp.get("/")
@needs(Permission.INQUIRIES_INQUIRY_READ)
def waiting() -> ResponseReturnValue:
    """Inquiries, the longest waiting first; the chosen state stands in the address."""
    wished = request.args.get("state", "")
    states = (InquiryState(wished),) if wished in set(InquiryState) else NEW
    number = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    with request_work() as work:
        page = queries.waiting_page(work, states, number)
    return render_template("inquiries/casework/waiting.html", page=page, wished=wished, words=labels)


@bp.get("/<uuid:inquiry_id>")
@needs(Permission.INQUIRIES_INQUIRY_READ)
def read(inquiry_id: UUID) -> ResponseReturnValue:
    """Open one inquiry; the reading is remembered."""
    with request_work() as work:
        file = service.open_inquiry(work, inquiry_id)
    return render_template("inquiries/casework/read.html", file=file, acts=_acts(file), words=labels)


@bp.get("/<uuid:inquiry_id>/alike")
@needs(Permission.INQUIRIES_INQUIRY_READ)
def other_files(inquiry_id: UUID) -> ResponseReturnValue:
    """Other files that may be about the same person; without what they say."""
    with request_work() as work:
        found = alike.alike(work, inquiry_id)
    return render_template("inquiries/casework/alike.html", found=found, words=labels)


@bp.post("/<uuid:inquiry_id>/contact")
@needs(Permission.INQUIRIES_CONTACT_READ, fresh=True)
def contact(inquiry_id: UUID) -> ResponseReturnValue:
    """Open the way to the family, as an act of its own; it is shown in the answer and nowhere else."""
    _only_a_button()
    with request_work() as work:
        opened = service.read_contact(work, inquiry_id)
    return render_template(
        "inquiries/casework/contact.html", contact=opened, inquiry_id=inquiry_id, words=labels
    )


@bp.post("/<uuid:inquiry_id>/take-in")
@needs(Permission.INQUIRIES_INQUIRY_TRIAGE)
def take_in(inquiry_id: UUID) -> ResponseReturnValue:
    """Take an inquiry in: somebody now answers for it."""
    _only_a_button()
    with request_work() as work:
        service.take_in(work, inquiry_id)
    return redirect(url_for(".read", inquiry_id=inquiry_id), 303)


def _acts(file: InquiryFile) -> Acts:
    holds = g.actor.holds
    return Acts(
        take_in=holds(Permission.INQUIRIES_INQUIRY_TRIAGE) and file.state is InquiryState.SUBMITTED,
        assign=holds(Permission.CASEWORK_CASE_ASSIGN),
        verify=holds(Permission.VERIFICATION_DECISION_READ),
        contact=holds(Permission.INQUIRIES_CONTACT_READ),
        recover=holds(Permission.ACCOUNTS_RECOVERY_READ),
    )


def _only_a_button() -> None:
    if not ButtonForm().validate():
        abort(400)  # a button only: nothing to correct
