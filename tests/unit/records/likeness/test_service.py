"""Photographs that came in are compared, and a person says whether two are one picture."""

from __future__ import annotations

import io
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image, ImageEnhance
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.cli.demo.sample_archive import make_sample_archive
from portal.kernel.actor import OPERATOR, Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, NotAllowed, NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.likeness import opening, queries, service
from portal.records.likeness.vocab import Pair, SameVerdict
from portal.records.vocab import Fate
from portal.vault.pictures.vocab import PicturesEnough, Seat
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.records import accept, staged

SEAT = Seat("a session", 3)


@pytest.fixture
def compared(place: Workplace, vault: Vault, tmp_path: Path) -> Pair:
    """An archive with one picture that was saved again, smaller and brighter, under another number."""
    root = make_sample_archive(tmp_path / "archive", people=10, pictures=2).folder
    whole = next(path for path in sorted(root.rglob("IMG_0001.jpg")) if path.stat().st_size > 1000)
    again = whole.parent.with_name("901-7001") / whole.name
    again.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(whole) as picture:
        smaller = ImageEnhance.Brightness(picture.resize((picture.width // 2, picture.height // 2))).enhance(
            1.1
        )
        smaller.save(again, "JPEG", quality=50)
    outcome = staged(place, vault, root)
    assert (
        next(one.fate for one in outcome.fates if one.path.endswith("901-7001/IMG_0001.jpg")) is Fate.STORED
    )
    assert service.compare(place, vault).looked_at == 0  # nobody has accepted it yet
    accept(place, outcome.batch_id)
    done = service.compare(place, vault)
    assert done.looked_at > done.found > 0
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        found = [one for one in queries.pairs(work).items if "7001" in {one.first.number, one.second.number}]
    (pair,) = found
    return pair


def test_the_same_picture_under_two_numbers_is_found_and_nothing_merged(
    place: Workplace, vault: Vault, compared: Pair
) -> None:
    assert compared.first.record_id != compared.second.record_id
    assert compared.verdict is None
    assert service.compare(place, vault).found == 0  # a pair is asked about once
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        (seen,) = [one for one in queries.pairs(work).items if one.id == compared.id]
    assert seen.first.source == "archive"
    assert compared.first.source is None  # an analyst does not see the imports


def test_an_answer_stands_and_the_records_stay_apart(place: Workplace, compared: Pair) -> None:
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        service.judge(work, compared.id, SameVerdict.SAME, "the same crack in the wall")
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work, pytest.raises(Conflict):
        service.judge(work, compared.id, SameVerdict.DIFFERENT, "no")
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        assert compared.id not in {one.id for one in queries.pairs(work).items}
        for own, other in ((compared.first, compared.second), (compared.second, compared.first)):
            assert own.record_id
            assert [side.record_id for side in queries.same_as(work, own.record_id)] == [other.record_id]


@pytest.mark.promise("P11")
def test_its_pictures_open_once_in_their_session_and_count(
    place: Workplace, vault: Vault, compared: Pair
) -> None:
    analyst = an_actor(Role.ANALYST)
    opened = _begun(place, analyst, compared, compared.first.item_id)
    with place.open(analyst, DbRole.CASEWORK) as work, pytest.raises(NotFound):
        opening.show(work, vault, compared.id, opened, "another session")
    with place.open(analyst, DbRole.CASEWORK) as work:
        drawn = opening.show(work, vault, compared.id, opened, SEAT.session)
    with Image.open(io.BytesIO(drawn)) as picture:
        assert picture.mode == "L"
        assert max(picture.size) <= 480
    with place.open(analyst, DbRole.CASEWORK) as work, pytest.raises(NotFound):
        opening.show(work, vault, compared.id, opened, SEAT.session)
    for _ in range(SEAT.per_day - 1):
        opened = _begun(place, analyst, compared, compared.second.item_id)
        with place.open(analyst, DbRole.CASEWORK) as work:
            opening.show(work, vault, compared.id, opened, SEAT.session)
    with pytest.raises(PicturesEnough):
        _begun(place, analyst, compared, compared.second.item_id)


@pytest.mark.parametrize(
    "role", [Role.CUSTODIAN, Role.APPROVER, Role.TRANSCRIBER, Role.LIAISON, Role.RELATIVE]
)
def test_others_neither_open_nor_answer(place: Workplace, compared: Pair, role: Role) -> None:
    with place.open(an_actor(role), DbRole.CASEWORK) as work, pytest.raises((NotAllowed, NotFound)):
        service.judge(work, compared.id, SameVerdict.SAME, "why")
    with pytest.raises((NotAllowed, NotFound)):
        _begun(place, an_actor(role), compared, compared.first.item_id)


def test_the_table_takes_no_answer_in_anothers_name_and_no_second_one(
    place: Workplace, compared: Pair
) -> None:
    said = "update like_pair set verdict = 'same', reason = 'x', decided_at = now(), decided_by = :by returning id"
    analyst = an_actor(Role.ANALYST)
    with pytest.raises(DBAPIError), place.open(analyst, DbRole.CASEWORK) as work:
        work.session.execute(text(said), {"by": an_actor(Role.ANALYST).id})
    for role in (Role.CUSTODIAN, Role.APPROVER, Role.LIAISON):
        other = an_actor(role)
        with place.open(other, DbRole.CASEWORK) as work:
            assert work.session.execute(text(said), {"by": other.id}).all() == []
    with place.open(analyst, DbRole.CASEWORK) as work:
        assert work.session.execute(text(said), {"by": analyst.id}).all() != []
    with place.open(analyst, DbRole.CASEWORK) as work:
        assert work.session.execute(text(said), {"by": analyst.id}).all() == []


def test_only_the_background_sees_signs(place: Workplace, compared: Pair) -> None:
    with pytest.raises(DBAPIError), place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        work.session.execute(text("select * from picture_signs"))
    with place.open(OPERATOR, DbRole.CASEWORK) as work, pytest.raises(NotAllowed):
        queries.all_signs(work)


def _begun(place: Workplace, by: Actor, pair: Pair, item_id: UUID) -> UUID:
    with place.open(by, DbRole.CASEWORK) as work:
        return opening.begin(work, SEAT, pair.id, item_id)
