"""The verdict of a scan: what is left, what was accepted with a reason, and what was not scanned to the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.scan.findings import Accepted, Finding, NoReason, Verdict, Walk, full, read_accepted, summary

REASON = "A sentence that says why this is none."
XSS = Finding("wapiti", "Cross Site Scripting", "POST /search", "q", "found via\n q")
HARMLESS = Finding("wapiti", "Secure Flag cookie", "GET /", "", "portal")


def _walk(*findings: Finding, incomplete: tuple[str, ...] = ()) -> Walk:
    return Walk("relative", ("GET /family/",), 40, 3, 61.0, findings, incomplete)


def _accepted(**changed: str) -> Accepted:
    return Accepted(
        **{"tool": "wapiti", "what": "Secure Flag cookie", "place": "GET *", "reason": REASON, **changed}
    )


@pytest.mark.parametrize(
    ("walks", "status"),
    [
        ((_walk(),), 0),
        ((_walk(HARMLESS),), 0),
        ((_walk(XSS),), 1),
        ((_walk(), _walk(XSS, HARMLESS)), 1),
        ((_walk(incomplete=("wapiti: file",)),), 2),
        ((_walk(XSS, incomplete=("wapiti: file",)),), 1),
        ((), 2),
    ],
)
def test_only_a_whole_scan_without_findings_is_good(walks: tuple[Walk, ...], status: int) -> None:
    assert Verdict(walks, (_accepted(),)).exit_status == status


@pytest.mark.parametrize(
    "changed",
    [{"tool": "sqlmap"}, {"what": "Another"}, {"place": "POST *"}, {"parameter": "q"}, {"said": "other *"}],
)
def test_a_reason_covers_only_what_it_names(changed: dict[str, str]) -> None:
    assert Verdict((_walk(HARMLESS),), (_accepted(**changed),)).left == [HARMLESS]


def test_the_same_finding_of_two_walks_is_told_once() -> None:
    assert Verdict((_walk(XSS), _walk(XSS)), ()).left == [XSS]


def test_the_summary_tells_all_of_it() -> None:
    idle = _accepted(what="Long gone")
    verdict = Verdict((_walk(XSS, HARMLESS, incomplete=("wapiti: file",)),), (_accepted(), idle))
    told = "\n".join(summary(verdict))
    assert "wapiti: Cross Site Scripting: POST /search (q): found via q" in told
    assert "relative: wapiti: file" in told
    assert f"1 x wapiti: Secure Flag cookie: GET *: {REASON}" in told
    assert "Long gone" in told.partition("not found any more")[2]
    assert told.endswith("1 findings have to be looked at.")
    assert "GET /family/" in full(verdict).partition("Reached: relative")[2]


def test_a_clean_scan_says_so() -> None:
    assert summary(Verdict((_walk(),), ()))[-1] == "Nothing was found."


def test_nothing_is_accepted_without_a_sentence(tmp_path: Path) -> None:
    listed = tmp_path / "accepted.toml"
    listed.write_text('[[accepted]]\ntool = "wapiti"\nwhat = "X"\nplace = "*"\nreason = "false"\n')
    with pytest.raises(NoReason, match="X at"):
        read_accepted(listed)


def test_the_list_of_the_house_can_be_read_and_accepts_no_injection() -> None:
    for entry in read_accepted():
        assert "*" not in entry.what
        assert not {"inject", "scripting", "execution", "traversal", "fetched", "broke"} & set(
            entry.what.lower().split()
        )
