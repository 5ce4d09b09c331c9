"""Sensitive acts ask for the factor again once it is five minutes old; nothing that was typed is lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask, g
from sqlalchemy import create_engine, text

from portal.accounts import policy
from portal.audit.vocab import Event
from portal.kernel.actor import Actor
from portal.kernel.database import Addresses
from portal.kernel.permissions import GRANTS, Permission, Role
from portal.kernel.work import Workplace
from portal.web import access
from tests.functional.test_sign_in import Clock, Visitor
from tests.support.factories.accounts import Person, a_staff_account, code_at

# What a stolen session must never be enough for, by the permissions that such acts need.
SENSITIVE = {
    Permission.ACCOUNTS_INVITATION_SIGN,
    Permission.DISCLOSURE_NAME_SIGN,
    Permission.DISCLOSURE_PACKAGE_APPROVE,
    Permission.INQUIRIES_CONTACT_READ,
    Permission.MATCHING_MATCH_REVIEW,
    Permission.RECORDS_BATCH_ACCEPT,
    Permission.RECORDS_RECORD_CONFIRM,
    Permission.VERIFICATION_DECISION_SIGN,
}
STALE = policy.FRESH + timedelta(seconds=1)


def _marked(app: Flask) -> dict[str, access.Mark]:
    marks = {name: access.mark_of(view) for name, view in app.view_functions.items()}
    return {name: mark for name, mark in marks.items() if mark and mark.is_sensitive}


@pytest.mark.asvs("7.5.3")
def test_every_permission_to_sign_or_to_read_a_contact_is_asked_for_by_a_sensitive_view(app: Flask) -> None:
    assert {mark.permission for mark in _marked(app).values()} >= SENSITIVE
    assert {
        "likeness_casework.open_picture",
        "looking_casework.open_photograph",
        "looking_casework.open_face",
        "telling_family.ready",
    } <= set(_marked(app))


@pytest.mark.asvs("7.5.3")
def test_every_sensitive_view_is_refused_with_a_stale_factor(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client, adapter = app.test_client(), app.url_map.bind("localhost")
    acting: list[Actor] = []
    gate = next(i for i, f in enumerate(app.before_request_funcs[None]) if f.__name__ == "_gate")

    def become() -> None:
        g.actor, g.is_fresh = acting[-1], False

    app.before_request_funcs[None].insert(gate, become)
    tried = 0
    for rule in app.url_map.iter_rules():
        mark = _marked(app).get(rule.endpoint)
        if mark is None:
            continue
        holder = next(role for role in Role if mark.permission in GRANTS[role] and role is not Role.OPERATOR)
        acting.append(Actor(uuid4(), frozenset({holder})))
        url = adapter.build(rule.endpoint, {name: uuid4() for name in rule.arguments})
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = client.open(url, method=method)
            if method == "GET":
                assert (answer.status_code, answer.headers["Location"]) == (303, "/account/prove"), url
            else:
                assert answer.status_code == 403, url
                assert 'name="proof-code"' in answer.text, url
            tried += 1
    assert tried >= 15


@pytest.fixture
def administrator(place: Workplace, app: Flask, clock: Clock) -> tuple[Visitor, Person]:
    person = a_staff_account(place, Role.ADMINISTRATOR)
    clock.advance(minutes=5)
    visitor = Visitor(app)
    visitor.sign_in(person, code_at(person.totp_secret, clock.moment))
    return visitor, person


@pytest.fixture
def proposal(place: Workplace, app: Flask, clock: Clock) -> str:
    """An invitation that another administrator has proposed."""
    other = a_staff_account(place, Role.ADMINISTRATOR)
    clock.advance(minutes=5)
    visitor = Visitor(app, "203.0.113.9")
    visitor.sign_in(other, code_at(other.totp_secret, clock.moment))
    visitor.visit("/admin/invitations/new")
    visitor.send(
        "/admin/invitations/new", login="salma@office.example", display_name="Salma Test", roles=["editor"]
    )
    return "/admin/"


def _sign_button(page: str) -> tuple[str, str]:
    _, _, after = page.partition('action="/admin/invitations/')
    invitation, _, rest = after.partition('/sign"')
    version = rest.partition('name="version" value="')[2].partition('"')[0]
    return f"/admin/invitations/{invitation}/sign", version


def test_what_was_being_signed_is_signed_once_the_digits_fit(
    proposal: str, administrator: tuple[Visitor, Person], clock: Clock
) -> None:
    visitor, person = administrator
    visitor.visit(proposal)
    url, version = _sign_button(visitor.page)
    clock.advance(seconds=STALE.total_seconds())
    before = visitor.client.get_cookie("portal")
    visitor.send(url, 403, version=version)
    assert f'name="version" value="{version}"' in visitor.page
    visitor.send(url, 422, version=version, **{"proof-code": "000000"})
    assert f'name="version" value="{version}"' in visitor.page
    answer = visitor.send(url, version=version, **{"proof-code": code_at(person.totp_secret, clock.moment)})
    assert answer.headers["Location"] == "/admin/invitations/link"
    after = visitor.client.get_cookie("portal")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    visitor.visit("/admin/invitations/link")


def test_a_page_that_was_asked_for_comes_after_the_digits(
    administrator: tuple[Visitor, Person], clock: Clock
) -> None:
    visitor, person = administrator
    clock.advance(seconds=STALE.total_seconds())
    visitor.visit("/admin/invitations/link", 303)
    visitor.visit("/account/prove")
    answer = visitor.send("/account/prove", **{"proof-code": code_at(person.totp_secret, clock.moment)})
    assert answer.headers["Location"] == "/admin/invitations/link"


@pytest.mark.asvs("7.2.4")
def test_the_token_from_before_the_digits_opens_nothing(
    administrator: tuple[Visitor, Person], clock: Clock
) -> None:
    visitor, person = administrator
    stolen = visitor.client.get_cookie("portal")
    assert stolen
    clock.advance(seconds=STALE.total_seconds())
    visitor.visit("/account/prove")
    visitor.send("/account/prove", **{"proof-code": code_at(person.totp_secret, clock.moment)})
    visitor.visit("/admin/")
    thief = visitor.client.application.test_client()
    thief.set_cookie("portal", stolen.value)
    assert thief.get("/admin/").headers["Location"] == "/account/sign-in"


@pytest.mark.asvs("6.6.3")
@pytest.mark.asvs("16.3.1")
@pytest.mark.asvs("16.3.3")
def test_wrong_digits_are_slowed_down_and_remembered(
    administrator: tuple[Visitor, Person], clock: Clock, addresses: Addresses
) -> None:
    visitor, person = administrator
    clock.advance(seconds=STALE.total_seconds())
    visitor.visit("/account/prove")
    for _ in range(5):
        visitor.send("/account/prove", 422, **{"proof-code": "000000"})
    visitor.send("/account/prove", 429, **{"proof-code": "000000"})
    engine = create_engine(addresses.owner)
    with engine.connect() as connection:
        found = connection.execute(
            text("select subject_id from audit_entry where event = :event"),
            {"event": Event.ACCOUNTS_FACTOR_FAILED},
        ).scalars()
        assert list(found) == [person.account_id] * 5
    engine.dispose()
