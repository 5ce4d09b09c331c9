"""A list is read in the forms people save it in, row by row, and says which rows it could not use."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.records.archive.manifest import (
    Entry,
    Manifest,
    ManifestInvalid,
    RowProblem,
    gather,
    read_manifest,
)
from portal.records.vocab import FileKind, RowFlaw

HEAD = "path,kind,number,branch,date,photographer,note\n"


def _gather(text: str, encoding: str = "utf-8") -> Manifest:
    return gather(io.BytesIO(text.encode(encoding)))


def _flaws(manifest: Manifest) -> list[tuple[int, RowFlaw]]:
    return [(problem.line, problem.flaw) for problem in manifest.problems]


def test_a_row_says_what_a_file_is(tmp_path: Path) -> None:
    path = tmp_path / "manifest.csv"
    path.write_text(
        HEAD + 'a/b.pdf,death certificate,6306,227,2019-11-02,,"seen, twice"\n', encoding="utf-8-sig"
    )
    manifest = read_manifest(path)
    assert manifest.entries == {
        "a/b.pdf": Entry(
            line=2,
            path="a/b.pdf",
            kind=FileKind.DEATH_CERTIFICATE,
            number="6306",
            branch="227",
            date=date(2019, 11, 2),
            note="seen, twice",
        )
    }
    assert manifest.problems == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1256", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_arabic_headings_come_in_any_order_encoding_and_separator(
    encoding: str, separator: str, newline: str
) -> None:
    rows = [["الرقم", "المسار", "الفرع", "النوع"], ["6306", "صور/١.jpg", "فلسطين", "صورة"]]
    text = "".join(separator.join(row) + newline for row in rows)
    if encoding == "windows-1256":  # it has no Arabic-Indic digits
        text = text.replace("١", "1")
    (entry,) = _gather(text, encoding).entries.values()
    assert (entry.line, entry.number, entry.branch, entry.kind) == (2, "6306", "فلسطين", FileKind.PHOTOGRAPH)


def test_paths_are_found_however_they_were_typed() -> None:
    manifest = _gather(HEAD + ".\\photos\\x\\Ame\u0301lie.jpg,,1\n./photos//y.jpg,,2\n")
    found = manifest.entry_for("photos/x/Am\u00e9lie.jpg")
    assert found is not None
    assert manifest.entry_for("photos/x/Ame\u0301lie.jpg") is found
    assert manifest.entry_for("photos/y.jpg") is not None
    assert manifest.entry_for("photos/z.jpg") is None


@pytest.mark.asvs("5.3.3")
@pytest.mark.parametrize(
    "path", ["../x.jpg", "a/../../x.jpg", "/etc/x.jpg", "C:\\x.jpg", "\\\\server\\x.jpg", "a\0.jpg"]
)
def test_a_path_that_leaves_the_folder_is_refused(path: str) -> None:
    manifest = _gather(HEAD + f"{path},,1\n")
    assert manifest.entries == {}
    assert _flaws(manifest) == [(2, RowFlaw.PATH_LEAVES_FOLDER)]


def test_a_cell_that_cannot_be_read_is_reported_and_the_rest_of_its_row_counts() -> None:
    manifest = _gather(HEAD + "a.jpg,riddle,63x06,227,04/11/2019,7,\n")
    assert manifest.problems == (
        RowProblem(2, RowFlaw.BAD_DATE, "date", "04/11/2019"),
        RowProblem(2, RowFlaw.BAD_KIND, "kind", "riddle"),
        RowProblem(2, RowFlaw.BAD_NUMBER, "number", "63x06"),
        RowProblem(2, RowFlaw.BAD_PHOTOGRAPHER, "photographer", "7"),
    )
    assert manifest.entries == {"a.jpg": Entry(2, "a.jpg", branch="227")}


def test_of_two_rows_for_one_file_the_first_counts_and_the_second_is_reported() -> None:
    manifest = _gather(HEAD + "a.jpg,,1\na.jpg,,1\na.jpg,,2\n")
    assert manifest.entries["a.jpg"].number == "1"
    assert _flaws(manifest) == [(3, RowFlaw.DUPLICATE_ROW), (4, RowFlaw.DUPLICATE_ROW_DIFFERS)]


def test_blank_rows_are_passed_over_and_rows_without_a_path_or_with_too_much_are_reported() -> None:
    manifest = _gather(HEAD + "\n,,,,,,\n,,6306\na.jpg,,1,,,,note,spilt\nb.jpg\n")
    assert _flaws(manifest) == [(4, RowFlaw.NO_PATH), (5, RowFlaw.TOO_MANY_CELLS)]
    assert list(manifest.entries) == ["b.jpg"]


def test_lines_are_counted_through_notes_of_several_lines() -> None:
    manifest = _gather(HEAD + 'a.jpg,,1,,,,"one\ntwo"\nb.jpg,,2\n')
    assert [entry.line for entry in manifest.entries.values()] == [2, 4]


def test_a_quotation_mark_that_nobody_closed_swallows_nothing_unnoticed() -> None:
    manifest = _gather(HEAD + 'a.jpg,,1,,,,"open\n' + "".join(f"{n}.jpg,,{n}\n" for n in range(40)))
    assert _flaws(manifest) == [(2, RowFlaw.UNREADABLE_ROW)]


def test_a_cell_larger_than_any_note_is_reported_and_reading_goes_on() -> None:
    manifest = _gather(HEAD + "a.jpg,,,,,," + "x" * 200_000 + "\nb.jpg,,2\n")
    assert _flaws(manifest) == [(2, RowFlaw.UNREADABLE_ROW)]
    assert list(manifest.entries) == ["b.jpg"]


def test_unknown_columns_are_named_and_left() -> None:
    manifest = _gather("path,shelf,number\na.jpg,4,6306\n")
    assert manifest.unknown_columns == ("shelf",)
    assert manifest.entries["a.jpg"].number == "6306"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "needs a column named path"),
        (b"number,branch\n1,2\n", "needs a column named path"),
        (b"path,number,detainee number\n", "more than one column for number"),
        (b"\xff\xfe\x00", "middle of a letter"),
        (b"\xff\xfep\x00a\x00t\x00h\x00\n\x00a\x00\n", "middle of a letter"),
        (bytes(range(256)) * 50, "needs a column named path"),
    ],
)
def test_a_file_that_is_no_list_says_what_it_needs(content: bytes, says: str) -> None:
    with pytest.raises(ManifestInvalid) as refused:
        gather(io.BytesIO(content))
    assert says in str(refused.value)


@pytest.mark.asvs("2.2.1")
@given(st.one_of(st.binary(), st.binary().map(lambda rest: HEAD.encode() + rest)))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    try:
        manifest = gather(io.BytesIO(content))
    except ManifestInvalid:
        return
    for path, entry in manifest.entries.items():
        assert path == entry.path
        assert ".." not in path.split("/")
        assert not path.startswith("/")


@given(
    st.lists(
        st.text(
            st.characters(
                exclude_categories=("Cs", "Cc", "Cf", "Zs", "Zl", "Zp"), exclude_characters='/\\",:'
            ),
            min_size=1,
        ).filter(lambda name: name not in {".", ".."}),
        max_size=20,
    )
)
def test_each_row_is_an_entry_or_a_problem(names: list[str]) -> None:
    manifest = _gather(HEAD + "".join(f"{name},,1\n" for name in names))
    assert len(manifest.entries) + len(manifest.problems) == len(names)


def test_a_column_under_another_heading_is_mapped_once_and_goes_before_a_guess(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Serial;number;Where\n٤٧١١;1;a.jpg\n", encoding="utf-8")
    entry = read_manifest(path, {"number": "serial", "path": " Where "}).entry_for("a.jpg")
    assert entry is not None
    assert entry.number == "4711"


@pytest.mark.promise("P20")
def test_a_column_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("path\na.jpg\n")
    with pytest.raises(ManifestInvalid, match="colour"):
        read_manifest(path, {"colour": "Farbe"})
