"""Every route × every role × every method: allowed or refused as the one role matrix says."""

from __future__ import annotations

import re
from collections import defaultdict
from uuid import uuid4

import pytest
from flask import Flask, g
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.permissions import GRANTS, Permission, Role
from portal.web import access
from portal.web.audience import ZONES, Audience, audience_of

PEOPLE = [role for role in Role if role not in {Role.OPERATOR, Role.WORKER}]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def _values(arguments: set[str]) -> dict[str, object]:
    samples = {"code": "ar", "token": "x" * 43}
    return {name: samples.get(name, uuid4()) for name in arguments}


def _act_as(app: Flask, actor: Actor) -> None:
    """Let every request of this app come from `actor`, in place of the cookie."""

    def become() -> None:
        g.actor, g.is_fresh = actor, True

    functions = app.before_request_funcs[None]
    functions[:] = [f for f in functions if f.__name__ != "become"]
    gate = next(i for i, f in enumerate(functions) if f.__name__ == "_gate")
    functions.insert(gate, become)


def _expected(app: Flask, endpoint: str, blueprint: str | None, actor: Actor) -> str:
    mark = access.mark_of(app.view_functions[endpoint])
    assert mark is not None
    if mark.permission is None:
        return "open"
    audience = audience_of(blueprint)
    if not actor.is_signed_in:
        return "sign-in"
    if not actor.roles & ZONES[audience].roles:
        return "unknown"
    held = any(mark.permission in GRANTS[role] for role in actor.roles)
    return "open" if held else "refused"


def _is_as_expected(answer: TestResponse, expected: str, role: Role | None, url: str) -> bool:
    away = answer.headers.get("Location", "").endswith("/account/sign-in")
    match expected:
        case "no such method":
            return answer.status_code in {303, 404, 405}
        case "sign-in":
            return answer.status_code == 303 and away
        case "unknown":
            return answer.status_code == 404
        case "refused":
            return answer.status_code == (404 if role is Role.RELATIVE else 403)
        case _:
            sent_away = away and role is not None and "/account" not in url
            return answer.status_code not in {403, 405, 500} and not sent_away


def _endpoints(app: Flask) -> dict[str, dict[str, Rule]]:
    """Which rule answers each method of each address."""
    found: dict[str, dict[str, Rule]] = defaultdict(dict)
    for rule in app.url_map.iter_rules():
        if not rule.build_only:
            found[rule.rule] |= dict.fromkeys((rule.methods or set()) & set(METHODS), rule)
    return found


@pytest.mark.asvs("8.1.1")
@pytest.mark.asvs("8.2.1")
@pytest.mark.promise("P2")
@pytest.mark.promise("P3")
@pytest.mark.parametrize("role", [None, *PEOPLE], ids=lambda r: r.value if r else "nobody")
def test_every_route_answers_each_role_as_the_matrix_says(app: Flask, role: Role | None) -> None:
    actor = ANONYMOUS if role is None else Actor(uuid4(), frozenset({role}))
    app.config["WTF_CSRF_ENABLED"] = False
    _act_as(app, actor)
    client, adapter = app.test_client(), app.url_map.bind("localhost")
    for path, answering in _endpoints(app).items():
        some = next(iter(answering.values()))
        url = adapter.build(some.endpoint, _values(some.arguments))
        for method in METHODS:
            rule = answering.get(method)
            blueprint = rule.endpoint.rpartition(".")[0] or None if rule else None
            expected = _expected(app, rule.endpoint, blueprint, actor) if rule else "no such method"
            answer = client.open(url, method=method)
            told = f"{method} {path} as {role}: {expected}, but {answer.status_code}"
            assert _is_as_expected(answer, expected, role, url), told


@pytest.mark.asvs("8.2.1")
def test_a_view_without_a_mark_stops_the_start(app: Flask) -> None:
    bare = Flask("bare")
    bare.add_url_rule("/open", endpoint="bare.open", view_func=lambda: "")
    with pytest.raises(access.UnmarkedView):
        access.guard(bare, frozenset(), lambda: None)


def test_endpoints_are_named_after_context_and_audience(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in {"static", "healthz"}:
            continue
        context, _, audience = rule.endpoint.split(".")[0].rpartition("_")
        assert context, rule.endpoint
        zone = ZONES[Audience(audience)]
        assert rule.rule.startswith(zone.prefix), rule.rule
        fixed = re.sub(r"<[^>]+>", "", rule.rule).removeprefix("/_parts")
        assert re.fullmatch(r"[a-z0-9/-]*", fixed), rule.rule


def test_no_permission_is_granted_to_nobody() -> None:
    granted = frozenset().union(*GRANTS.values())
    assert set(Permission) == set(granted)
