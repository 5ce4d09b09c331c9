"""What holds for every address of the portal, errors included: headers, kinds of content, methods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask, g, request
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from portal.app import create_app
from portal.config import Settings
from portal.kernel.actor import Actor
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault.service import Vault
from tests.conftest import SetClock
from tests.support.factories.accounts import a_relative_account, code_at

WORDS = {
    "code",
    "purpose",
    "role",
    "step",
}  # a language, and what a consent, a role or a page of questions is called
TEMPLATES = Path(__file__).parents[2] / "templates"
HOST = "https://portal.example"
YEAR = 365 * 24 * 3600
NO_TOKEN = {"/account/leave", "/csp-report"}  # leaving must always work; a browser reports by itself
SAMPLES = {"code": "ar", "token": "x" * 43}


@pytest.fixture
def served(settings: Settings, place: Workplace, vault: Vault) -> Flask:
    """The portal as families meet it, not as the demo shows it."""
    return create_app(settings, place, vault)


@pytest.fixture
def client(served: Flask) -> FlaskClient:
    return served.test_client()


def _addresses(app: Flask) -> Iterator[str]:
    adapter = app.url_map.bind("portal.example")
    for rule in app.url_map.iter_rules():
        if not rule.build_only:
            yield adapter.build(rule.endpoint, {n: SAMPLES.get(n, uuid4()) for n in rule.arguments})
    yield from ("/nothing-here", "/family/nothing.css", "/.git/config", "/static/nothing.js")


def _answers(app: Flask, client: FlaskClient, **asked: object) -> Iterator[TestResponse]:
    for url in sorted(set(_addresses(app))):
        yield client.get(url, base_url=HOST, **asked)  # type: ignore[arg-type]


@pytest.mark.asvs("3.4.1")
@pytest.mark.asvs("3.4.3")
@pytest.mark.asvs("3.4.4")
@pytest.mark.asvs("3.4.5")
@pytest.mark.asvs("3.4.6")
@pytest.mark.asvs("3.4.8")
@pytest.mark.asvs("13.4.6")
def test_every_answer_carries_the_strict_headers(served: Flask, client: FlaskClient) -> None:
    for answer in _answers(served, client):
        told, url = answer.headers, answer.request.path
        age = re.match(r"max-age=(\d+); includeSubDomains", told["Strict-Transport-Security"])
        assert age, url
        assert int(age[1]) >= YEAR, url
        policy = told["Content-Security-Policy"]
        for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert part in policy, url
        assert "unsafe" not in policy
        assert told["X-Content-Type-Options"] == "nosniff", url
        assert told["Referrer-Policy"] == "no-referrer", url
        assert told["Cross-Origin-Opener-Policy"] == "same-origin", url
        assert {"Server", "X-Powered-By", "X-AspNet-Version"} & set(told.keys()) == set(), url


@pytest.mark.asvs("3.4.2")
@pytest.mark.asvs("3.5.8")
def test_no_other_site_may_read_or_embed_an_answer(served: Flask, client: FlaskClient) -> None:
    for answer in _answers(served, client, headers={"Origin": "https://evil.example"}):
        assert [name for name, _ in answer.headers if name.startswith("Access-Control")] == []
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.asvs("3.5.6")
@pytest.mark.asvs("3.5.7")
@pytest.mark.asvs("4.1.1")
def test_every_answer_says_what_it_is_and_none_is_a_script(served: Flask, client: FlaskClient) -> None:
    for answer in _answers(served, client, query_string={"callback": "steal", "jsonp": "steal"}):
        kind = answer.headers["Content-Type"]
        assert re.fullmatch(r"(text/(html|plain|css)|image/[a-z+]+)(; charset=utf-8)?", kind), kind
        assert "charset=utf-8" in kind or not kind.startswith("text/"), answer.request.path
        assert "steal(" not in answer.get_data(as_text=True)


@pytest.mark.asvs("4.1.4")
@pytest.mark.asvs("13.4.4")
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "INVENTED"])
def test_no_address_knows_another_method(served: Flask, client: FlaskClient, method: str) -> None:
    for url in sorted(set(_addresses(served))):
        answer = client.open(url, base_url=HOST, method=method, headers={"X-Canary": "X-Canary"})
        assert answer.status_code in {303, 404, 405}, url
        assert "X-Canary" not in answer.get_data(as_text=True)


@pytest.mark.asvs("13.4.1")
@pytest.mark.asvs("13.4.3")
@pytest.mark.asvs("13.4.5")
@pytest.mark.parametrize(
    "url",
    [
        "/.git/config",
        "/.env",
        "/static/",
        "/static/../pyproject.toml",
        "/docs",
        "/metrics",
        "/console",
        "/openapi.json",
    ],
)
def test_nothing_of_the_workshop_is_served(client: FlaskClient, url: str) -> None:
    assert client.get(url, base_url=HOST).status_code == 404


@pytest.mark.asvs("14.2.5")
@pytest.mark.asvs("14.3.2")
@pytest.mark.parametrize("zone", ["account", "admin", "casework", "family", "oversight"])
def test_a_private_address_dressed_as_a_picture_is_neither_found_nor_kept(
    client: FlaskClient, zone: str
) -> None:
    answer = client.get(f"/{zone}/x.css", base_url=HOST)
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


PURPOSES = {
    # A link from a letter leads to a page that has to find what the link set up; forms carry tokens of their own.
    "__Host-portal": "Lax",
    "__Host-browser": "Strict",
}


@pytest.mark.asvs("3.3.1")
@pytest.mark.asvs("3.3.2")
@pytest.mark.asvs("3.3.3")
@pytest.mark.asvs("3.3.4")
@pytest.mark.asvs("3.3.5")
def test_every_cookie_is_bound_to_this_host_and_closed_to_scripts(
    served: Flask, client: FlaskClient, place: Workplace, clock: SetClock
) -> None:
    person = a_relative_account(place)
    clock.advance(minutes=5)
    served.config["WTF_CSRF_ENABLED"] = False
    signed_in, known = served.test_client(), {"login": person.login, "password": person.password}
    steps = [
        signed_in.post("/account/sign-in", base_url=HOST, data=known),
        signed_in.post(
            "/account/second-step",
            base_url=HOST,
            data={"code": code_at(person.totp_secret, clock.moment), "remember": "y"},
        ),
    ]
    pages = [*_answers(served, client), *steps, *_answers(served, signed_in)]
    cookies = [cookie for answer in pages for cookie in answer.headers.getlist("Set-Cookie")]
    for cookie in cookies:
        name, parts = cookie.partition("=")[0], {part.strip() for part in cookie.split(";")}
        assert {"Secure", "HttpOnly", "Path=/", f"SameSite={PURPOSES[name]}"} <= parts, cookie
        assert "Domain" not in cookie
        assert len(cookie.split(";")[0]) < 4096
    assert {cookie.partition("=")[0] for cookie in cookies} == set(PURPOSES)


@pytest.mark.asvs("4.2.5")
@pytest.mark.parametrize("length", [8_000, 64_000])
def test_what_is_too_long_breaks_nothing(client: FlaskClient, length: int) -> None:
    long = "x" * length
    for answer in (
        client.get(f"/{long}", base_url=HOST),
        client.get("/search", base_url=HOST, query_string={"q": long}),
        client.get("/", base_url=HOST, headers={"Accept-Language": long, "Cookie": f"__Host-portal={long}"}),
    ):
        assert answer.status_code in {200, 404, 414, 422, 431}


@pytest.mark.asvs("3.5.2")
@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x"])
def test_a_request_from_elsewhere_changes_nothing_whatever_it_calls_itself(
    served: Flask, client: FlaskClient, kind: str
) -> None:
    for rule in served.url_map.iter_rules():
        if "POST" in (rule.methods or set()) and not rule.arguments and rule.rule not in NO_TOKEN:
            asked = {"Origin": "https://evil.example", "Content-Type": kind}
            answer = client.post(rule.rule, base_url=HOST, headers=asked, data="{}")
            away = answer.headers.get("Location") == "/account/sign-in"
            assert answer.status_code == 400 or (answer.status_code == 303 and away), rule.rule


@pytest.mark.asvs("4.1.3")
@pytest.mark.asvs("15.3.4")
def test_forwarded_headers_count_only_behind_a_proxy(served: Flask, client: FlaskClient) -> None:
    seen: list[tuple[str | None, str, str]] = []
    served.before_request_funcs[None].insert(0, lambda: _note(seen))
    lies = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    client.get("/", base_url=HOST, headers=lies)
    assert seen == [("127.0.0.1", "portal.example", "https")]


@pytest.mark.asvs("4.1.3")
@pytest.mark.asvs("15.3.4")
def test_behind_a_proxy_its_own_word_counts_and_not_what_a_visitor_put_before_it(
    settings: Settings, place: Workplace, vault: Vault
) -> None:
    app = create_app(replace(settings, behind_proxy=True), place, vault)
    seen: list[tuple[str | None, str, str]] = []
    app.before_request_funcs[None].insert(0, lambda: _note(seen))
    told = {
        "X-Forwarded-For": "192.0.2.7, 203.0.113.5",
        "X-Forwarded-Host": "evil.example, portal.example",
        "X-Forwarded-Proto": "http, https",
        "Forwarded": "for=192.0.2.7;host=evil.example",
        "X-Real-IP": "192.0.2.7",
    }
    app.test_client().get("/", base_url="http://127.0.0.1:8000", headers=told)
    assert seen == [("203.0.113.5", "portal.example", "https")]


@pytest.mark.asvs("3.5.1")
@pytest.mark.parametrize("role", [Role.RELATIVE, Role.INTAKE, Role.AUDITOR, Role.ADMINISTRATOR], ids=str)
def test_nobody_who_is_signed_in_sends_a_form_without_its_token(
    served: Flask, client: FlaskClient, role: Role
) -> None:
    served.before_request_funcs[None].insert(0, lambda: _become(role))
    adapter, tried = served.url_map.bind("portal.example"), 0
    for rule in served.url_map.iter_rules():
        if "POST" not in (rule.methods or set()) or rule.rule in NO_TOKEN:
            continue
        url = adapter.build(
            rule.endpoint, {n: SAMPLES.get(n, uuid4()) for n in rule.arguments}, method="POST"
        )
        for data in ({}, {"csrf_token": "made up"}):
            answer = client.post(url, base_url=HOST, data=data, headers={"Referer": f"{HOST}/"})
            assert answer.status_code == 400, url
        tried += 1
    assert tried > 60


def _become(role: Role) -> None:
    g.actor, g.is_fresh = Actor(uuid4(), frozenset({role})), True


@pytest.mark.asvs("14.2.1")
def test_an_address_holds_ids_and_tokens_drawn_by_lot_and_no_words(served: Flask) -> None:
    for rule in served.url_map.iter_rules():
        for name in rule.arguments:
            kind = type(rule._converters[name]).__name__
            # Beside ids: what was drawn by lot, a file of the house, and words of fixed lists.
            assert kind in {"UUIDConverter", "IntegerConverter"} or name in {"token", "filename"} | WORDS, (
                rule.rule
            )
    forms = [
        (path.name, form)
        for path in TEMPLATES.rglob("*.html")
        for form in re.findall(r"<form[^>]*>", path.read_text())
    ]
    by_address = {name for name, form in forms if 'method="post"' not in form}
    assert by_address == {"waiting.html", "log.html"}  # lists narrowed by a state, or by dates and events


def _note(seen: list[tuple[str | None, str, str]]) -> None:
    seen.append((request.remote_addr, request.host, request.scheme))


@pytest.mark.asvs("13.4.2")
@pytest.mark.asvs("16.5.1")
@pytest.mark.asvs("16.5.4")
@pytest.mark.asvs("16.3.4")
@pytest.mark.asvs("16.2.5")
def test_an_error_nobody_foresaw_gets_a_page_that_tells_nothing(served: Flask, client: FlaskClient) -> None:
    def broken() -> str:
        raise RuntimeError("select secret_column from account")

    broken.__dict__.update(served.view_functions["pages_public.about"].__dict__)
    served.view_functions["pages_public.about"] = broken
    with capture_logs() as lines:
        answer = client.get("/about?canary", base_url=HOST)
    (line,) = lines
    assert (line["event"], line["kind"], line["endpoint"]) == (
        "unforeseen",
        "RuntimeError",
        "pages_public.about",
    )
    assert "secret_column" not in str(line)
    assert "canary" not in str(line)
    assert not served.debug
    assert answer.status_code == 500
    for word in ("secret_column", "RuntimeError", "Traceback", "/portal/"):
        assert word not in answer.get_data(as_text=True)
