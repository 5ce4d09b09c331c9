"""Small pages that belong to everybody: the choice of language."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue

from portal.web import language as languages
from portal.web.access import public
from portal.web.audience import Audience, blueprint

bp = blueprint("pages", Audience.ACCOUNT)


@bp.get("/language/<code>")
@public
def language(code: str) -> ResponseReturnValue:
    """Keep the reader's language and go back to where they were, always inside this house."""
    languages.remember(code)
    back = request.args.get("back", "/")
    inside = back.startswith("/") and not back.startswith(("//", "/\\"))
    return redirect(back if inside else "/", 303)
