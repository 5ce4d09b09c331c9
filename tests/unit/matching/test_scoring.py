"""Two accounts side by side: a blank is never a contradiction, and order is all that weights decide."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.inquiries.vocab import Sought
from portal.kernel.names import Agreement
from portal.matching.scoring import compared, is_candidate, ranked, weight
from portal.matching.vocab import Compared, ComparedPart
from portal.records.truth.vocab import RecordFacts
from portal.records.vocab import RecordState
from tests.support.factories.inquiries import SOUGHT

AGREES, CONTRADICTS, NOT_KNOWN = Agreement.AGREES, Agreement.CONTRADICTS, Agreement.NOT_KNOWN
P = ComparedPart
RECORD = RecordFacts(
    id=UUID(int=1),
    version=1,
    state=RecordState.CONFIRMED,
    branch="215",
    number="4321",
    photographed_on=date(2014, 2, 1),
    given="سامر",
    father="نادر",
    grandfather="يوسف",
    family="الحلاق",
    mother="ليلى",
    mother_family="قباني",
    birth_year=1984,
    died_on_stated=None,
    place_stated="دمشق",
)


def _part(part: ComparedPart, sought: Sought = SOUGHT, **record: object) -> Compared:
    found = compared(sought, replace(RECORD, **record))  # type: ignore[arg-type]  # named fields
    return next(each for each in found if each.part is part)


def test_the_same_person_agrees_in_every_part() -> None:
    assert {each.agreement for each in compared(SOUGHT, RECORD)} == {AGREES}
    assert [each.part for each in compared(SOUGHT, RECORD)] == list(P)


@pytest.mark.parametrize(
    ("part", "latin"), [(P.GIVEN, "Samer"), (P.FATHER, "Nader"), (P.FAMILY, "al-Hallaq"), (P.MOTHER, "Layla")]
)
def test_a_name_agrees_in_either_script(part: ComparedPart, latin: str) -> None:
    assert _part(part, **{part.value: latin}).agreement is AGREES


@pytest.mark.parametrize(
    ("year", "agreement", "apart"),
    [
        (1984, AGREES, 0),
        (1985, AGREES, 1),
        (1982, NOT_KNOWN, 2),
        (1987, NOT_KNOWN, 3),
        (1980, CONTRADICTS, 4),
    ],
)
def test_a_year_of_birth_agrees_nearby_and_contradicts_far_off(
    year: int, agreement: Agreement, apart: int
) -> None:
    found = _part(P.BIRTH_YEAR, birth_year=year)
    assert (found.agreement, found.apart) == (agreement, apart)


@pytest.mark.parametrize(
    ("taken", "agreement"),
    [
        (date(2013, 4, 30), CONTRADICTS),
        (date(2013, 5, 1), AGREES),
        (date(2012, 12, 31), CONTRADICTS),
        (None, NOT_KNOWN),
    ],
)
def test_a_photograph_before_the_arrest_is_of_somebody_else(taken: date | None, agreement: Agreement) -> None:
    assert _part(P.DATES, photographed_on=taken).agreement is agreement


def test_of_an_arrest_only_what_is_known_is_held_against_a_photograph() -> None:
    only_year = replace(SOUGHT, arrested_month=None)
    assert _part(P.DATES, only_year, photographed_on=date(2013, 1, 1)).agreement is AGREES
    nothing = replace(only_year, arrested_year=None)
    assert _part(P.DATES, nothing).agreement is NOT_KNOWN


@pytest.mark.parametrize(
    ("theirs", "ours", "agreement"),
    [
        ("215", "٢١٥", AGREES),
        ("Branch 215", "215", AGREES),
        ("227", "215", CONTRADICTS),
        ("Saydnaya", "215", NOT_KNOWN),
        ("صيدنايا", "صيدنايا", AGREES),
        (None, "215", NOT_KNOWN),
    ],
)
def test_branches_go_by_number(theirs: str | None, ours: str, agreement: Agreement) -> None:
    assert _part(P.BRANCH, replace(SOUGHT, branch=theirs), branch=ours).agreement is agreement


@pytest.mark.parametrize(
    ("ours", "agreement", "theirs"),
    [
        ("دمشق", AGREES, "دمشق"),
        ("حمص", AGREES, "حمص"),
        ("حلب", CONTRADICTS, "دمشق"),
        (None, NOT_KNOWN, "دمشق"),
    ],
)
def test_a_paper_may_name_the_place_of_birth_or_of_the_arrest(
    ours: str | None, agreement: Agreement, theirs: str
) -> None:
    found = _part(P.PLACE, place_stated=ours)
    assert (found.agreement, found.theirs) == (agreement, theirs)


@given(st.sets(st.sampled_from([field.name for field in fields(Sought) if field.name != "inquiry_id"])))
def test_what_one_side_does_not_say_never_contradicts(blank: set[str]) -> None:
    sought = replace(SOUGHT, **dict.fromkeys(blank))  # type: ignore[arg-type]  # every part may be unknown
    assert all(each.agreement is not CONTRADICTS for each in compared(sought, RECORD))
    assert weight(compared(sought, RECORD)) <= weight(compared(SOUGHT, RECORD))


def test_the_likeliest_comes_first_and_strangers_not_at_all() -> None:
    near = replace(RECORD, id=uuid4(), grandfather=None, mother=None, mother_family=None)
    stranger = replace(
        RECORD, id=uuid4(), given="خالد", father="عمر", grandfather="سليم", family="النجار", mother="هدى"
    )
    silent = replace(
        RECORD,
        id=uuid4(),
        given=None,
        father=None,
        grandfather=None,
        family=None,
        mother=None,
        mother_family=None,
    )
    found = [record.id for record, _ in ranked(SOUGHT, [stranger, near, silent, RECORD])]
    assert found == [RECORD.id, near.id]


def test_a_contradicted_date_outweighs_a_common_name() -> None:
    early = compared(SOUGHT, replace(RECORD, photographed_on=date(2011, 1, 1), family=None, mother=None))
    assert weight(early) < weight(compared(SOUGHT, replace(RECORD, family=None, mother=None))) - 10
    only_given = compared(
        Sought(UUID(int=0), given="سامر", arrested_year=2013), replace(RECORD, photographed_on=None)
    )
    assert is_candidate(only_given)
