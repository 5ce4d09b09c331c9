"""Administrators change roles, close an account and open it again, through the pages."""

from __future__ import annotations

import re

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from portal.kernel.actor import Actor
from portal.kernel.ids import new_file_number
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.factories.accounts import a_staff_account
from tests.support.factories.administration import active_administrators
from tests.support.factories.casework import a_team
from tests.support.factories.inquiries import a_filed_inquiry

ENGLISH = {"Accept-Language": "en"}


@pytest.mark.promise("P6")
def test_roles_an_end_and_a_way_back(place: Workplace, app: Flask) -> None:
    one, other, _third = active_administrators(place, 3)
    person = a_staff_account(place, Role.INTAKE, display_name="Salma Test")
    page = f"/admin/accounts/{person.account_id}"
    desk = _desk(app, one)
    assert page in desk.get("/admin/", headers=ENGLISH).text
    wrong = {"roles": ["analyst", "approver"], "reason": "words that are kept"}
    answer = desk.post(f"{page}/roles", data=wrong, headers=ENGLISH)
    assert answer.status_code == 422
    assert "words that are kept" in answer.text
    desk.post(f"{page}/roles", data={"roles": ["analyst"], "reason": "a new desk"})
    sign = re.search(r'action="(/admin/accounts/role-changes/[^"]+/)withdraw"', desk.get("/admin/").text)
    assert sign
    assert desk.post(f"{sign.group(1)}sign", data={"version": 1}).status_code == 403
    desk = _desk(app, other)
    assert desk.post(f"{sign.group(1)}sign", data={"version": 1}).status_code == 303
    assert "Earlier changes of roles" in desk.get(page, headers=ENGLISH).text
    days = {"first": "2026-03-09", "last": "2026-03-03"}
    assert desk.post(f"{page}/leaves", data=days).status_code == 422
    assert desk.post(f"{page}/leaves", data={**days, "last": "2026-03-12"}).status_code == 303
    assert desk.post(f"{page}/deactivate").status_code == 303
    assert desk.post(f"{page}/link").status_code == 303
    assert "it can be opened again" in desk.get("/admin/", headers=ENGLISH).text


def test_somebody_enters_their_own_days_away(place: Workplace, app: Flask) -> None:
    person = a_staff_account(place, Role.INTAKE)
    own = _desk(app, Actor(person.account_id, frozenset({Role.INTAKE})))
    days = {"first": "2026-03-09", "last": "2026-03-12"}
    assert own.post("/account/days-away", data={**days, "last": "2026-03-01"}).status_code == 422
    assert own.post("/account/days-away", data=days).status_code == 303
    end = re.search(r'action="(/account/days-away/[^"]+/end)"', own.get("/account/days-away").text)
    assert end
    assert own.post(end.group(1)).status_code == 303


def test_somebody_steps_back_from_a_case_and_intake_finds_another(place: Workplace, app: Flask) -> None:
    receipt = a_filed_inquiry(place)
    team = a_team(place, receipt.inquiry_id)
    own = _desk(app, team.analyst)
    form = f"/casework/cases/{receipt.inquiry_id}/conflict"
    assert receipt.reference in own.get(form).text
    url = "/casework/cases/conflicts"
    wrong = own.post(url, data={"number": new_file_number(), "reason": "my own street"}, headers=ENGLISH)
    assert wrong.status_code == 422
    assert "my own street" in wrong.text
    assert own.post(url, data={"number": receipt.reference, "reason": "my own street"}).status_code == 303
    assert "my own street" in own.get(url).text
    assert own.get(form).status_code == 404
    page = _desk(app, team.intake).get("/casework/", headers=ENGLISH).text
    assert f"{receipt.reference}: Compares with the archive (nobody)" in page
    assert f"/casework/cases/{receipt.inquiry_id}/assign" in page


def _desk(app: Flask, actor: Actor) -> FlaskClient:
    """A browser in which somebody is signed in who has just shown a factor."""

    def become() -> None:
        g.actor, g.is_fresh = actor, True

    functions = app.before_request_funcs[None]
    functions[:] = [each for each in functions if each.__name__ != "become"]
    functions.insert(next(i for i, f in enumerate(functions) if f.__name__ == "_gate"), become)
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()
