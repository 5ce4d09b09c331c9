"""Files about perhaps the same person: offered to look at, never telling more than that they exist."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.inquiries import alike, service
from portal.inquiries.vocab import AlikeFile, Purpose, Sought
from portal.kernel.db import DbRole
from portal.kernel.errors import NotAllowed, ReasonNeeded
from portal.kernel.names import romanise
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor
from tests.support.factories.casework import a_colleague
from tests.support.factories.inquiries import SOUGHT, a_filed_inquiry, a_signed_up_relative, with_a_reason

UNKNOWN = dict.fromkeys(("grandfather", "mother", "mother_family", "birth_year"))


def found(place: Workplace, inquiry_id: UUID) -> tuple[AlikeFile, ...]:
    with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
        return alike.alike(work, inquiry_id).files


def test_a_sister_who_files_in_latin_letters_is_found(place: Workplace) -> None:
    mother = a_filed_inquiry(place)
    sister = a_filed_inquiry(place, given="Samer", father="Nadir", family="al-Hallaq", **UNKNOWN)
    a_filed_inquiry(place, given="نزار", father="هيثم", family="طبشوري", **UNKNOWN)
    (other,) = found(place, mother.inquiry_id)
    assert (other.id, other.reference) == (sister.inquiry_id, sister.reference)
    assert other.agrees == ("given", "father", "family")
    assert [each.id for each in found(place, sister.inquiry_id)] == [mother.inquiry_id]


@pytest.mark.parametrize(
    "change",
    [
        {"mother": "فاطمة"},
        {"birth_year": 1991},
        {"father": "هيثم"},
        {"given": "نزار"},
        {"grandfather": "هيثم"},
    ],
    ids=str,
)
def test_what_contradicts_is_another_person(place: Workplace, change: dict[str, str]) -> None:
    mother = a_filed_inquiry(place)
    a_filed_inquiry(place, **change)
    assert found(place, mother.inquiry_id) == ()


def test_a_first_name_alone_is_too_little() -> None:
    alone = Sought(UUID(int=1), given=SOUGHT.given)
    assert not alike.may_be_one(SOUGHT, alone)
    assert alike.may_be_one(SOUGHT, replace(alone, family=SOUGHT.family))


@given(st.sets(st.sampled_from(alike.PARTS)), st.booleans())
def test_it_never_matters_which_of_two_files_is_looked_at(left_out: set[str], latin: bool) -> None:
    spelled = {
        part: romanise(getattr(SOUGHT, part)) if latin else getattr(SOUGHT, part) for part in alike.PARTS
    }
    other = replace(SOUGHT, **{part: None if part in left_out else said for part, said in spelled.items()})
    assert alike.may_be_one(SOUGHT, other) == alike.may_be_one(other, SOUGHT)
    assert alike.agreeing(SOUGHT, other) == alike.agreeing(other, SOUGHT)


def test_a_family_that_withdrew_is_left_alone(place: Workplace) -> None:
    here, gone = a_filed_inquiry(place), a_signed_up_relative(place)
    assert len(found(place, here.inquiry_id)) == 1
    with place.open(gone.actor, DbRole.FAMILY) as work:
        service.withdraw_consent(work, Purpose.SEARCH)
    assert found(place, here.inquiry_id) == ()


def test_it_is_a_reading_of_the_file_and_nobody_elses(place: Workplace) -> None:
    here = a_filed_inquiry(place)
    analyst = a_colleague(place, Role.ANALYST)
    with pytest.raises(ReasonNeeded), place.open(analyst, DbRole.CASEWORK) as work:
        alike.alike(work, here.inquiry_id)
    with_a_reason(place, analyst, here.inquiry_id)
    with place.open(analyst, DbRole.CASEWORK) as work:
        assert alike.alike(work, here.inquiry_id).files == ()
    with pytest.raises(NotAllowed), place.open(an_actor(Role.TRANSCRIBER), DbRole.CASEWORK) as work:
        alike.alike(work, here.inquiry_id)
