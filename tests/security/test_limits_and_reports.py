"""So many forms from one network in a minute, and a place where browsers report broken rules."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from portal.app import create_app
from portal.config import Settings
from portal.kernel.work import Workplace
from portal.vault.service import Vault
from portal.web.limits import network

HOST = "https://portal.example"


@pytest.fixture
def client(settings: Settings, place: Workplace, vault: Vault) -> FlaskClient:
    return create_app(replace(settings, posts_per_minute=5), place, vault).test_client()


def _post(client: FlaskClient, url: str, address: str) -> int:
    answer = client.post(url, base_url=HOST, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code != 429 or answer.headers["Retry-After"] == "60"
    return answer.status_code


@pytest.mark.asvs("2.3.2")
@pytest.mark.asvs("2.4.1")
def test_a_network_sends_so_many_forms_a_minute_and_others_are_not_held_up(client: FlaskClient) -> None:
    urls = ["/account/sign-in", "/account/second-step", "/check", "/search", "/account/setup-password"]
    near = [_post(client, url, f"203.0.113.{n}") for n, url in enumerate(urls)]
    assert 429 not in near
    assert _post(client, "/account/sign-in", "203.0.113.200") == 429
    assert _post(client, "/account/sign-in", "198.51.100.1") != 429
    assert client.get("/", base_url=HOST, environ_base={"REMOTE_ADDR": "203.0.113.1"}).status_code == 200


@pytest.mark.asvs("2.4.1")
def test_who_sent_too_many_reads_why_in_plain_words(client: FlaskClient) -> None:
    for _ in range(5):
        client.post("/check", base_url=HOST)
    asked = {"Accept-Language": "en"}
    page = client.post("/check", base_url=HOST, headers=asked)
    assert page.status_code == 429
    assert "Please wait a little" in page.text


@pytest.mark.asvs("15.3.4")
@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("unix:", "nowhere"),
    ],
)
def test_neighbours_are_one_network(app: Flask, address: str, kept: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert network() == kept


def _old(rule: str) -> bytes:
    return json.dumps(
        {"csp-report": {"effective-directive": rule, "document-uri": "https://x/family/?canary"}}
    ).encode()


def _new(rule: str) -> bytes:
    return json.dumps(
        [{"body": {"effectiveDirective": rule, "documentURL": "canary"}, "user_agent": "canary"}]
    ).encode()


@pytest.mark.asvs("3.4.7")
@pytest.mark.asvs("16.4.1")
@pytest.mark.parametrize(
    ("sent", "noted"),
    [
        (_old("script-src"), "script-src"),
        (_new("style-src-elem"), "style-src-elem"),
        (_old("canary\nforged line"), "unknown"),
        (b"canary", "unreadable"),
        (b"[]", "unreadable"),
        (b'{"csp-report": 1}', "unreadable"),
        (b"[" * 8000, "unreadable"),
        (b"canary" * 5000, "too long"),
    ],
)
def test_a_report_leaves_one_line_with_the_rule_and_nothing_else(app: Flask, sent: bytes, noted: str) -> None:
    with capture_logs() as lines:
        answer = app.test_client().post("/csp-report", data=sent, content_type="application/csp-report")
    assert (answer.status_code, answer.data) == (204, b"")
    assert lines == [{"event": "csp", "rule": noted, "log_level": "warning"}]


@pytest.mark.asvs("3.4.7")
def test_every_page_tells_the_browser_where_to_report(client: FlaskClient) -> None:
    told = client.get("/", base_url=HOST).headers
    assert "report-uri /csp-report; report-to csp" in told["Content-Security-Policy"]
    assert told["Reporting-Endpoints"] == 'csp="/csp-report"'


@pytest.mark.asvs("3.4.7")
def test_reports_are_counted_like_any_form(client: FlaskClient) -> None:
    sent = [client.post("/csp-report", base_url=HOST, data=_old("script-src")).status_code for _ in range(6)]
    assert sent == [204] * 5 + [429]
