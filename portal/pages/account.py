"""Small pages that belong to everybody: the choice of language."""

from __future__ import annotations

import re

from flask import redirect, request
from flask.typing import ResponseReturnValue

from portal.web import language as languages
from portal.web.access import public
from portal.web.audience import Audience, blueprint

bp = blueprint("pages", Audience.ACCOUNT)

# What our own addresses are made of. Browsers leave out tabs and line breaks and read \ as /, so that an address
# which begins harmlessly could lead to another house; and no header may hold a line break.
_INSIDE = re.compile(r"/(?!/)[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*", re.ASCII)


@bp.get("/language/<code>")
@public
def language(code: str) -> ResponseReturnValue:
    """Keep the reader's language and go back to where they were, always inside this house."""
    languages.remember(code)
    return redirect(way_back(request.args.get("back", "/")), 303)


def way_back(wished: str) -> str:
    """The wished address if it is certainly one of ours, else the first page."""
    return wished if _INSIDE.fullmatch(wished) else "/"
