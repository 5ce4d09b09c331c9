"""The page on which intake gives a case its people, as a browser meets it."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from portal.casework import queries
from portal.casework.vocab import TEAM_ROLES
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor
from tests.support.factories.casework import a_colleague, a_team
from tests.support.factories.inquiries import a_filed_inquiry

INTAKE = an_actor(Role.INTAKE)


@pytest.fixture
def case(place: Workplace) -> UUID:
    return a_filed_inquiry(place).inquiry_id


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """A browser in which somebody of intake is signed in."""

    def become() -> None:
        g.actor = INTAKE

    functions = app.before_request_funcs[None]
    functions.insert(next(i for i, f in enumerate(functions) if f.__name__ == "_gate"), become)
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def test_three_people_are_chosen_and_shown_again(place: Workplace, desk: FlaskClient, case: UUID) -> None:
    people = {role.value: str(a_colleague(place, role).id) for role in TEAM_ROLES}
    answer = desk.post(f"/casework/cases/{case}/assign", data=people)
    assert answer.status_code == 303
    page = desk.get(f"/casework/cases/{case}/assign").text
    assert set(re.findall(r'<option selected value="([^"]+)"', page)) == set(people.values())


@pytest.mark.promise("P6")
@pytest.mark.promise("P20")
def test_the_same_person_twice_is_refused_and_the_choice_is_kept(
    place: Workplace, desk: FlaskClient, case: UUID
) -> None:
    both = str(a_colleague(place, Role.VERIFIER, Role.LIAISON).id)
    analyst = str(a_colleague(place, Role.ANALYST).id)
    people = {"verifier": both, "analyst": analyst, "liaison": both}
    answer = desk.post(f"/casework/cases/{case}/assign", data=people, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert "Please choose somebody else." in answer.text
    assert re.findall(r'<option selected value="([^"]+)"', answer.text).count(both) == 2
    assert _team(place, case) == 0


@pytest.mark.promise("P20")
def test_an_empty_place_is_asked_for(place: Workplace, desk: FlaskClient, case: UUID) -> None:
    analyst = str(a_colleague(place, Role.ANALYST).id)
    answer = desk.post(f"/casework/cases/{case}/assign", data={"analyst": analyst})
    assert answer.status_code == 422
    assert f'<option selected value="{analyst}"' in answer.text
    assert _team(place, case) == 0


def test_somebody_without_the_role_cannot_be_chosen(place: Workplace, desk: FlaskClient, case: UUID) -> None:
    people = {role.value: str(a_colleague(place, Role.EDITOR).id) for role in TEAM_ROLES}
    assert desk.post(f"/casework/cases/{case}/assign", data=people).status_code == 422
    assert _team(place, case) == 0


def test_the_page_tells_nothing_of_the_case_but_its_number(desk: FlaskClient, place: Workplace) -> None:
    receipt = a_filed_inquiry(place)
    page = desk.get(f"/casework/cases/{receipt.inquiry_id}/assign").text
    assert receipt.reference in page
    for content in ("سامر", "الحلاق", "Rima Test", "mail.example"):
        assert content not in page


def test_somebody_is_taken_off_the_case(place: Workplace, desk: FlaskClient, case: UUID) -> None:
    a_team(place, case)
    answer = desk.post(f"/casework/cases/{case}/team/liaison/end")
    assert answer.status_code == 303
    assert _team(place, case) == 2


@pytest.mark.parametrize("word", ["approver", "nobody"])
def test_a_place_that_no_team_has_is_not_found(desk: FlaskClient, case: UUID, word: str) -> None:
    assert desk.post(f"/casework/cases/{case}/team/{word}/end").status_code == 404


def test_a_case_that_does_not_exist_is_not_found(desk: FlaskClient) -> None:
    assert desk.get(f"/casework/cases/{uuid4()}/assign").status_code == 404


def _team(place: Workplace, case: UUID) -> int:
    with place.open(INTAKE, DbRole.CASEWORK) as work:
        return len(queries.team_of(work, case))
