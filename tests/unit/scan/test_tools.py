"""What the scanners are handed, and how their own reports are read."""

from __future__ import annotations

import json
from pathlib import Path

from bench.scan.exchange import Asked, kind_of
from bench.scan.findings import Finding
from bench.scan.tools import as_log, cut_short, sqlmap_findings, untried, wapiti_findings

FILE = "/casework/inquiries/1b4e28ba-2fa1-11d2-883f-0016d3cca427"


def test_pages_of_one_view_are_of_one_kind() -> None:
    assert kind_of(f"{FILE}/contact") == "/casework/inquiries/{id}/contact"
    assert kind_of("/x/sheets/12") == "/x/sheets/{n}"
    assert kind_of("/x/2fa") == "/x/2fa"


def test_requests_are_handed_over_with_their_fields() -> None:
    told = as_log(9, [Asked("GET", "/search?q=a"), Asked("POST", "/check", body=b"code=x&csrf_token=t")])
    assert "GET /search?q=a HTTP/1.1\nHost: 127.0.0.1:9\n==" in told
    assert "POST /check HTTP/1.1\nHost: 127.0.0.1:9\n" in told
    assert "\n\ncode=x&csrf_token=t\n==" in told


def test_weaknesses_and_anomalies_of_wapiti_count_alike(tmp_path: Path) -> None:
    one = {"method": "POST", "path": f"{FILE}/contact", "parameter": "q", "info": "told"}
    other = {**one, "method": "GET", "parameter": None}
    report = tmp_path / "wapiti.json"
    report.write_text(
        json.dumps(
            {
                "vulnerabilities": {"XSS": [one], "CRLF": []},
                "anomalies": {"Internal Server Error": [other]},
                "additionals": {"Fingerprint": [one]},
            }
        )
    )
    assert wapiti_findings(report) == [
        Finding("wapiti", "XSS", "POST /casework/inquiries/{id}/contact", "q", "told"),
        Finding("wapiti", "Internal Server Error", "GET /casework/inquiries/{id}/contact", "", "told"),
    ]


def test_what_sqlmap_wrote_down_is_found(tmp_path: Path) -> None:
    results = tmp_path / "sqlmap.csv"
    assert sqlmap_findings(results) == []
    results.write_text(
        f"Target URL,Place,Parameter,Technique(s),Note(s)\nhttp://127.0.0.1:9{FILE}?q=1,GET,q,BT,\n"
    )
    assert sqlmap_findings(results) == [
        Finding("sqlmap", "SQL injection", "GET /casework/inquiries/{id}", "q", "BT ")
    ]


def test_what_wapiti_left_undone_is_told() -> None:
    assert cut_short("[*] Launching module sql\n[*] Launching module file") == []
    log = "Max scan time was reached, stopping.\nMax attack time was reached for module file, stopping."
    assert cut_short(log) == ["the crawl", "file"]


def test_a_form_sqlmap_did_not_try_is_told() -> None:
    tried = "[CRITICAL] all tested parameters do not appear to be injectable.\n"
    assert untried(tried * 2, 2) == []
    assert untried(tried, 2) == ["sqlmap tried 1 of 2 forms and questions to the end"]
