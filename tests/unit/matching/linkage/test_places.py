"""Places by whichever name."""

from __future__ import annotations

import pytest

from portal.matching.linkage.places import Places


@pytest.mark.parametrize(
    "names", [("حلب", "Aleppo", "ALEP"), ("إدلب", "ادلب", "Idlib"), ("حماة", "حماه", "Hama")]
)
def test_one_place_has_one_number(names: tuple[str, ...]) -> None:
    places = Places()
    assert len({places.number(name) for name in names}) == 1


def test_a_city_is_not_its_countryside() -> None:
    assert Places().number("Damascus") != Places().number("ريف دمشق")


def test_other_places_are_told_apart_in_arabic_and_unknown_in_latin() -> None:
    places = Places()
    assert places.number("قرية الزيتون") == places.number("قريه الزيتون")
    assert places.number("قرية الزيتون") not in (None, places.number("قرية اللوز"))
    assert places.number("Qaryat az-Zaytun") is None
    assert places.number(" ") is None
