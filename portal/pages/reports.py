"""Where a browser tells that a page broke the rules of its own headers; nothing of the visitor is kept."""

from __future__ import annotations

import json

import structlog
from flask import request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from portal.web.access import public
from portal.web.audience import Audience, blueprint
from portal.web.headers import POLICY, REPORTS

bp = blueprint("reports", Audience.PUBLIC)
MOST_BYTES = 8 * 1024
RULES = frozenset(part.split()[0] for part in POLICY.split("; ")) | {
    "script-src-attr",
    "script-src-elem",
    "style-src-attr",
    "style-src-elem",
}
log = structlog.get_logger()


@bp.post(REPORTS)
@public
def csp_report() -> ResponseReturnValue:
    """Note which rule was broken, and neither where nor by whom; the answer never says anything."""
    log.warning("csp", rule=_rule(request.stream.read(MOST_BYTES + 1)))
    return "", 204


def _rule(sent: bytes) -> str:
    """The broken rule, if it is one of ours; whatever else was sent is not looked at."""
    if len(sent) > MOST_BYTES:
        return "too long"
    try:
        told = json.loads(sent)
        told = told[0]["body"] if isinstance(told, list) else told["csp-report"]
        rule = told.get("effectiveDirective") or told.get("effective-directive")
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError):
        return "unreadable"
    return rule if isinstance(rule, str) and rule in RULES else "unknown"


@bp.record_once
def _without_a_token(state: BlueprintSetupState) -> None:
    # A browser sends it by itself and knows no token; it changes nothing.
    state.app.extensions["csrf"].exempt(csp_report)
