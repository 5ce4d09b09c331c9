"""From a file to a match: found, proposed, judged blind by another, all of it through the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask, g
from werkzeug.test import TestResponse

from portal.kernel.actor import Actor
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault.service import Vault
from tests.support.factories.casework import a_colleague
from tests.support.factories.inquiries import SOUGHT, with_a_reason
from tests.support.factories.matching import REASON, Pair, a_pair, a_record, propose
from tests.support.factories.verification import a_verified_inquiry

GROUNDS = ["authenticated_paper_ties_number", "independent_line"]
PROPOSAL = {"grounds": GROUNDS, "level": "E3", "reason": REASON}
VERDICT = {"version": 1, "verdict": "same", "reason": "I compared every part of the name"}
PERCENT = re.compile(r"\d\s*[%٪]")


class Colleague:
    """Somebody of the desk at a browser."""

    def __init__(self, app: Flask, actor: Actor, seat: Callable[[Actor], None]) -> None:
        self._client, self._actor, self._seat = app.test_client(), actor, seat

    def visit(self, url: str, status: int = 200) -> str:
        self._seat(self._actor)
        return self._seen(
            self._client.get(urljoin("/casework/matching/", url), headers={"Accept-Language": "en"}), status
        )

    def send(self, url: str, data: dict[str, object], status: int = 303) -> str:
        self._seat(self._actor)
        answer = self._client.post(
            urljoin("/casework/matching/", url), data=data, headers={"Accept-Language": "en"}
        )
        return self._seen(answer, status)

    @staticmethod
    def _seen(answer: TestResponse, status: int) -> str:
        assert answer.status_code == status, answer.text
        assert not PERCENT.search(answer.text), "strength is said in words"
        assert "<img" not in answer.text, "pictures stay closed"
        return answer.text


@pytest.fixture
def colleague(app: Flask) -> Callable[[Actor], Colleague]:
    """Browsers in which colleagues are signed in."""
    seated: list[Actor] = []

    def become() -> None:
        g.actor, g.is_fresh = seated[-1], True

    functions = app.before_request_funcs[None]
    functions.insert(next(i for i, f in enumerate(functions) if f.__name__ == "_gate"), become)
    app.config["WTF_CSRF_ENABLED"] = False
    return lambda actor: Colleague(app, actor, seated.append)


@pytest.fixture
def pair(place: Workplace, vault: Vault, tmp_path: Path) -> Pair:
    return a_pair(place, vault, tmp_path)


def _analyst_of(place: Workplace, pair: Pair) -> Actor:
    """An analyst to whom this case is open."""
    analyst = a_colleague(place, Role.ANALYST)
    with_a_reason(place, analyst, pair.inquiry_id)
    return analyst


@pytest.mark.promise("P6")
@pytest.mark.promise("P9")
def test_two_analysts_find_the_person(
    place: Workplace, colleague: Callable[[Actor], Colleague], pair: Pair
) -> None:
    first = colleague(_analyst_of(place, pair))
    assert str(pair.inquiry_id) in first.visit("")
    assert f"{pair.inquiry_id}/{pair.record_id}" in first.visit(f"{pair.inquiry_id}")
    page = first.visit(f"{pair.inquiry_id}/{pair.record_id}")
    for words in ("Agrees", "Contradicts", "Branch", "Not known", "closed"):
        assert words in page
    first.send(f"{pair.inquiry_id}/{pair.record_id}/propose", PROPOSAL)
    page = first.visit(f"{pair.inquiry_id}")
    match = re.search(r"/casework/matching/reviews/([0-9a-f-]{36})", page)
    assert match
    url = f"reviews/{match.group(1)}"
    assert "Your own verdict" not in first.visit(url)
    first.send(url, VERDICT, 403)

    second = colleague(a_colleague(place, Role.APPROVER))
    blind = second.visit(url)
    assert "Your own verdict" in blind
    for word in (REASON, "E3", "Analyst Test", "Verdicts", "ties the number"):
        assert not re.search(rf"\b{word}\b", blind), word  # a file number may hold E3 among its letters
    second.send(url, VERDICT)
    after = second.visit(url)
    for word in (REASON, "Confirmed by two people", "Analyst Test", "Approver Test"):
        assert word in after
    assert str(pair.inquiry_id) not in first.visit("")


@pytest.mark.promise("P8")
@pytest.mark.promise("P20")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"grounds": ["visual_recognition"], "level": "E3"}, "is never enough"),
        ({"level": "E1"}, "is never enough"),
        ({"level": "E4"}, "does not carry this level"),
        ({"grounds": []}, "Choose at least one."),
        ({"level": ""}, "Please answer this."),
    ],
)
def test_too_little_is_given_back_with_what_was_typed(
    place: Workplace,
    colleague: Callable[[Actor], Colleague],
    pair: Pair,
    change: dict[str, object],
    words: str,
) -> None:
    analyst = colleague(_analyst_of(place, pair))
    page = analyst.send(f"{pair.inquiry_id}/{pair.record_id}/propose", PROPOSAL | change, 422)
    assert words in page
    assert REASON in page
    assert "waits for a second verdict" not in analyst.visit(f"{pair.inquiry_id}")


@pytest.mark.promise("P20")
def test_a_verdict_on_a_page_that_has_changed_keeps_its_words(
    place: Workplace, colleague: Callable[[Actor], Colleague], pair: Pair
) -> None:
    match_id = propose(place, pair)
    analyst = colleague(a_colleague(place, Role.ANALYST))
    page = analyst.send(f"reviews/{match_id}", VERDICT | {"version": 7}, 409)
    assert "This has changed since you opened it." in page
    assert str(VERDICT["reason"]) in page
    assert 'name="version" value="1"' in page
    assert "Please answer this." in analyst.send(f"reviews/{match_id}", VERDICT | {"verdict": ""}, 422)


def test_a_record_that_is_not_confirmed_says_so(
    place: Workplace, vault: Vault, tmp_path: Path, colleague: Callable[[Actor], Colleague]
) -> None:
    pair = Pair(a_verified_inquiry(place), a_record(place, vault, tmp_path, confirmed=False))
    analyst = colleague(_analyst_of(place, pair))
    url = f"{pair.inquiry_id}/{pair.record_id}"
    page = analyst.visit(url)
    assert "Two people must first confirm" in page
    assert "propose it" not in page
    page = analyst.send(f"{url}/propose", PROPOSAL, 409)
    assert "Two people must first confirm" in page
    assert REASON in page


@pytest.mark.promise("P20")
def test_another_person_is_left_out_with_a_reason(
    place: Workplace, colleague: Callable[[Actor], Colleague], pair: Pair
) -> None:
    analyst = colleague(_analyst_of(place, pair))
    url = f"{pair.inquiry_id}/{pair.record_id}"
    assert 'id="difference-error"' in analyst.send(f"{url}/exclude", {"difference": "no"}, 422)
    analyst.send(f"{url}/exclude", {"difference": "his father has another name"})
    page = colleague(_analyst_of(place, pair)).visit(f"{pair.inquiry_id}")
    assert "Found to be other people" in page
    assert "his father has another name" in page
    assert "No record speaks of this person" in page
    analyst.send(f"{url}/exclude", {"difference": "his father has another name"}, 409)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.VERIFIER, Role.CUSTODIAN])
def test_others_of_the_desk_do_not_compare(
    place: Workplace, colleague: Callable[[Actor], Colleague], pair: Pair, role: Role
) -> None:
    match_id = propose(place, pair)
    other = colleague(a_colleague(place, role))
    for url in ("", f"{pair.inquiry_id}", f"{pair.inquiry_id}/{pair.record_id}", f"reviews/{match_id}"):
        other.visit(url, 403)


def test_a_name_is_looked_for_with_a_reason_and_what_was_typed_stays(
    place: Workplace, pair: Pair, colleague: Callable[[Actor], Colleague]
) -> None:
    analyst = colleague(_analyst_of(place, pair))
    assert f"/casework/lookup/{pair.inquiry_id}" in analyst.visit(str(pair.inquiry_id))
    page = f"../lookup/{pair.inquiry_id}"
    assert "Records that bear" not in analyst.visit(page)
    refused = analyst.send(page, {"name": "Nizar Test", "reason": "short"}, 422)
    assert "Nizar Test" in refused
    assert "Please say a little more" in refused
    found = analyst.send(page, {"name": SOUGHT.full_name, "reason": REASON}, 200)
    assert f"/casework/matching/{pair.inquiry_id}/{pair.record_id}" in found
    assert "No record bears" in analyst.send(page, {"name": "Zakaria Tabshouri", "reason": REASON}, 200)
