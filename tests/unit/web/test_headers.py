"""Strict headers on every answer, secure cookies, CSRF on every POST, nothing kept behind sign-in."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from portal.app import create_app
from portal.config import Settings
from portal.kernel.work import Workplace
from portal.pages.account import way_back
from portal.vault.service import Vault

PAGES = [
    "/",
    "/search",
    "/about",
    "/check",
    "/account/sign-in",
    "/family/inquiry/",
    "/nothing-here",
    "/casework/",
]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.asvs("3.4.3")
@pytest.mark.asvs("3.4.4")
@pytest.mark.asvs("3.4.5")
@pytest.mark.asvs("3.4.8")
@pytest.mark.asvs("3.6.1")
@pytest.mark.parametrize("url", PAGES)
def test_nothing_inline_and_nothing_from_elsewhere(client: FlaskClient, url: str) -> None:
    answer = client.get(url)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    page = answer.get_data(as_text=True)
    assert "style=" not in page
    assert "<script" not in page.replace('<script src="/static/', "")


@pytest.mark.asvs("14.3.2")
@pytest.mark.parametrize("url", ["/account/sign-in", "/family/inquiry/", "/casework/"])
def test_nothing_is_kept_behind_the_public_pages(client: FlaskClient, url: str) -> None:
    assert client.get(url).headers["Cache-Control"] == "no-store"


@pytest.mark.promise("P22")
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("url", ["/", "/search", "/about", "/check", "/account/sign-in", "/family/inquiry/"])
def test_every_page_says_that_we_never_ask_for_money(client: FlaskClient, url: str, language: str) -> None:
    page = client.get(url, headers={"Accept-Language": language}).get_data(as_text=True)
    assert 'class="never-money"' in page
    assert "/check" in page
    assert "+00 000 111 222" in page


def test_a_post_without_its_token_is_refused(app: Flask, client: FlaskClient) -> None:
    exempt = {"/account/leave", "/csp-report"}
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()) and not rule.arguments and rule.rule not in exempt:
            assert client.post(rule.rule).status_code in {303, 400}, rule.rule


@pytest.mark.asvs("3.3.1")
@pytest.mark.asvs("3.3.3")
@pytest.mark.asvs("3.3.4")
def test_cookies_are_bound_to_this_host_and_to_tls(
    settings: Settings, place: Workplace, vault: Vault
) -> None:
    app = create_app(settings, place, vault)
    answer = app.test_client().get("/account/sign-in", base_url="https://portal.example")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("__Host-portal="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_a_stranger_host_name_is_refused(settings: Settings, place: Workplace, vault: Vault) -> None:
    app = create_app(replace(settings, hosts=("portal.example",)), place, vault)
    assert app.test_client().get("/", base_url="https://evil.example").status_code == 400
    assert app.test_client().get("/", base_url="https://portal.example").status_code == 200


def test_a_process_serves_only_its_audiences(settings: Settings, place: Workplace, vault: Vault) -> None:
    app = create_app(replace(settings, audiences=frozenset({"public"})), place, vault)
    client = app.test_client()
    assert client.get("/").status_code == 200
    for url in ("/account/sign-in", "/family/", "/casework/", "/oversight/", "/admin/"):
        assert client.get(url).status_code == 404


@pytest.mark.asvs("3.7.2")
@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",  # browsers leave out the tab
        "/\t\\evil.example",
        "/\r\n/evil.example",
        "/about\nSet-Cookie: portal=x",
        "/\x00/evil.example",
        "javascript:alert(1)",
        "",
    ],
)
def test_the_language_switch_leads_nowhere_else(client: FlaskClient, back: str) -> None:
    answer = client.get("/account/language/en", query_string={"back": back})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.asvs("3.7.2")
@given(st.text(st.sampled_from("/\\.:@?# \t\r\n\0%evilé") | st.characters(), max_size=30))
def test_no_text_leads_out_of_the_house(back: str) -> None:
    told = way_back(back)
    as_a_browser_reads_it = re.sub(r"[\t\r\n]", "", told).replace("\\", "/")
    assert urljoin("https://portal.example/account/", as_a_browser_reads_it).startswith(
        "https://portal.example/"
    )
    assert as_a_browser_reads_it == told
    assert told in {back, "/"}


@pytest.mark.parametrize("back", ["/", "/about", "/search?letter=%D8%A3&page=2", "/family/inquiry/name"])
def test_the_language_switch_leads_back(client: FlaskClient, back: str) -> None:
    assert client.get("/account/language/en", query_string={"back": back}).headers["Location"] == back


def test_the_language_is_kept(client: FlaskClient) -> None:
    client.get("/account/language/en", query_string={"back": "/about"})
    assert 'lang="en" dir="ltr"' in client.get("/").get_data(as_text=True)
    client.get("/account/language/ar")
    assert 'lang="ar" dir="rtl"' in client.get("/").get_data(as_text=True)
    client.get("/account/language/xx")
    assert 'lang="ar"' in client.get("/").get_data(as_text=True)


def test_arabic_is_spoken_to_whom_nothing_else_is_known_of(client: FlaskClient) -> None:
    assert 'lang="ar" dir="rtl"' in client.get("/").get_data(as_text=True)


@pytest.mark.promise("P3")
def test_behind_sign_in_every_title_is_the_same(client: FlaskClient) -> None:
    titles = {
        client.get(url).get_data(as_text=True).split("<title>")[1].split("</title>")[0]
        for url in ("/account/sign-in", "/account/second-step", "/family/inquiry/", "/account/left")
        if client.get(url).status_code == 200
    }
    assert len(titles) == 1


@pytest.mark.asvs("1.2.1")
@pytest.mark.asvs("2.2.1")
@pytest.mark.promise("P20")
@pytest.mark.parametrize(
    "typed", ["\x00", "a" * 201, "<script>", "%s%s", "' or 1=1 --", "ا" * 200, "\u202egpj"]
)
def test_whatever_is_typed_into_the_search_gets_a_page(client: FlaskClient, typed: str) -> None:
    answer = client.get("/search", query_string={"q": typed})
    assert answer.status_code == (422 if len(typed) > 200 else 200)
    assert "<script>" not in answer.get_data(as_text=True)


@pytest.mark.asvs("1.3.12")
@pytest.mark.parametrize("letters", [201, 60_000, 1_000_000])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_longer_than_a_name_is_refused_in_plain_words(
    client: FlaskClient, method: str, letters: int
) -> None:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/search").text)
    typed = {"q": "a" * letters, "csrf_token": token.group(1) if token else ""}
    where = "query_string" if method == "GET" else "data"
    answer = client.open("/search", method=method, headers={"Accept-Language": "en"}, **{where: typed})
    told = {
        422: "That is longer than a name. Please type at most 200 letters.",
        413: "What you sent is larger than we can take. Nothing was kept.",
    }
    assert told[answer.status_code] in answer.get_data(as_text=True)
    assert len(answer.data) < 100_000
