"""The memorial: names by letter, found in Arabic and Latin letters, gone the moment they are hidden."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.kernel.actor import ANONYMOUS
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.memorial import queries, service
from tests.support.actors import an_actor

NAMES = (
    ("سامر نادر الحلاق", "Samer Nader al-Hallaq"),
    ("خالد يوسف النوراني", None),
    ("رنا وائل الزهراوي", "Rana Wael Zahrawi"),
    ("أحمد سليم القدموسي", None),
)


def _published(place: Workplace) -> list[UUID]:
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        return [service.publish(work, ar, latin) for ar, latin in NAMES]


def _found(place: Workplace, typed: str) -> list[str]:
    with place.open(ANONYMOUS, DbRole.PUBLIC) as work:
        return [name.name_ar for name in queries.search(work, typed)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("سامر نادر الحلاق", "سامر نادر الحلاق"),
        ("سامر الحلاق", "سامر نادر الحلاق"),
        ("Samer Hallak", "سامر نادر الحلاق"),
        ("Khaled Nurani", "خالد يوسف النوراني"),
        ("خالد يوسف نوراني", "خالد يوسف النوراني"),
        ("Rana Wa'il al-Zahrawi", "رنا وائل الزهراوي"),
        ("احمد سليم القدموسى", "أحمد سليم القدموسي"),
    ],
)
def test_a_name_is_found_however_it_is_written(place: Workplace, typed: str, expected: str) -> None:
    _published(place)
    assert _found(place, typed)[:1] == [expected]


@pytest.mark.promise("P3")
def test_a_name_that_is_not_there_is_not_hinted_at(place: Workplace) -> None:
    _published(place)
    assert _found(place, "مازن طارق الجبلي") == []


@pytest.mark.promise("P5")
def test_a_hidden_name_is_gone_at_once(place: Workplace) -> None:
    ids = _published(place)
    with place.open(an_actor(Role.EDITOR), DbRole.CASEWORK) as work:
        service.hide(work, ids[0])
    assert _found(place, "سامر نادر الحلاق") == []
    with place.open(ANONYMOUS, DbRole.PUBLIC) as work:
        assert ids[0] not in {name.id for name in queries.names(work).items}


def test_names_stand_in_the_order_of_the_alphabet(place: Workplace) -> None:
    _published(place)
    with place.open(ANONYMOUS, DbRole.PUBLIC) as work:
        assert [name.name_ar[:1] for name in queries.names(work).items] == ["أ", "خ", "ر", "س"]
        assert [name.name_ar for name in queries.names(work, "أ").items] == ["أحمد سليم القدموسي"]
        assert len(queries.letters(work)) == 4


@pytest.mark.asvs("1.2.4")
@pytest.mark.asvs("1.2.9")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=60))
def test_no_text_makes_the_search_stumble(place: Workplace, typed: str) -> None:
    _found(place, typed.replace("\x00", ""))
