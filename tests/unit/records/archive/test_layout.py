"""A layout reads a path whole or not at all."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.records.archive.layout import Layout, LayoutInvalid, Located
from portal.records.vocab import FileKind, Oddity

PHOTOS = Layout.parse("photos/{date}/{photographer}/{branch}-{number}/{file}")


def test_the_place_of_a_photograph_says_who_when_and_where() -> None:
    assert PHOTOS.read("photos/2019-11-04/samir/227-6306/IMG_0001 (small).jpg") == Located(
        number="6306",
        branch="227",
        date=date(2019, 11, 4),
        photographer="samir",
        file="IMG_0001 (small).jpg",
    )


def test_other_digits_hidden_marks_and_spaces_are_folded_and_noted() -> None:
    located = PHOTOS.read("Photos/٢٠١٦-٠٧-٢٧/abu \u00a0samir/\u200f٢٢٧-۶۰۵۵/IMG.jpg")
    assert located == Located(
        number="6055",
        branch="227",
        date=date(2016, 7, 27),
        photographer="abu samir",
        file="IMG.jpg",
        oddities=(Oddity.ARABIC_INDIC_DIGITS, Oddity.BIDI_CONTROL_IN_NAME),
    )


@pytest.mark.parametrize(
    "path",
    [
        "photos/2021-10-03/ahmad/copy of 227-6306/IMG_0001.jpg",
        "photos/2021-10-03/ahmad/copy-227-6306/IMG_0001.jpg",
        "photos/2021-10-03/ahmad/copy-6306/IMG_0001.jpg",
        "photos/2021-10-03/ahmad/نسخة-6306/IMG_0001.jpg",
        "photos/2021-10-03/ahmad/227-6306 (2)/IMG_0001.jpg",
        "photos/2021-10-03/ahmad/بلا رقم/IMG_0001.jpg",
        "photos/2021-02-30/ahmad/227-6306/IMG_0001.jpg",
        "photos/2021-10-03/7/227-6306/IMG_0001.jpg",
        "photos/2021-10-03/ahmad/227-6306/more/IMG_0001.jpg",
        "photos/2021-10-03/ahmad/227-6306",
        "photos/2021-10-03/../227-6306/IMG_0001.jpg",
        "/photos/2021-10-03/ahmad/227-6306/IMG_0001.jpg",
        "",
    ],
)
def test_what_does_not_fit_whole_is_not_read_at_all(path: str) -> None:
    assert PHOTOS.read(path) is None


def test_several_patterns_are_tried_in_order() -> None:
    layout = Layout.parse("photos/{date}/{any}/{number}/{file} | papers/{any}/{kind}-{number}.{any}")
    located = layout.read("papers/2018/death-certificate-8425.pdf")
    assert located == Located(number="8425", kind=FileKind.DEATH_CERTIFICATE)
    assert layout.read("photos/2018-10-10/x/8425/a.jpg") == Located(
        "8425", date=date(2018, 10, 10), file="a.jpg"
    )


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("", "empty part"),
        ("photos/{day}/{file}", "no field {day}. Fields: {any}, {branch}"),
        ("photos/{}/{file}", "no field {}"),
        ("photos/file", "names no field"),
        ("{any}/{any}", "names no field"),
        ("{number}/{number}", "{number} twice"),
        ("{branch}{number}", "nothing separates"),
        ("{number", "names no field"),
        ("{number}/{file", "opened or closed alone"),
        ("{{number}}", "opened or closed alone"),
        ("/photos/{number}", "without a leading slash"),
        ("photos\\{number}", "backslash"),
        ("../{number}", "only points"),
        ("photos//{number}", "empty part"),
        ("{any}-{any}-{any}-{number}", "more than two fields"),
        ("{number}" + "x" * 600, "longer than"),
    ],
)
def test_a_layout_that_cannot_be_used_says_why(pattern: str, says: str) -> None:
    with pytest.raises(LayoutInvalid) as refused:
        Layout.parse(pattern)
    assert says in str(refused.value)


@given(st.text())
def test_any_pattern_is_understood_or_refused_with_a_reason(pattern: str) -> None:
    with suppress(LayoutInvalid):
        assert Layout.parse(pattern).read("photos/../x") is None


PIECES = st.sampled_from(
    ["photos", "2019-11-04", "٢٠١٦-٠٧-٢٧", "samir", "227-6306", "copy of 227-6306", "..", "a.jpg"]
)


@given(st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=7).map("/".join)))
def test_a_path_is_read_whole_or_not_at_all(path: str) -> None:
    located = PHOTOS.read(path)
    if located is not None:
        assert None not in {located.number, located.branch, located.date, located.photographer, located.file}
        assert path.count("/") == 4
        assert located.number is not None
        assert located.number.isdigit()


@given(
    st.dates(min_value=date(1950, 1, 1), max_value=date(2050, 1, 1)),
    st.integers(min_value=0, max_value=10**9),
    st.integers(min_value=1, max_value=999),
    st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]),
)
def test_digits_of_any_script_say_the_same(day: date, number: int, branch: int, digits: str) -> None:
    path = f"photos/{day}/samir/{branch}-{number}/a.jpg"
    located = PHOTOS.read(path.translate(str.maketrans("0123456789", digits)))
    assert located is not None
    assert (located.date, located.number, located.branch) == (day, str(number), str(branch))
