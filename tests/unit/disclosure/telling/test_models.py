"""The tables of the telling hold their order by themselves."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.inquiries.vocab import Layer
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace
from portal.vault.service import Vault
from tests.support.factories.disclosure import Case, a_told_relative, package

WORDS = frozenset({Layer.PHOTOGRAPHS_EXIST, Layer.DESCRIPTION})
RELEASED = "insert into release values (:package, :layer, :by, now())"
BEGUN = (
    "insert into photograph_opening (id, disclosure_id, account_id, begun_at)"
    " values (:opening, :package, :by, now())"
)


def _refused(place: Workplace, relative: Actor, statement: str, **values: object) -> None:
    with place.open(relative, DbRole.FAMILY) as work, pytest.raises(DBAPIError), work.session.begin_nested():
        work.session.execute(text(statement), values)


def _done(place: Workplace, relative: Actor, statement: str, **values: object) -> None:
    with place.open(relative, DbRole.FAMILY) as work:
        work.session.execute(text(statement), values)


def _with_face(place: Workplace, vault: Vault) -> tuple[Case, UUID]:
    case = a_told_relative(place, vault, face=True, wished=WORDS)
    return case, package(place, case).id


@pytest.mark.promise("P11")
def test_a_face_comes_after_words(place: Workplace, vault: Vault) -> None:
    case = a_told_relative(place, vault, face=True)
    values = {"package": package(place, case).id, "by": case.relative.id}
    _refused(place, case.relative, RELEASED, layer="face", **values)
    for layer in ("photographs_exist", "description", "face"):
        _done(place, case.relative, RELEASED, layer=layer, **values)


@pytest.mark.promise("P2")
def test_nobody_asks_in_anothers_name_or_for_anothers_package(place: Workplace, vault: Vault) -> None:
    case, package_id = _with_face(place, vault)
    other = a_told_relative(place, vault)
    _refused(place, case.relative, RELEASED, package=package_id, layer="papers", by=uuid4())
    _refused(place, other.relative, RELEASED, package=package_id, layer="papers", by=other.relative.id)
    _refused(place, case.relative, RELEASED, package=package_id, layer="invented", by=case.relative.id)


@pytest.mark.promise("P11")
def test_an_opening_needs_a_released_face_and_its_steps_in_order(place: Workplace, vault: Vault) -> None:
    case, package_id = _with_face(place, vault)
    who, opening = case.relative, uuid4()
    values = {"opening": opening, "package": package_id, "by": who.id}
    _refused(place, who, BEGUN, **values)
    _done(place, who, RELEASED, package=package_id, layer="face", by=who.id)
    _done(place, who, BEGUN, **values)
    moved = "update photograph_opening set {} where id = :opening"
    _refused(place, who, moved.format("ready_at = now()"), opening=opening)
    _refused(place, who, moved.format("opened_at = now()"), opening=opening)
    for step in ("understood_at", "ready_at", "opened_at"):
        _done(place, who, moved.format(f"{step} = now()"), opening=opening)
    for again in ("opened_at = null", "opened_at = now() + interval '1 hour'", "ready_at = null"):
        _refused(place, who, moved.format(again), opening=opening)
    _refused(place, who, moved.format("begun_at = now()"), opening=opening)


@pytest.mark.promise("P2")
def test_a_relative_reads_no_conversation_and_no_staff(place: Workplace, vault: Vault) -> None:
    case, _ = _with_face(place, vault)
    for statement in (
        "select * from conversation",
        "select proposed_by from disclosure",
        "select signed_by from disclosure",
        "select match_id from disclosure",
        "select record_id from disclosure",
        "update disclosure set state = 'prepared'",
        "update disclosure_item set text = null",
        "delete from release",
    ):
        _refused(place, case.relative, statement)
