"""The first page of oversight: each role begins where its work is."""

from __future__ import annotations

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.kernel.permissions import Permission
from portal.web.access import needs
from portal.web.audience import Audience, blueprint

bp = blueprint("pages", Audience.OVERSIGHT)


@bp.get("/")
@needs(Permission.ACCOUNTS_SESSION_OWN)
def home() -> ResponseReturnValue:
    """An auditor begins with the log, a data protection officer with the consents."""
    reads_log = g.actor.holds(Permission.AUDIT_ENTRY_READ)
    return redirect(url_for("oversight_oversight.log" if reads_log else "oversight_oversight.consents"), 303)
