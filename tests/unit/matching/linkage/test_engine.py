"""Linking: what speaks for one person, what against, and what says nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.people import Town
from portal.matching.linkage.engine import link, link_inquiry, link_record
from portal.matching.linkage.vocab import Account, Field, Level, Linked, Reading
from portal.matching.linkage.weights import Weights

SOUGHT = Account(
    "i",
    given="سامر",
    father="خالد",
    grandfather="نبيل",
    family="الزعترولاني",
    mother="هدى",
    mother_family="القمردولاوي",
    birth_year=1981,
    place="حلب",
    branch="931",
    arrested=date(2016, 5, 2),
    arrested_exactly=True,
)
FOUND = Reading(
    "r",
    "سامر خالد الزعترولاني",
    mother="هدى القمردولاوي",
    birth_year=1981,
    branch="931",
    photographed=date(2016, 9, 1),
)


def one(weights: Weights, account: Account, reading: Reading) -> Linked | None:
    return next(iter(link([account], [reading], weights)), None)


def level(found: Linked | None, field: Field) -> Level:
    assert found is not None
    return next(reason.level for reason in found.reasons if reason.field is field)


def test_the_same_person_is_found_and_each_field_says_why(weights: Weights) -> None:
    found = one(weights, SOUGHT, FOUND)
    assert found is not None
    assert found.probability > 0.9
    assert level(found, Field.FATHER) is Level.SAME
    assert level(found, Field.MOTHER) is Level.SAME
    assert level(found, Field.GRANDFATHER) is Level.NOT_KNOWN
    assert level(found, Field.PLACE) is Level.NOT_KNOWN
    assert sum(reason.weight for reason in found.reasons) == pytest.approx(found.weight)


def test_a_misread_common_name_counts_as_that_name(weights: Weights) -> None:
    plain = one(weights, SOUGHT, FOUND)
    misread = one(weights, SOUGHT, replace(FOUND, name="سامر حالد الزعترولاني"))
    stranger = one(weights, SOUGHT, replace(FOUND, name="سامر مروان الزعترولاني"))
    assert plain is not None
    assert misread is not None
    assert stranger is not None
    assert level(misread, Field.FATHER) is Level.SAME
    assert plain.weight - 1.0 < misread.weight <= plain.weight + 0.5
    assert stranger.weight < plain.weight - 3.0


def test_latin_letters_find_the_arabic_record(weights: Weights) -> None:
    latin = replace(SOUGHT, given="Samer", father="Khaled", grandfather="Nabil", family="al-Zaatrroulani")
    found = one(weights, latin, FOUND)
    assert found is not None
    assert found.probability > 0.9


def test_a_photograph_before_the_arrest_excludes(weights: Weights) -> None:
    assert one(weights, SOUGHT, replace(FOUND, photographed=date(2016, 5, 1))) is None
    assert one(weights, SOUGHT, replace(FOUND, photographed=date(2016, 5, 2))) is not None
    year_only = replace(SOUGHT, arrested=date(2016, 1, 1), arrested_exactly=False)
    assert one(weights, year_only, replace(FOUND, photographed=date(2015, 12, 31))) is None
    assert one(weights, year_only, replace(FOUND, photographed=date(2016, 1, 1))) is not None


def test_a_death_before_the_arrest_excludes(weights: Weights) -> None:
    assert one(weights, SOUGHT, replace(FOUND, died=date(2016, 4, 30))) is None


@pytest.mark.parametrize("field", ["birth_year", "branch", "mother", "photographed"])
def test_what_is_not_known_is_no_contradiction(weights: Weights, field: str) -> None:
    other = {"birth_year": 1950, "branch": "915", "mother": "سناء", "photographed": date(2015, 1, 1)}
    known = one(weights, SOUGHT, FOUND)
    silent = one(weights, SOUGHT, replace(FOUND, **{field: "" if isinstance(other[field], str) else None}))
    contrary = one(weights, SOUGHT, replace(FOUND, **{field: other[field]}))
    assert known is not None
    assert silent is not None
    assert silent.weight < known.weight
    assert contrary is None or contrary.weight < silent.weight


def test_namesakes_with_little_else_are_never_highly_probable(weights: Weights) -> None:
    sought = Account("i", given="سامر", family="الزعترولاني")
    namesakes = [Reading(f"r{n}", "سامر الزعترولاني") for n in range(3)]
    found = list(link([sought], namesakes, weights))
    assert len(found) == 3
    assert all(pair.probability < 0.4 for pair in found)
    alone = one(weights, sought, namesakes[0])
    assert alone is not None
    assert alone.weight < one_weight(weights, SOUGHT, FOUND)


def one_weight(weights: Weights, account: Account, reading: Reading) -> float:
    found = one(weights, account, reading)
    assert found is not None
    return found.weight


def test_a_sibling_is_not_taken_for_the_person(weights: Weights) -> None:
    sibling = replace(FOUND, id="s", name="مروان خالد نبيل الزعترولاني", birth_year=None)
    found = {pair.record: pair for pair in link([SOUGHT], [FOUND, sibling], weights)}
    assert found["r"].probability > 0.9
    assert "s" not in found or found["s"].probability < 0.05


def test_two_inquiries_may_find_the_same_record(weights: Weights) -> None:
    twice = list(link([SOUGHT, replace(SOUGHT, id="again")], [FOUND], weights))
    assert [pair.record for pair in twice] == ["r", "r"]
    assert twice[0].probability == pytest.approx(twice[1].probability)


def test_parts_whose_role_is_known_are_held_to_it(weights: Weights) -> None:
    by_part = replace(FOUND, name="", given="سامر", father="خالد", family="الزعترولاني")
    turned = replace(FOUND, name="", given="خالد", father="سامر", family="الزعترولاني")
    assert one_weight(weights, SOUGHT, by_part) > one_weight(weights, SOUGHT, turned) + 3.0


def test_what_is_stated_is_what_is_true(town: Town, weights: Weights) -> None:
    """Calibrated: of the pairs stated in each range, as many are true as was stated, or more."""
    stated: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for pair in link(town.accounts, town.readings, weights):
        stated[int(pair.probability * 5)].append(
            (pair.probability, town.truth.get(pair.inquiry) == pair.record)
        )
    for pairs in stated.values():
        if len(pairs) >= 30:
            claimed = sum(chance for chance, _ in pairs) / len(pairs)
            true = sum(right for _, right in pairs) / len(pairs)
            assert true > claimed - 0.1
    sure = [right for pairs in stated.values() for chance, right in pairs if chance >= 0.99]
    assert len(sure) > 100
    assert sum(sure) / len(sure) >= 0.99


def test_most_are_found_first(town: Town, weights: Weights) -> None:
    first: dict[str, str] = {}
    for pair in link(town.accounts, town.readings, weights):
        first.setdefault(pair.inquiry, pair.record)
    hits = sum(first.get(inquiry) == record for inquiry, record in town.truth.items())
    assert hits / len(town.truth) > 0.9


def test_one_new_inquiry_finds_at_once_what_the_night_finds(town: Town, weights: Weights) -> None:
    night: dict[str, list[Linked]] = defaultdict(list)
    for pair in link(town.accounts, town.readings, weights):
        night[pair.inquiry].append(pair)
    sure = [pairs[0] for pairs in night.values() if pairs[0].probability > 0.95][:3]
    accounts = {account.id: account for account in town.accounts}
    assert sure
    for pair in sure:
        at_once = link_inquiry(accounts[pair.inquiry], town.readings, weights)
        assert at_once[0].record == pair.record
        assert at_once[0].probability == pytest.approx(pair.probability, abs=0.05)


def test_one_new_record_finds_the_inquiries_it_may_answer(town: Town, weights: Weights) -> None:
    found = link_record(FOUND, [*town.accounts, SOUGHT], weights, len(town.readings))
    assert found[0].inquiry == "i"


@pytest.mark.parametrize("accounts", [[], [Account("i")], [SOUGHT]])
@pytest.mark.parametrize("readings", [[], [Reading("r")]])
def test_nothing_to_compare_finds_nothing(
    weights: Weights, accounts: list[Account], readings: list[Reading]
) -> None:
    assert list(link(accounts, readings, weights)) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=20))
def test_no_text_breaks_it(weights: Weights, name: str, mother: str, other: str) -> None:
    account = Account(
        "i", name, other, name, name, mother, other, 1980, other, other, other, date(2016, 1, 1)
    )
    reading = Reading(
        "r", f"{name} {other}", mother=mother, birth_year=1980, place=other, branch=name, sex=other
    )
    for pair in link([account], [reading], weights):
        assert 0.0 <= pair.probability <= 1.0


def test_a_hostile_text_costs_no_more_than_a_long_name(weights: Weights) -> None:
    hostile = "سامر " * 200_000
    found = link(
        [replace(SOUGHT, given=hostile, place=hostile, branch="9" * 100_000)],
        [replace(FOUND, name=hostile, mother=hostile)],
        weights,
    )
    assert all(0.0 <= pair.probability <= 1.0 for pair in found)
