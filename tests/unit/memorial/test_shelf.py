"""The index of names beside the database: it only proposes, and nothing is lost while it is made anew."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError

from portal.kernel.actor import ANONYMOUS, WORKER
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.memorial import queries, service, shelf
from portal.memorial.models import MemorialIndex, MemorialPending
from portal.memorial.shelf import Shelf
from tests.support.actors import an_actor

GIVEN = ("سامر", "نزار", "هيثم", "رنا", "فرات", "شيرين", "جمان")
FAMILY = ("الحلاق", "النوراني", "القنطوري", "الزرقوني", "الغزلوني")
NAMES = [(f"{one} {two} {three}", None) for one in GIVEN for two in GIVEN for three in FAMILY]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(shelf, "_shelf", Shelf(tmp_path / "names"))
    return tmp_path / "names"


def _publish(place: Workplace, names: list[tuple[str, str | None]]) -> list[UUID]:
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        return service.publish_all(work, names)


def _kept(place: Workplace) -> UUID | None:
    with place.open(WORKER, DbRole.WORKER) as work:
        return service.keep_index(work, shelf.shelf())


def _found(place: Workplace, typed: str) -> list[str]:
    with place.open(ANONYMOUS, DbRole.PUBLIC) as work:
        return [name.name_ar for name in queries.search(work, typed)]


def _waiting(place: Workplace) -> int:
    with place.open(ANONYMOUS, DbRole.PUBLIC) as work:
        return work.session.scalar(select(func.count()).select_from(MemorialPending)) or 0


def test_the_same_is_found_before_and_after_the_index_is_made(place: Workplace, folder: Path) -> None:
    _publish(place, NAMES)
    before = [_found(place, typed) for typed in ("Samer Hallaq", "نزار رنا الزرقوني", "Firat Qantouri")]
    assert _kept(place) is not None
    assert _waiting(place) == 0
    assert [
        _found(place, typed) for typed in ("Samer Hallaq", "نزار رنا الزرقوني", "Firat Qantouri")
    ] == before


def test_a_name_is_found_at_once_beside_the_index(place: Workplace, folder: Path) -> None:
    _publish(place, NAMES)
    _kept(place)
    _publish(place, [("تيماء دلال الطبشوري", "Taymaa Tabshouri")])
    assert _found(place, "Taima Tabchouri")[0] == "تيماء دلال الطبشوري"
    assert _kept(place) is None, "one name more is no reason to make everything anew"


@pytest.mark.promise("P5")
def test_a_name_taken_off_never_answers_and_leaves_the_files(place: Workplace, folder: Path) -> None:
    ids = _publish(place, NAMES)
    first = _kept(place)
    with place.open(an_actor(Role.EDITOR), DbRole.CASEWORK) as work:
        service.hide(work, ids[0])
    assert NAMES[0][0] not in _found(place, NAMES[0][0])
    second = _kept(place)
    assert second not in {None, first}
    laid = shelf.shelf().laid(second)
    assert laid is not None
    assert ids[0].bytes not in {key.tobytes() for key in laid.key}
    assert _kept(place) is None


def test_many_waiting_names_are_taken_up(place: Workplace, folder: Path) -> None:
    _kept(place)
    _publish(place, NAMES[: service.MOST_WAITING - 1])
    assert _kept(place) is None
    _publish(place, NAMES[-1:])
    assert _kept(place) is not None
    assert _waiting(place) == 0


def test_without_the_files_names_are_taken_from_the_database(place: Workplace, folder: Path) -> None:
    _publish(place, NAMES)
    _kept(place)
    shutil.rmtree(folder)
    shelf._shelf = Shelf(folder)
    assert _found(place, "نزار رنا الزرقوني")[0] == "نزار رنا الزرقوني"
    assert _kept(place) is not None, "and the next turn lays them anew"


def test_a_search_that_began_before_still_has_its_generation(place: Workplace, folder: Path) -> None:
    ids = _publish(place, NAMES)
    first = _kept(place)
    for name_id in ids[:2]:
        with place.open(an_actor(Role.EDITOR), DbRole.CASEWORK) as work:
            service.hide(work, name_id)
        _kept(place)
    kept = {path.name for path in folder.iterdir()}
    assert len(kept) == 2
    assert str(first) not in kept


def test_only_the_worker_says_which_index_holds(place: Workplace, folder: Path) -> None:
    _publish(place, NAMES[:1])
    with pytest.raises(ProgrammingError), place.open(an_actor(Role.EDITOR), DbRole.CASEWORK) as work:
        service.keep_index(work, shelf.shelf())
    with place.open(ANONYMOUS, DbRole.PUBLIC) as work:
        assert work.session.scalars(select(MemorialIndex.generation)).one() is None
    assert _waiting(place) == 1


def test_a_shelf_without_a_folder_lays_nothing_down(place: Workplace) -> None:
    with pytest.raises(RuntimeError, match="use_folder"):
        Shelf().lay(shelf.index_of([]))
