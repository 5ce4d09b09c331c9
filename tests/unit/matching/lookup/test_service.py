"""Nobody looks through the archive for a name without a case, a reason and a trace."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from portal.audit import queries as audit
from portal.audit.vocab import Event
from portal.inquiries import service as inquiries
from portal.inquiries.vocab import Purpose
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, ReasonNeeded
from portal.kernel.ids import new_id
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.matching.lookup import queries, service
from portal.matching.lookup.forms import LookupForm
from portal.matching.lookup.models import NameSearch
from portal.matching.lookup.vocab import KeptSearch, SearchResult, Wanted
from portal.vault.service import Vault
from tests.conftest import SetClock
from tests.support.actors import an_actor
from tests.support.factories.casework import a_colleague
from tests.support.factories.inquiries import SOUGHT, with_a_reason
from tests.support.factories.matching import Pair, a_pair, a_record

DESK = DbRole.CASEWORK
WHY = "the family says that he was called so at work"


@pytest.fixture
def pair(place: Workplace, vault: Vault, tmp_path: Path) -> Pair:
    return a_pair(place, vault, tmp_path)


@pytest.fixture
def analyst(place: Workplace, pair: Pair) -> Actor:
    found = a_colleague(place, Role.ANALYST)
    with_a_reason(place, found, pair.inquiry_id)
    return found


def look(place: Workplace, by: Actor, inquiry_id: UUID, name: str) -> SearchResult:
    with place.open(by, DESK) as work:
        return service.search_archive(work, Wanted(inquiry_id, name, WHY))


def kept(place: Workplace) -> list[KeptSearch]:
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        return list(queries.searches(work, 1).items)


def test_a_name_in_another_script_and_spelling_finds_its_record(
    place: Workplace, vault: Vault, tmp_path: Path, pair: Pair, analyst: Actor
) -> None:
    other = a_record(place, vault, tmp_path, number="77", given="نزار", father="هيثم", family="القنطوري")
    found = look(place, analyst, pair.inquiry_id, "Nizar Haitham Kantouri").found
    assert [each.candidate.record_id for each in found][:1] == [other]
    assert found[0].name == "نزار هيثم القنطوري"
    assert (
        look(place, analyst, pair.inquiry_id, SOUGHT.full_name).found[0].candidate.record_id == pair.record_id
    )
    assert look(place, analyst, pair.inquiry_id, "زكريا طبشوري").found == ()


def test_every_search_is_kept_with_its_reason_and_stands_in_the_log(
    place: Workplace, pair: Pair, analyst: Actor, clock: SetClock
) -> None:
    look(place, analyst, pair.inquiry_id, "زكريا طبشوري")
    clock.advance(minutes=1)
    look(place, analyst, pair.inquiry_id, SOUGHT.full_name)
    newest, oldest = kept(place)
    assert (oldest.name, oldest.reason, oldest.found) == ("زكريا طبشوري", WHY, 0)
    assert (newest.account_id, newest.inquiry_id, newest.found) == (analyst.id, pair.inquiry_id, 1)
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        events = [entry.event for entry in audit.of_case(work, pair.inquiry_id)]
    assert events.count(Event.MATCHING_ARCHIVE_SEARCHED) == 2


def test_what_was_looked_for_is_sealed_and_the_desk_cannot_read_it_back(
    place: Workplace, pair: Pair, analyst: Actor
) -> None:
    look(place, analyst, pair.inquiry_id, "زكريا طبشوري")
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        raw = bytes(work.session.execute(text("select name || reason from name_search")).scalar_one())
    assert "طبشوري".encode() not in raw
    assert WHY.encode() not in raw
    with place.open(analyst, DESK) as work, pytest.raises(DBAPIError):
        work.session.execute(text("select id from name_search"))


def test_without_a_case_that_is_open_to_them_nobody_looks(
    place: Workplace, pair: Pair, analyst: Actor
) -> None:
    with pytest.raises(NotFound):
        look(place, analyst, new_id(), SOUGHT.full_name)
    with pytest.raises(ReasonNeeded):
        look(place, a_colleague(place, Role.ANALYST), pair.inquiry_id, SOUGHT.full_name)
    assert kept(place) == []


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ANALYST, Role.OPERATOR, Role.WORKER}))
def test_no_other_role_looks(place: Workplace, pair: Pair, role: Role) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        look(place, an_actor(role), pair.inquiry_id, SOUGHT.full_name)


def test_when_the_family_has_stopped_the_search_nobody_looks(
    place: Workplace, pair: Pair, analyst: Actor
) -> None:
    with place.open(an_actor(Role.INTAKE), DESK) as work:
        relative = Actor(
            work.session.execute(text("select account_id from inquiry")).scalar_one(),
            frozenset({Role.RELATIVE}),
        )
    with place.open(relative, DbRole.FAMILY) as work:
        inquiries.withdraw_consent(work, Purpose.SEARCH)
    with pytest.raises(Conflict):
        look(place, analyst, pair.inquiry_id, SOUGHT.full_name)


def test_the_table_takes_no_search_in_anothers_name_and_forgets_none(
    place: Workplace, pair: Pair, analyst: Actor
) -> None:
    look(place, analyst, pair.inquiry_id, SOUGHT.full_name)
    row = {
        "id": new_id(),
        "inquiry_id": pair.inquiry_id,
        "name": "x",
        "reason": WHY,
        "found": 0,
        "searched_at": kept(place)[0].searched_at,
    }
    for values in ({**row, "account_id": new_id()}, {**row, "account_id": analyst.id, "found": -1}):
        with place.open(analyst, DESK) as work, pytest.raises(DBAPIError):
            work.session.execute(insert(NameSearch).values(values))
    for change in ("delete from name_search", "update name_search set found = 9"):
        with place.open(analyst, DESK) as work, pytest.raises(DBAPIError):
            work.session.execute(text(change))
    assert len(kept(place)) == 1


def test_only_auditors_read_who_looked(place: Workplace) -> None:
    with place.open(an_actor(Role.DATA_PROTECTION), DbRole.OVERSIGHT) as work, pytest.raises(NotAllowed):
        queries.searches(work, 1)


@pytest.mark.parametrize("letters", [1001, 1_000_000])
def test_what_is_longer_than_a_name_is_refused_and_leaves_no_trace(
    place: Workplace, pair: Pair, analyst: Actor, letters: int
) -> None:
    with pytest.raises(Invalid, match="longer than a name: please type at most 1000 letters"):
        look(place, analyst, pair.inquiry_id, "ا" * letters)
    assert kept(place) == []


def test_the_page_refuses_it_before_anything_is_looked_through(app: Flask) -> None:
    typed = {"name": "a" * 201, "reason": WHY}
    with app.test_request_context(method="POST", data=typed, headers={"Accept-Language": "en"}):
        form = LookupForm(meta={"csrf": False})
        assert not form.validate()
        assert [str(error) for error in form.name.errors] == ["Please write between 2 and 200 characters."]
