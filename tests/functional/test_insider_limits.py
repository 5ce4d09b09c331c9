"""Somebody opens more and more: a word at the soft number, a page at the hard one, and an auditor who looks at it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from portal.audit import policy
from portal.audit.vocab import ReadingKind, ReadingLimit
from portal.inquiries.vocab import InquiryState
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.functional.test_sign_in import Clock, Visitor
from tests.support.actors import an_actor
from tests.support.factories.accounts import Person, a_staff_account, code_at
from tests.support.factories.inquiries import a_filed_inquiry, a_signed_up_relative, advance, with_a_reason

Enter = Callable[[Role], Visitor]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers small enough to reach."""
    monkeypatch.setattr(policy, "LIMITS", dict.fromkeys(ReadingKind, ReadingLimit(2, 3)))


@pytest.fixture
def enter(place: Workplace, app: Flask, clock: Clock) -> Enter:
    """Sign somebody new in."""

    def signed_in(role: Role) -> Visitor:
        person: Person = a_staff_account(place, role)
        clock.advance(minutes=5)
        visitor = Visitor(app)
        visitor.sign_in(person, code_at(person.totp_secret, clock.moment))
        return visitor

    return signed_in


@pytest.fixture
def files(place: Workplace) -> list[str]:
    """Where four inquiries are read."""
    return [f"/casework/inquiries/{_filed(place)}" for _ in range(4)]


def _filed(place: Workplace) -> UUID:
    return a_filed_inquiry(place).inquiry_id


def test_a_word_at_the_soft_number_and_a_page_at_the_hard_one(enter: Enter, files: list[str]) -> None:
    intake = enter(Role.INTAKE)
    first, second, third = (intake.visit(url) for url in files[:3])
    told = "You have opened many inquiries within an hour: 2."
    assert [told in answer.text for answer in (first, second, third)] == [False, True, False]
    refused = intake.visit(files[3], 429)
    assert "speak with an auditor" in refused.text
    assert 'href="/casework/"' in refused.text
    intake.visit(files[0])  # what was opened before stays open


def test_an_hour_later_the_work_goes_on(enter: Enter, files: list[str], clock: Clock) -> None:
    intake = enter(Role.INTAKE)
    for url in files[:3]:
        intake.visit(url)
    intake.visit(files[3], 429)
    for _ in range(5):
        clock.advance(minutes=13)
        intake.visit("/casework/")
    intake.visit(files[3])


def test_an_auditor_sees_the_alert_and_says_what_they_found(enter: Enter, files: list[str]) -> None:
    intake = enter(Role.INTAKE)
    for url, status in zip(files, (200, 200, 200, 429), strict=True):
        intake.visit(url, status)
    auditor = enter(Role.AUDITOR)
    listed = auditor.visit("/oversight/alerts")
    assert "Stopped: too many within an hour" in listed.text
    url = "/oversight/alerts/" + listed.text.split('href="/oversight/alerts/')[1].split('"')[0]
    auditor.visit(url)
    auditor.send(url, 422, note=" ")
    auditor.send(url, note="a day of hearings")
    assert "a day of hearings" in auditor.visit(url).text
    assert "looked at" in auditor.visit("/oversight/alerts").text


def test_a_case_outside_ones_assignment_asks_why_and_an_auditor_reads_it(
    enter: Enter, place: Workplace
) -> None:
    inquiry_id = _filed(place)
    advance(place, inquiry_id, InquiryState.TRIAGE, InquiryState.VERIFYING)
    analyst, url = enter(Role.ANALYST), f"/casework/inquiries/{inquiry_id}"
    asked = analyst.visit(url, 303).headers["Location"]
    assert asked == f"/casework/cases/{inquiry_id}/reason"
    assert "This file is not one of yours" in analyst.visit(asked).text
    analyst.send(asked, 422, reason="  ")
    assert analyst.send(asked, reason="the liaison is ill and asked me").headers["Location"] == url
    analyst.visit(url)
    auditor = enter(Role.AUDITOR)
    listed = auditor.visit("/oversight/openings").text
    opening = "/oversight/openings/" + listed.split('href="/oversight/openings/')[1].split('"')[0]
    assert "the liaison is ill and asked me" in auditor.visit(opening).text
    auditor.send(opening, note="asked the liaison: it is so")
    assert "asked the liaison: it is so" in auditor.visit(opening).text


def test_a_family_reads_at_once_that_somebody_outside_opened_their_file(
    place: Workplace, app: Flask, clock: Clock
) -> None:
    relative = a_signed_up_relative(place)
    advance(place, relative.inquiry_id, InquiryState.TRIAGE, InquiryState.VERIFYING)
    with_a_reason(place, an_actor(Role.ANALYST), relative.inquiry_id)
    clock.advance(minutes=5)
    visitor = Visitor(app)
    visitor.sign_in(relative.person, code_at(relative.person.totp_secret, clock.moment))
    page = visitor.visit("/family/who-looked/").text
    assert "Opened from outside your team" in page
    assert "compares your account" not in page.split("Opened from outside your team")[1]
