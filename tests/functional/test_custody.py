"""At the desk: a damaged file is seen and settled, a court's hold is signed by two and lifted by two."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.config import Settings
from portal.kernel.actor import OPERATOR
from portal.kernel.db import DbRole
from portal.kernel.errors import NotAllowed
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.archive import queries, service
from portal.records.archive.models import RecordItem
from portal.vault.custody import service as custody
from portal.vault.service import Vault
from tests.support.chromium import Visitor, World, chromium, served
from tests.support.desk import Clock, Desk
from tests.support.factories.accounts import a_staff_account, code_at
from tests.support.factories.kept import copied, file_of, opened
from tests.support.factories.records import available, sample, staged


def an_object(place: Workplace) -> tuple[UUID, UUID]:
    """Some stored photograph, and the record it belongs to."""
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        query = select(RecordItem.object_id, RecordItem.record_id).where(RecordItem.record_id.is_not(None))
        object_id, record_id = work.session.execute(query.limit(1)).one()
    assert record_id is not None
    return object_id, record_id


@pytest.fixture
def damaged(place: Workplace, vault: Vault, settings: Settings, tmp_path: Path) -> tuple[UUID, UUID]:
    """A photograph of an available archive that a check has found damaged, and its record."""
    available(place, vault, tmp_path)
    object_id, record_id = an_object(place)
    copied(place, vault, object_id)
    file_of(settings, place, object_id).write_bytes(b"else")
    custody.check_round(place, vault, timedelta(seconds=1))
    return object_id, record_id


@pytest.mark.promise("P17")
def test_a_damaged_file_is_an_alarm_a_custodian_settles(
    place: Workplace, app: Flask, vault: Vault, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    available(place, vault, tmp_path)
    desk = Desk(app, clock, a_staff_account(place, Role.CUSTODIAN))
    desk.visit("/casework/custody/")
    assert "Everything was checked in time" in desk.page
    object_id, _ = an_object(place)
    copied(place, vault, object_id)
    opened(place, vault, object_id)
    file_of(settings, place, object_id).write_bytes(b"else")
    custody.check_round(place, vault, timedelta(seconds=1))
    desk.visit("/casework/")
    link = re.search(r'href="(/casework/custody/findings/[^"]+)"', desk.page)
    assert link
    desk.visit("/casework/custody/")
    assert "1 stored object is damaged" in desk.page
    desk.visit(link.group(1))
    assert "It is not what it was on arrival" in desk.page
    desk.send(f"{link.group(1)}/settle", status=422, note="")
    desk.send(f"{link.group(1)}/settle", note="put back from the copy of May")
    desk.visit("/casework/custody/")
    assert "put back from the copy of May" in desk.page
    desk.visit(f"/casework/custody/objects/{object_id}")
    for words in (
        "Arrived; its hash was taken",
        "Read",
        "<code>test</code>",
        "Found damaged",
        "longest_side",
    ):
        assert words in desk.page


@pytest.mark.promise("P6")
@pytest.mark.promise("P17")
def test_a_hold_is_asked_for_signed_and_lifted(
    place: Workplace, app: Flask, vault: Vault, clock: Clock, tmp_path: Path
) -> None:
    available(place, vault, tmp_path)
    _, record_id = an_object(place)
    one = Desk(app, clock, a_staff_account(place, Role.CUSTODIAN, display_name="One Test"))
    other = Desk(app, clock, a_staff_account(place, Role.APPROVER, display_name="Other Test"))
    one.visit(f"/casework/records/{record_id}")
    ask = f"/casework/custody/records/{record_id}/hold"
    assert ask in one.page
    one.visit(ask)
    one.send(ask, status=422, reason="")
    page = one.send(ask, reason="a court asks").location
    one.visit(page)
    assert "waits for a second person" in one.page
    one.send(f"{page}/sign", status=403, version=1)
    other.visit("/casework/")
    assert page in other.page
    other.visit(page)
    other.send(f"{page}/sign", version=other.hidden("version"))
    one.visit(page)
    assert "Other Test" in one.page
    one.send(f"{page}/ask-to-lift", status=422, version=one.hidden("version"), reason="")
    one.send(f"{page}/ask-to-lift", version=one.hidden("version"), reason="the court is done")
    one.visit(page)
    one.send(f"{page}/lift", status=403, version=3)
    other.visit(page)
    assert "the court is done" in other.page
    other.send(f"{page}/keep", version=other.hidden("version"))
    other.visit(page)
    other.send(f"{page}/ask-to-lift", version=other.hidden("version"), reason="now it is")
    one.visit(page)
    one.send(f"{page}/lift", version=one.hidden("version"))
    one.visit("/casework/custody/holds")
    assert "Lifted by two people" in one.page


@pytest.mark.promise("P17")
def test_an_import_under_a_hold_cannot_be_sent_back(
    place: Workplace, app: Flask, vault: Vault, clock: Clock, tmp_path: Path
) -> None:
    outcome = staged(place, vault, sample(tmp_path))
    one = Desk(app, clock, a_staff_account(place, Role.CUSTODIAN))
    ask = f"/casework/custody/imports/{outcome.batch_id}/hold"
    one.visit(f"/casework/archive/{outcome.batch_id}")
    assert ask in one.page
    one.visit(ask)
    one.send(ask, reason="a court asks")
    one.visit(f"/casework/archive/{outcome.batch_id}")
    one.send(f"/casework/archive/{outcome.batch_id}/reject", status=403, version=2, reason="not ours")
    assert outcome.batch_id is not None
    with pytest.raises(NotAllowed), place.open(OPERATOR, DbRole.CASEWORK) as work:
        service.reject(work, vault, outcome.batch_id, 2, "not ours")
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert len(queries.held(work)) == outcome.counts.stored


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_the_pages_of_custody_in_a_browser(
    place: Workplace, app: Flask, damaged: tuple[UUID, UUID], clock: Clock, *, javascript: bool
) -> None:
    """Each page is looked at as the whole story's are: axe, a narrow screen, nothing from elsewhere."""
    object_id, record_id = damaged
    person = a_staff_account(place, Role.CUSTODIAN)
    with chromium() as browser, served(app) as origin:
        custodian = Visitor(World(browser, app, origin, "en", javascript), "custodian")
        clock.advance(minutes=1)
        custodian.open("/account/sign-in").fill(login=person.login, password=person.password)
        custodian.press("/account/sign-in").fill(code=code_at(person.totp_secret, clock.moment)).press("")
        custodian.open("/casework/custody/").sees("1 stored object is damaged")
        custodian.open(f"/casework/custody/objects/{object_id}").sees("What happened to it")
        custodian.open("/casework/custody/").follow_name("Look into it").press("/settle", status=422)
        custodian.fill(note="put back").press("/settle").sees("put back")
        custodian.open(f"/casework/custody/records/{record_id}/hold").press("/hold", status=422)
        custodian.fill(reason="a court asks").press("/hold").sees("a court asks")
        custodian.open("/casework/custody/holds").sees("Asked for: protects already")
        custodian.close()
