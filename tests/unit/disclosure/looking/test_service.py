"""One opening: in one session, once, within a minute, so many a day; and the way back from a leaked picture."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.cli.main import main
from portal.config import Settings
from portal.disclosure.looking import service
from portal.disclosure.packages import service as packages
from portal.kernel.actor import OPERATOR, Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault.pictures import service as pictures
from portal.vault.pictures.vocab import LARGER, SMALL, PicturesEnough, Seat
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.desk import Clock
from tests.support.factories.disclosure import Case, a_sealed_package, a_written_package
from tests.support.factories.vault import picture, saved

DESK = DbRole.CASEWORK
SEAT = Seat("a session", 20)
pytestmark = pytest.mark.promise("P11")


@pytest.fixture
def case(place: Workplace, vault: Vault) -> Case:
    return a_written_package(place, vault)


def _begin(place: Workplace, case: Case, seat: Seat = SEAT, *, larger: bool = False) -> UUID:
    with place.open(case.liaison.actor, DESK) as work:
        first = packages.open_desk(work, case.inquiry_id).photographs[0]
        return service.begin_photograph(work, seat, case.inquiry_id, first, larger=larger)


def _show(
    place: Workplace,
    vault: Vault,
    case: Case,
    opening: UUID,
    session: str = "a session",
    by: Actor | None = None,
) -> bytes:
    with place.open(by or case.liaison.actor, DESK) as work:
        return service.show(work, vault, case.inquiry_id, opening, session)


def test_it_opens_once(place: Workplace, vault: Vault, case: Case) -> None:
    opening = _begin(place, case)
    with Image.open(BytesIO(_show(place, vault, case, opening))) as shown:
        assert (shown.mode, max(shown.size) <= SMALL) == ("L", True)
    with pytest.raises(NotFound):
        _show(place, vault, case, opening)


def test_another_session_or_person_sees_nothing(place: Workplace, vault: Vault, case: Case) -> None:
    opening = _begin(place, case)
    with pytest.raises(NotFound):
        _show(place, vault, case, opening, "another session")
    with pytest.raises(NotFound):
        _show(place, vault, case, opening, by=an_actor(Role.APPROVER))
    assert _show(place, vault, case, opening), "nobody else's try used it up"


def test_it_waits_a_minute_and_no_longer(place: Workplace, vault: Vault, case: Case, clock: Clock) -> None:
    opening = _begin(place, case)
    clock.advance(seconds=61)
    with pytest.raises(NotFound):
        _show(place, vault, case, opening)


def test_a_day_has_its_number_of_pictures(place: Workplace, case: Case, clock: Clock) -> None:
    for _ in range(3):
        _begin(place, case, replace(SEAT, per_day=3))
    with pytest.raises(PicturesEnough):
        _begin(place, case, replace(SEAT, per_day=3))
    clock.advance(days=1)
    assert _begin(place, case, replace(SEAT, per_day=3))


def test_larger_only_after_small(place: Workplace, vault: Vault, case: Case) -> None:
    with pytest.raises(NotAllowed):
        _begin(place, case, larger=True)
    _show(place, vault, case, _begin(place, case))
    assert _show(place, vault, case, _begin(place, case, larger=True))


def test_a_leaked_picture_leads_to_its_opening(place: Workplace, vault: Vault, case: Case) -> None:
    openings = [_begin(place, case), _begin(place, case)]
    shown = [_show(place, vault, case, opening) for opening in openings]
    with Image.open(BytesIO(shown[1])) as drawn:
        buffer = BytesIO()
        drawn.resize((drawn.width // 2, drawn.height // 2)).save(buffer, "JPEG", quality=50)
    with place.open(OPERATOR, DESK) as work:
        found = pictures.trace(work, vault, buffer.getvalue())
    assert found is not None
    assert (found.opening_id, found.account_id) == (openings[1], case.liaison.actor.id)
    with place.open(OPERATOR, DESK) as work:
        assert pictures.trace(work, vault, saved(picture(), "PNG")) is None
        traced = text("select count(*) from audit_entry where event = 'vault:picture:traced'")
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        assert work.session.scalar(traced) == 2
        opened = text("select count(*) from audit_entry where event = 'vault:picture:opened'")
        assert work.session.scalar(opened) == 2


def test_the_command_says_whose_opening_a_leaked_picture_is(  # noqa: PLR0917 - pytest hands each in by its name
    place: Workplace,
    vault: Vault,
    case: Case,
    addresses: Addresses,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    opening = _begin(place, case)
    leaked = tmp_path / "leaked.jpg"
    leaked.write_bytes(_show(place, vault, case, opening))
    found = {"DATABASE_URL": addresses.application, "DATA": str(settings.data)}
    for name, value in (found | {"SECRET_KEY": "11" * 32, "FIELD_KEY": "22" * 32}).items():
        monkeypatch.setenv(f"PORTAL_{name}", value)
    answer = CliRunner().invoke(main, ["archive", "whose", str(leaked), "--json"])
    told = json.loads(answer.stdout)
    assert (told["opening_id"], told["account_id"]) == (str(opening), str(case.liaison.actor.id))
    assert told["case_id"] == str(case.inquiry_id)


def test_only_a_command_follows_a_mark(place: Workplace, vault: Vault) -> None:
    for role in (Role.CUSTODIAN, Role.LIAISON, Role.APPROVER):
        with place.open(an_actor(role), DESK) as work, pytest.raises(NotAllowed):
            pictures.trace(work, vault, saved(picture(), "PNG"))


@pytest.mark.parametrize(
    "change",
    [
        "side = 1200",
        f"side = {LARGER}, why = 'told'",
        "number = -1",
        "opened_at = begun_at - interval '1 second'",
    ],
)
def test_the_table_refuses_what_no_opening_is(
    place: Workplace, vault: Vault, case: Case, addresses: object, change: str
) -> None:
    _begin(place, case)
    with place.open(case.liaison.actor, DESK) as work, pytest.raises(DBAPIError):
        work.session.execute(text(f"update picture_opening set {change}"))


def test_nobody_writes_an_opening_for_somebody_else(place: Workplace, vault: Vault) -> None:
    case = a_sealed_package(place, vault, face=True)
    insert = text(
        "insert into picture_opening (id, number, account_id, session, object_id, case_id, why, side, begun_at)"
        " select gen_random_uuid(), 1, :other, '', id, gen_random_uuid(), 'face_read', 480, now()"
        " from vault_object limit 1"
    )
    with place.open(an_actor(Role.APPROVER), DESK) as work, pytest.raises(DBAPIError):
        work.session.execute(insert, {"other": case.liaison.actor.id})
