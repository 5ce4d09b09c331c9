"""The relative's first page: one word on where things stand, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.accounts.recovery import queries as recoveries
from portal.accounts.recovery.vocab import OwnRecovery
from portal.disclosure.publication import queries as publication
from portal.disclosure.telling import queries as telling
from portal.inquiries import queries as inquiries
from portal.inquiries.vocab import OwnInquiry
from portal.kernel.permissions import Permission
from portal.kernel.work import Work
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.transaction import request_work

bp = blueprint("pages", Audience.FAMILY)


@dataclass(frozen=True, slots=True)
class FamilyHome:
    """What the first page shows; whether they were told or asked only after a person has told the relative."""

    inquiry: OwnInquiry | None
    was_told: bool
    was_asked: bool
    recovery: OwnRecovery | None


@bp.get("/")
@needs(Permission.INQUIRIES_INQUIRY_OWN)
def home() -> ResponseReturnValue:
    """Where things stand, in one of the few words a family sees."""
    with request_work() as work:
        page = _home(work)
    return render_template("pages/family/home.html", page=page)


def _home(work: Work) -> FamilyHome:
    return FamilyHome(
        inquiries.own_inquiry(work),
        telling.own(work) is not None,
        publication.own_voice(work) is not None,
        recoveries.own(work),
    )
