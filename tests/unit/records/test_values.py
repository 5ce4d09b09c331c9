"""Numbers, branches, dates, kinds and names: read in every spelling met, and never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.records.values import (
    guess_kind,
    oddities_of,
    read_branch,
    read_date,
    read_kind,
    read_number,
    shown,
    sound,
    tidy,
)
from portal.records.vocab import FileKind, Oddity


@pytest.mark.parametrize(
    "written",
    [
        "2016-07-27",
        "٢٠١٦-٠٧-٢٧",
        "۲۰۱۶-۰۷-۲۷",
        "2016.7.27",
        "20160727",
        "27.7.2016",
        "27/07/2016",
        "2016-07-27 00:00:00",
        "\u200f2016-07-27",
    ],
)
def test_a_day_is_read_in_each_way_it_is_written(written: str) -> None:
    assert read_date(written) == date(2016, 7, 27)


@pytest.mark.parametrize(
    "written", ["04/11/2019", "4-11-2019", "2019-02-30", "2019", "11-2019", "0001-01-01", "", "x"]
)
def test_a_day_that_could_be_two_or_none_is_not_guessed(written: str) -> None:
    assert read_date(written) is None


def test_the_order_of_day_and_month_is_certain_with_points_or_when_both_are_the_same() -> None:
    assert read_date("04.11.2019") == date(2019, 11, 4)
    assert read_date("11/11/2019") == date(2019, 11, 11)


@pytest.mark.parametrize("written", ["copy of 227", "copy", "نسخة", "227-6306", "copy227", "", "2 27"])
def test_a_phrase_in_a_folder_is_no_branch(written: str) -> None:
    assert read_branch(written) is None


@pytest.mark.parametrize(
    ("written", "kept"), [("227", "227"), ("٢٢٧", "227"), ("215b", "215b"), ("فلسطين", "فلسطين")]
)
def test_a_branch_is_a_number_or_one_word(written: str, kept: str) -> None:
    assert read_branch(written) == kept


def test_a_leading_zero_of_a_number_stays() -> None:
    assert read_number("\u202b٠٦٣٠٦\u202c ") == "06306"
    assert read_number("6306a") is None


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Death_Certificate", FileKind.DEATH_CERTIFICATE),
        ("شهادة وفاة", FileKind.DEATH_CERTIFICATE),
        ("شهاده  وفاه", FileKind.DEATH_CERTIFICATE),
        ("court sign-off", FileKind.COURT_SIGN_OFF),
        ("صُورة", FileKind.PHOTOGRAPH),
        ("something else", None),
    ],
)
def test_a_kind_is_read_in_both_languages(written: str, kind: FileKind | None) -> None:
    assert read_kind(written) is kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("papers/2018/death-certificate-8425.pdf", FileKind.DEATH_CERTIFICATE),
        ("papers/2018/court-8425.tif", FileKind.COURT_SIGN_OFF),
        ("photos/2018/IMG_1.jpg", FileKind.PHOTOGRAPH),
        ("2018/scan 3.tif", FileKind.PHOTOGRAPH),
        ("2018/scan 3.pdf", FileKind.OTHER_PAPER),
        ("README", FileKind.OTHER_PAPER),
    ],
)
def test_without_a_word_from_anybody_the_name_is_asked_and_pictures_are_guarded_as_photographs(
    path: str, kind: FileKind
) -> None:
    assert guess_kind(path) is kind


def test_three_spellings_of_a_name_sound_alike_and_others_do_not() -> None:
    assert sound("Ahmed") == sound("ahmad") == sound("أحمد")
    assert sound("Osama") == sound("Usamah") == sound("أسامة")
    assert sound("Tariq") == sound("tarek") == sound("طارق")
    assert len({sound(name) for name in ("samir", "ahmad", "nidal")}) == 3


def test_marks_that_only_change_how_a_name_looks_are_taken_out_and_noted() -> None:
    tidied = tidy("صورة  \u202egpj.jpg")
    assert tidied.text == "صورة gpj.jpg"
    assert tidied.oddities == {Oddity.BIDI_CONTROL_IN_NAME}


def test_a_name_is_shown_with_its_invisible_and_undecodable_parts() -> None:
    assert shown("a\u202egpj\n\udcff.jpg") == "a\\u202egpj\\u000a\\udcff.jpg"
    assert oddities_of("\udcff") == {Oddity.UNREADABLE_NAME}


@given(st.text())
def test_any_text_becomes_text_that_can_be_stored(text: str) -> None:
    for safe in (tidy(text).text, shown(text)):
        assert "\0" not in safe
        safe.encode()
    assert tidy(tidy(text).text).text == tidy(text).text


@given(st.text())
def test_no_text_breaks_a_reader(text: str) -> None:
    for read in (read_branch, read_date, read_kind, read_number, sound, guess_kind):
        read(text)
