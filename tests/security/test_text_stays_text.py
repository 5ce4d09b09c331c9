"""What people type is text and stays text: in pages, links, queries and headers."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

INJECTIONS = [
    "{{7*7}}",
    "{% raise %}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "*emphasis* [link](javascript:alert(1))",
    "</title><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "%s%(name)s{0}{name}",
    "' or '1'='1",
]
PAGES = ["/", "/search", "/about", "/check", "/account/sign-in", "/family/inquiry/"]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.asvs("1.1.1")
def test_what_was_encoded_twice_is_decoded_once(client: FlaskClient) -> None:
    page = client.get("/search?q=%253Cscript%253E&language=en").get_data(as_text=True)
    assert "%3Cscript%3E" in page
    assert "<script>" not in page
    page = client.get("/search?q=%26lt%3Bscript%26gt%3B").get_data(as_text=True)
    assert "&amp;lt;script&amp;gt;" in page


@pytest.mark.asvs("1.2.1")
@pytest.mark.asvs("1.3.1")
@pytest.mark.asvs("1.3.5")
@pytest.mark.parametrize("typed", INJECTIONS)
def test_nothing_typed_is_ever_interpreted(client: FlaskClient, typed: str) -> None:
    page = client.get("/search", query_string={"q": typed}).get_data(as_text=True)
    shown = re.search(r'<input[^>]*name="q"[^>]*value="([^"]*)"', page)
    assert shown
    assert unescape(shown[1]) == typed
    assert "49" not in shown[1]
    assert "<svg onload" not in page
    assert "<script>" not in page


@pytest.mark.asvs("1.2.2")
@pytest.mark.asvs("3.6.1")
@pytest.mark.asvs("3.7.3")
@pytest.mark.asvs("14.2.3")
@pytest.mark.parametrize("url", PAGES)
def test_every_link_stays_in_the_house_or_dials(client: FlaskClient, url: str) -> None:
    page = client.get(url, query_string={"q": "javascript:alert(1)"}).get_data(as_text=True)
    for target in re.findall(r'\b(?:href|src|action)="([^"]*)"', page):
        assert re.match(r"(/(?!/)|#|\?|tel:|mailto:|$)", target), target


@pytest.mark.asvs("1.5.3")
@pytest.mark.asvs("15.3.7")
def test_of_a_parameter_sent_twice_the_first_counts_and_a_body_is_no_query(client: FlaskClient) -> None:
    page = client.get("/search?q=first&q=second", data={"q": "third"}).get_data(as_text=True)
    assert 'value="first"' in page
    assert "second" not in page
    assert "third" not in page


@pytest.mark.asvs("1.4.2")
@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "1.5", "NaN", "", "٣", "1e9", "0x10"])
def test_a_page_number_of_any_kind_gets_an_answer(client: FlaskClient, page: str) -> None:
    for url in ("/", "/search"):
        answer = client.get(url, query_string={"page": page, "q": "a", "letter": page})
        assert answer.status_code in {200, 404, 422}


@pytest.mark.asvs("6.2.6")
@pytest.mark.asvs("6.2.7")
@pytest.mark.asvs("6.4.2")
def test_the_sign_in_page_masks_the_password_and_lets_managers_fill_it(client: FlaskClient) -> None:
    page = client.get("/account/sign-in").get_data(as_text=True)
    inputs = re.findall(r"<input[^>]*>", page)
    password = next(one for one in inputs if 'name="password"' in one)
    assert 'type="password"' in password
    assert 'autocomplete="current-password"' in password
    assert "onpaste" not in page
    typed = {name for one in inputs if (name := re.search(r'name="([^"]+)"', one)[1]) and "hidden" not in one}
    assert typed == {"login", "password"}
