"""The relative's own page of who looked at their file."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.kernel.permissions import Permission
from portal.oversight import queries
from portal.oversight.labels import acts_in_words, role_words
from portal.web.access import needs
from portal.web.audience import Audience, blueprint
from portal.web.transaction import request_work

bp = blueprint("oversight", Audience.FAMILY, "/who-looked")


@bp.get("/")
@needs(Permission.OVERSIGHT_OWN_READ)
def who_looked() -> ResponseReturnValue:
    """Who looked at the relative's own file."""
    with request_work() as work:
        report = queries.who_looked(work)
    return render_template(
        "oversight/family/who_looked.html", report=report, role_words=role_words, acts_in_words=acts_in_words
    )
