"""Two readings agree when they differ in spelling alone."""

from __future__ import annotations

import pytest

from portal.records.transcription.agreement import differing
from portal.records.transcription.vocab import ABSENT, UNREADABLE, Answer, Reading, unreadable
from portal.records.vocab import Part
from tests.support.factories.records import a_reading


@pytest.mark.parametrize(
    ("part", "one", "other"),
    [
        ("given", "أحمد", "احمد"),
        ("family", "الزعترولي", "الزَّعتَرولي"),
        ("mother", "هدى", "هدي"),
        ("birth_year", "١٩٩٢", "1992"),
        ("number", "٦٣٠٦", "6306"),
        ("died_on", "04.11.2019", "٢٠١٩-١١-٠٤"),
        ("cause", "توقف القلب  والتنفس", "توقّف القلب والتنفس"),
    ],
)
def test_another_spelling_is_no_difference(part: str, one: str, other: str) -> None:
    assert differing(a_reading(**{part: one}), a_reading(**{part: other})) == ()


@pytest.mark.parametrize(
    ("part", "one", "other"),
    [
        ("given", "سامر", "سالم"),
        ("birth_year", "1992", "1993"),
        ("number", "0306", "306"),
        ("died_on", "04.11.2019", "05.11.2019"),
        ("cause", "توقف القلب", "توقف التنفس"),
        ("father", "خالد", UNREADABLE),
        ("father", "خالد", ABSENT),
        ("father", UNREADABLE, ABSENT),
    ],
)
def test_another_word_is_a_difference(part: str, one: str | Answer, other: str | Answer) -> None:
    assert differing(a_reading(**{part: one}), a_reading(**{part: other})) == (Part(part),)
    assert differing(a_reading(**{part: other}), a_reading(**{part: one})) == (Part(part),)


def test_a_reading_comes_back_as_it_was_kept() -> None:
    reading = a_reading(given="سامر", father=UNREADABLE, cause="توقف القلب")
    again = Reading.from_canonical(reading.canonical())
    assert differing(reading, again) == ()
    assert again.quoted == {Part.GIVEN: "سامر", Part.CAUSE: "توقف القلب"}
    assert again[Part.MOTHER] == ABSENT


def test_of_an_unreadable_paper_nothing_is_quoted() -> None:
    assert unreadable().quoted == {}
    assert differing(unreadable(), unreadable()) == ()
