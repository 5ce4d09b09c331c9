"""The page of the two questions, as a browser meets it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from portal.kernel.actor import Actor
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.verification.vocab import DecisionState
from tests.support.factories.casework import a_colleague
from tests.support.factories.inquiries import with_a_reason
from tests.support.factories.verification import an_inquiry_to_verify, decision, propose

ENGLISH = {"Accept-Language": "en"}
ANSWER = {
    "kind": "identity",
    "finding": "accepted",
    "basis": ["family_booklet", "interview"],
    "reason": "the booklet names both parents",
}


@pytest.fixture
def case(place: Workplace) -> UUID:
    return an_inquiry_to_verify(place)


@pytest.fixture
def seat(app: Flask) -> Callable[[Actor], FlaskClient]:
    """A browser in which somebody is signed in."""
    seated: list[Actor] = []

    def become() -> None:
        g.actor, g.is_fresh = seated[-1], True

    functions = app.before_request_funcs[None]
    functions.insert(next(i for i, f in enumerate(functions) if f.__name__ == "_gate"), become)
    app.config["WTF_CSRF_ENABLED"] = False

    def sit(actor: Actor) -> FlaskClient:
        seated.append(actor)
        return app.test_client()

    return sit


def test_one_proposes_and_another_signs(
    place: Workplace, seat: Callable[[Actor], FlaskClient], case: UUID
) -> None:
    url = f"/casework/verification/{case}"
    verifier = a_colleague(place, Role.VERIFIER)
    with_a_reason(place, verifier, case)
    client = seat(verifier)
    page = client.get(url, headers=ENGLISH).text
    assert "Rima Test" in page
    assert "mail.example" not in page
    assert client.post(f"{url}/decisions", data=ANSWER).status_code == 303
    page = client.get(url, headers=ENGLISH).text
    assert "Verifier Test" in page
    assert "Sign as the second person" not in page
    client = seat(a_colleague(place, Role.APPROVER))
    page = client.get(url, headers=ENGLISH).text
    assert "Sign as the second person" in page
    decision_url = page.split(f'action="{url}/decisions/')[1].split("/")[0]
    assert client.post(f"{url}/decisions/{decision_url}/sign", data={"version": 1}).status_code == 303
    assert "Signed by two people." in client.get(url, headers=ENGLISH).text


@pytest.mark.promise("P20")
def test_an_unfinished_answer_is_kept_and_explained(
    place: Workplace, seat: Callable[[Actor], FlaskClient], case: UUID
) -> None:
    verifier = a_colleague(place, Role.VERIFIER)
    with_a_reason(place, verifier, case)
    client = seat(verifier)
    answer = client.post(
        f"/casework/verification/{case}/decisions", data=ANSWER | {"finding": ""}, headers=ENGLISH
    )
    assert answer.status_code == 422
    assert "Please answer this." in answer.text
    assert ANSWER["reason"] in answer.text
    assert "checked" in answer.text


@pytest.mark.promise("P20")
def test_giving_back_needs_words_and_goes_to_the_proposer(
    place: Workplace, seat: Callable[[Actor], FlaskClient], case: UUID
) -> None:
    decision_id = propose(place, case)
    url = f"/casework/verification/{case}/decisions/{decision_id}/return"
    client = seat(a_colleague(place, Role.APPROVER))
    answer = client.post(url, data={"version": 1, "missing": "short"}, headers=ENGLISH)
    assert answer.status_code == 422
    assert f'id="missing-{decision_id}-error"' in answer.text
    assert ">short</textarea>" in answer.text.replace("\r\n", "")
    assert decision(place, case, decision_id).state is DecisionState.PROPOSED
    client.post(url, data={"version": 1, "missing": "the booklet is cut off"})
    assert "the booklet is cut off" in client.get(f"/casework/verification/{case}").text


@pytest.mark.promise("P6")
def test_the_proposer_is_refused(place: Workplace, seat: Callable[[Actor], FlaskClient], case: UUID) -> None:
    verifier = a_colleague(place, Role.VERIFIER)
    decision_id = propose(place, case, by=verifier)
    url = f"/casework/verification/{case}/decisions/{decision_id}/sign"
    assert seat(verifier).post(url, data={"version": 1}).status_code == 403


def test_a_signature_without_its_version_is_refused(
    place: Workplace, seat: Callable[[Actor], FlaskClient], case: UUID
) -> None:
    url = f"/casework/verification/{case}/decisions/{propose(place, case)}/sign"
    assert seat(a_colleague(place, Role.APPROVER)).post(url).status_code == 400
