"""What a liaison sends: words, ticked quotations, a frame around a face."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from portal.disclosure.packages.forms import FaceForm, WriteForm
from portal.disclosure.vocab import Item
from portal.inquiries.vocab import Layer
from portal.records.vocab import Part

QUOTED = {
    "a.cause": Item(Layer.PAPERS, 1, "heart failure", "The death certificate", part=Part.CAUSE),
    "a.place": Item(Layer.PAPERS, 2, "somewhere", "The death certificate", part=Part.PLACE),
}


def _written(app: Flask, **said: object) -> WriteForm:
    with app.test_request_context():
        form = WriteForm(MultiDict({"version": "1", **said}), meta={"csrf": False})
        form.offer(QUOTED)
        form.validate()
        return form


def test_what_is_empty_is_no_part_of_the_package(app: Flask) -> None:
    form = _written(app, fact="  It is so.  ", description="   ")
    assert form.errors == {}
    assert form.answer(QUOTED) == [Item(Layer.FACT, 0, "It is so.")]


def test_lines_end_the_same_way_whatever_the_browser(app: Flask) -> None:
    form = _written(app, fact="One.\r\n\r\nTwo.")
    assert form.answer(QUOTED)[0].text == "One.\n\nTwo."


@pytest.mark.promise("P13")
def test_a_quotation_is_only_what_a_paper_says(app: Flask) -> None:
    form = _written(app, fact="It is so.", quoted="a.place")
    assert [item.text for item in form.answer(QUOTED)] == ["It is so.", "somewhere"]
    assert "quoted" in _written(app, fact="It is so.", quoted="invented").errors


def test_a_package_needs_its_fact(app: Flask) -> None:
    assert "fact" in _written(app, date_place="A day.").errors


@pytest.mark.promise("P20")
@pytest.mark.parametrize(
    ("frame", "wrong"),
    [
        ({"left": "10", "top": "10", "right": "60", "bottom": "60"}, set()),
        ({"left": "60", "top": "10", "right": "10", "bottom": "60"}, {"right"}),
        ({"left": "10", "top": "60", "right": "60", "bottom": "60"}, {"bottom"}),
        ({"left": "-1", "top": "0", "right": "101", "bottom": "60"}, {"left", "right"}),
        ({"left": "a", "top": "", "right": "60", "bottom": "60"}, {"left", "top"}),
    ],
)
def test_a_frame_has_a_width_and_a_height(app: Flask, frame: dict[str, str], wrong: set[str]) -> None:
    with app.test_request_context():
        form = FaceForm(MultiDict({"version": "1", **frame}), meta={"csrf": False})
        assert form.validate() is (not wrong)
        assert set(form.errors) == wrong
        if not wrong:
            assert form.answer(uuid4()).box(200, 100) == (20, 10, 120, 60)
