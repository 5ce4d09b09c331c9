"""What a part may stand for."""

from __future__ import annotations

import numpy as np
import pytest

from portal.matching.linkage.frequencies import ROLES, frequencies
from portal.matching.linkage.hearing import Heard, Words, hear, heard_as, words_of

COUNTS = {"خالد": 400, "حالد": 6, "سامر": 200, "khaled": 5, "xzqw": 1, "نبيل": 150}


@pytest.fixture(scope="module")
def words() -> Words:
    return words_of(COUNTS)


@pytest.fixture(scope="module")
def heard(words: Words) -> Heard:
    return hear(words, range(len(words.parts)))


def readings(words: Words, heard: Heard, part: str) -> set[str]:
    number = words.number[part]
    return {words.parts[n] for n in heard.name[heard.start[number] : heard.start[number + 1]]}


def test_a_part_stands_for_itself_and_for_what_looks_like_it(words: Words, heard: Heard) -> None:
    assert readings(words, heard, "حالد") == {"حالد", "خالد"}
    assert readings(words, heard, "سامر") == {"سامر"}


def test_latin_letters_stand_for_the_arabic_name_or_else_for_themselves(words: Words, heard: Heard) -> None:
    assert "خالد" in readings(words, heard, "khaled")
    assert readings(words, heard, "xzqw") == {"xzqw"}


def test_a_misreading_is_counted_for_the_name(words: Words, heard: Heard) -> None:
    counts = np.tile(np.array([float(COUNTS[part]) for part in words.parts]), (ROLES, 1))
    known = frequencies(heard, counts)
    given = known.name[0]
    assert given.sum() == pytest.approx(1.0)
    assert given[words.number["حالد"]] < 1 / 1000
    assert given[words.number["خالد"]] > 400 / 770


def test_what_comes_near_a_part_that_nobody_told_before(words: Words) -> None:
    assert {words.parts[n] for n in heard_as(words, ["حالذ"])} >= {"خالد", "حالد"}
    assert heard_as(words, []) == set()
