"""The first words: in the relative's language, as sure as the evidence, never a paper's cause."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from flask import Flask

from portal.disclosure.packages.suggestions import Known, first_words, quotations
from portal.inquiries.vocab import Layer
from portal.matching.vocab import EvidenceLevel
from portal.records.truth.vocab import RecordFacts, Statement
from portal.records.vocab import FileKind, Part, RecordState

FACTS = RecordFacts(
    uuid4(),
    version=1,
    state=RecordState.CONFIRMED,
    branch="901",
    number="12345",
    photographed_on=date(2014, 3, 5),
    given="سامر",
    died_on_stated="4.3.2014",
    place_stated="مشفى",
)
NEVER = ("12345", "match found", "!", "passed away", "unfortunately", "closure", "the body")


def _words(
    app: Flask,
    language: str = "en",
    level: EvidenceLevel = EvidenceLevel.E3,
    facts: RecordFacts = FACTS,
    photographs: int = 2,
) -> dict[Layer, str]:
    with app.test_request_context():
        return dict(first_words(Known(facts, "سامر الحلاق", level, 1, photographs), language))


def test_the_words_follow_the_voice_of_the_house(app: Flask) -> None:
    words = _words(app)
    assert words[Layer.FACT].startswith("The documents show that سامر الحلاق died.")
    assert "What we do not know" in words[Layer.FACT]
    assert "What comes next" in words[Layer.FACT]
    assert words[Layer.FACT].endswith("This is not a death certificate and starts no deadline.")
    assert not any(never in text for text in words.values() for never in NEVER)


@pytest.mark.parametrize("level", [EvidenceLevel.E2, EvidenceLevel.E3, EvidenceLevel.E4])
def test_how_sure_we_are_follows_the_level(app: Flask, level: EvidenceLevel) -> None:
    said = {each: _words(app, level=each)[Layer.FACT] for each in (level, EvidenceLevel.E0)}
    assert "How sure we are" in said[level]
    assert "How sure we are" not in said[EvidenceLevel.E0]
    assert level.value not in said[level]


def test_a_doubt_is_said_where_there_is_one(app: Flask) -> None:
    assert "a doubt remains" in _words(app, level=EvidenceLevel.E2)[Layer.FACT]
    assert "a doubt remains" not in _words(app)[Layer.FACT]


def test_what_papers_say_is_said_as_theirs(app: Flask) -> None:
    words = _words(app)[Layer.DATE_PLACE]
    assert "A paper gives this day: “4.3.2014”" in words
    assert "A paper gives this place: “مشفى”" in words
    assert "5 March 2014" in words


def test_an_unknown_day_is_said_to_be_unknown(app: Flask) -> None:
    bare = RecordFacts(uuid4(), 1, RecordState.CONFIRMED, None, "1", None)
    words = _words(app, facts=bare, photographs=0)
    assert "do not say on which day" in words[Layer.DATE_PLACE]
    assert words[Layer.PHOTOGRAPHS_EXIST] == ""
    assert words[Layer.DESCRIPTION] == ""


def test_months_are_those_of_the_reader(app: Flask) -> None:
    assert "آذار" in _words(app, "ar")[Layer.DATE_PLACE]


@pytest.mark.promise("P13")
def test_every_quotation_carries_its_source_and_its_part(app: Flask) -> None:
    item = uuid4()
    said = [
        Statement(Part.CAUSE, "heart failure", FileKind.DEATH_CERTIFICATE, item),
        Statement(Part.PLACE, "somewhere", FileKind.HOSPITAL_REPORT, item),
    ]
    with app.test_request_context():
        quoted = quotations(said, "en")
    assert [(q.text, q.source, q.part) for q in quoted.values()] == [
        ("heart failure", "The death certificate", Part.CAUSE),
        ("somewhere", "The hospital paper", Part.PLACE),
    ]
    assert all(q.is_quotation and q.layer is Layer.PAPERS for q in quoted.values())
