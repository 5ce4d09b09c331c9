"""Folder and list are put together file by file; disagreements are kept and named, and nothing is merged."""

from __future__ import annotations

import io
import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.records.archive.layout import Layout
from portal.records.archive.manifest import Manifest, gather, read_manifest
from portal.records.archive.survey import (
    FolderInvalid,
    Found,
    confront,
    describe,
    open_original,
    overlook,
    set_in_context,
    walk,
)
from portal.records.vocab import FileKind, IgnoreReason, Oddity

LAYOUT = Layout.parse("photos/{date}/{photographer}/{branch}-{number}/{file}")
SAMPLE = Path(__file__).resolve().parents[5] / "shared" / "sample-archive"
PHOTO = "photos/2021-10-03/ahmad/215-7956/IMG_0001.jpg"


def _listed(*rows: str) -> Manifest:
    text = "path,kind,number,branch,date,photographer,note\n" + "".join(f"{row}\n" for row in rows)
    return gather(io.BytesIO(text.encode()))


def _found(*paths: str) -> list[Found]:
    return [Found(path, path, 1) for path in paths]


def test_folder_and_list_that_agree_leave_nothing_odd() -> None:
    described = describe(PHOTO, LAYOUT, _listed(f"{PHOTO},photograph,7956,٢١٥,2021-10-03,Ahmad,seen"))
    assert (described.number, described.branch, described.date) == ("7956", "215", date(2021, 10, 3))
    assert (described.kind, described.photographer, described.note) == (FileKind.PHOTOGRAPH, "ahmad", "seen")
    assert described.oddities == ()


def test_for_a_photograph_the_folder_prevails_and_both_statements_are_kept() -> None:
    described = describe(PHOTO, LAYOUT, _listed(f"{PHOTO},photograph,1111,227,2021-10-04,samir,"))
    assert (described.number, described.branch, described.date) == ("7956", "215", date(2021, 10, 3))
    assert described.stated_by_folder.photographer == described.photographer == "ahmad"
    assert (described.stated_by_manifest.number, described.stated_by_manifest.branch) == ("1111", "227")
    assert described.oddities == (
        Oddity.BRANCH_CONTRADICTS_MANIFEST,
        Oddity.DATE_CONTRADICTS_MANIFEST,
        Oddity.NUMBER_CONTRADICTS_MANIFEST,
        Oddity.PHOTOGRAPHER_CONTRADICTS_MANIFEST,
    )


def test_for_a_paper_the_list_prevails() -> None:
    layout = Layout.parse("papers/{any}/{kind}-{branch}-{number}.{any}")
    path = "papers/2019/court-227-6306.tif"
    described = describe(path, layout, _listed(f"{path},death certificate,6307,215,2019-11-02,,"))
    assert (described.kind, described.number, described.branch) == (FileKind.DEATH_CERTIFICATE, "6307", "215")
    assert Oddity.KIND_CONTRADICTS_MANIFEST in described.oddities
    assert describe(path, layout).kind is FileKind.COURT_SIGN_OFF


def test_number_and_branch_of_two_different_people_are_never_put_together() -> None:
    layout = Layout.parse("{number}/{file} | {branch}-{number}/{file}")
    described = describe("7956/a.jpg", layout, _listed("7956/a.jpg,photograph,1111,227"))
    assert (described.number, described.branch) == ("7956", None)
    described = describe("7956/a.jpg", layout, _listed("7956/a.jpg,photograph,7956,227"))
    assert (described.number, described.branch) == ("7956", "227")
    described = describe("7956/a.jpg", layout, _listed("7956/a.jpg,photograph,,227"))
    assert (described.number, described.branch) == ("7956", "227")


def test_a_copy_and_a_file_without_number_are_nobody_s_until_a_person_looks() -> None:
    for folder in ("copy of 227-6306", "بلا رقم"):
        described = describe(f"photos/2021-10-03/ahmad/{folder}/a.jpg", LAYOUT, _listed())
        assert (described.number, described.branch) == (None, None)
        assert described.oddities == (Oddity.NO_NUMBER, Oddity.NOT_IN_MANIFEST)


def test_without_a_list_nothing_is_missing_from_it() -> None:
    assert describe(PHOTO, LAYOUT).oddities == ()


def test_the_same_photographer_spelled_differently_is_noted_and_not_merged() -> None:
    described = describe(PHOTO, LAYOUT, _listed(f"{PHOTO},photograph,7956,215,2021-10-03,أحمد,"))
    assert described.oddities == (Oddity.PHOTOGRAPHER_SPELLED_DIFFERENTLY,)
    assert described.photographer == "ahmad"
    assert described.stated_by_manifest.photographer == "أحمد"


def test_across_the_archive_the_rarer_spelling_is_the_odd_one() -> None:
    other = "photos/2023-08-12/Ahmed/215-2065/IMG_0001.jpg"
    overview = overlook(_found(PHOTO, PHOTO.replace("0001", "0002"), other), LAYOUT)
    assert overview.spellings == (("ahmad", "Ahmed"),)
    assert set_in_context(describe(other, LAYOUT), overview).oddities == (
        Oddity.PHOTOGRAPHER_SPELLED_DIFFERENTLY,
    )
    assert set_in_context(describe(PHOTO, LAYOUT), overview).oddities == ()


def test_one_number_under_two_branches_is_two_people_and_both_are_marked() -> None:
    other = PHOTO.replace("215-", "227-")
    overview = overlook(_found(PHOTO, other), LAYOUT)
    assert (overview.numbers, overview.shared_numbers) == (2, {"7956": ("215", "227")})
    for path in (PHOTO, other):
        assert Oddity.SAME_NUMBER_OTHER_BRANCH in set_in_context(describe(path, LAYOUT), overview).oddities


def test_a_number_without_branch_counts_only_when_it_has_no_branch_anywhere() -> None:
    manifest = _listed("a.pdf,paper,7956", "b.pdf,paper,1234", "c.pdf,paper,1234")
    overview = overlook(_found(PHOTO, "a.pdf", "b.pdf", "c.pdf"), LAYOUT, manifest)
    assert overview.numbers == 2
    assert overview.shared_numbers == {}


def test_listed_files_that_are_not_there_are_named() -> None:
    manifest = _listed("a.pdf,paper,1", "b.pdf,paper,2")
    overview = overlook(_found("a.pdf"), LAYOUT, manifest)
    assert [(entry.path, entry.line) for entry in overview.missing] == [("b.pdf", 3)]


def test_the_camera_s_day_counts_for_photographs_only() -> None:
    photo = confront(describe(PHOTO, LAYOUT), taken=date(2020, 1, 1), has_location=True, has_script=False)
    assert photo.oddities == (Oddity.DATE_CONTRADICTS_EXIF, Oddity.LOCATION_IN_ORIGINAL)
    paper = describe("a.pdf", LAYOUT, _listed("a.pdf,paper,1,1,2019-01-01"))
    seen = confront(paper, taken=date(2020, 1, 1), has_location=False, has_script=True)
    assert seen.oddities == (Oddity.SCRIPT_IN_PDF,)
    assert confront(describe(PHOTO, LAYOUT), taken=None, has_location=False, has_script=False).oddities == ()


@given(st.text(), st.text(st.characters(codec="utf-8"), max_size=20))
def test_any_path_is_described(path: str, cell: str) -> None:
    described = describe(path, LAYOUT, _listed(f"a.jpg,{cell},1"))
    assert (described.number is None) == (Oddity.NO_NUMBER in described.oddities)


def test_the_shared_sample_archive_is_read_as_its_truth_says() -> None:
    if not SAMPLE.is_dir():
        pytest.skip("there is no ../shared/sample-archive beside this checkout")
    manifest = read_manifest(SAMPLE / "manifest.csv")
    found = list(walk(SAMPLE, SAMPLE / "manifest.csv"))
    overview = overlook(found, LAYOUT, manifest)
    assert (overview.files, overview.ignored, len(overview.missing)) == (64, 3, 1)
    assert overview.numbers == 13
    assert overview.shared_numbers == {"7956": ("215", "227")}
    assert overview.spellings == (("ahmad", "Ahmed"),)
    kept = [one for one in found if one.ignored is None]
    described = [set_in_context(describe(one.path, LAYOUT, manifest), overview) for one in kept]
    odd = Counter(oddity for one in described for oddity in one.oddities)
    assert odd[Oddity.ARABIC_INDIC_DIGITS] == 4
    assert odd[Oddity.NO_NUMBER] == 2
    assert odd[Oddity.BIDI_CONTROL_IN_NAME] == 1
    assert {one.number for one in described if Oddity.PHOTOGRAPHER_SPELLED_DIFFERENTLY in one.oddities} == {
        "2065"
    }
    kinds = Counter(one.kind for one in described)
    assert (kinds[FileKind.DEATH_CERTIFICATE], kinds[FileKind.COURT_SIGN_OFF]) == (4, 2)


def _write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"invented")


def _by_path(root: Path, manifest: Path | None = None) -> dict[str, IgnoreReason | None]:
    return {found.path: found.ignored for found in walk(root, manifest)}


def test_the_order_is_the_same_each_time_and_by_name(tmp_path: Path) -> None:
    _write(tmp_path, "b/2.jpg", "a/z.jpg", "b/1.jpg", "a.jpg", "ب/١.jpg")
    assert [found.path for found in walk(tmp_path)] == ["a/z.jpg", "a.jpg", "b/1.jpg", "b/2.jpg", "ب/١.jpg"]


def test_junk_and_lists_are_left_out_with_the_reason_and_hidden_files_are_not(tmp_path: Path) -> None:
    _write(tmp_path, "Thumbs.db", "x/.DS_Store", "x/DESKTOP.INI", "x/._a.jpg", "__MACOSX/x/a.jpg")
    _write(tmp_path, "manifest.csv", "lists/second.csv", "x/manifest.csv", "x/.hidden.jpg", "x/a.jpg")
    reasons = _by_path(tmp_path, tmp_path / "lists" / ".." / "lists" / "second.csv")
    assert {path for path, reason in reasons.items() if reason is IgnoreReason.SYSTEM_JUNK} == {
        "Thumbs.db",
        "x/.DS_Store",
        "x/DESKTOP.INI",
        "x/._a.jpg",
        "__MACOSX/x/a.jpg",
    }
    assert {path for path, reason in reasons.items() if reason is IgnoreReason.MANIFEST} == {
        "manifest.csv",
        "lists/second.csv",
    }
    assert {path for path, reason in reasons.items() if reason is None} == {
        "x/manifest.csv",
        "x/.hidden.jpg",
        "x/a.jpg",
    }


@pytest.mark.asvs("5.2.5")
def test_links_and_devices_are_named_but_never_followed_or_counted(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    _write(outside, "secret.jpg")
    _write(root, "a.jpg")
    (root / "link.jpg").symlink_to(outside / "secret.jpg")
    (root / "folder").symlink_to(outside, target_is_directory=True)
    (root / "round").symlink_to(root, target_is_directory=True)
    os.mkfifo(root / "pipe")
    found = {one.path: one for one in walk(root)}
    assert {path for path, one in found.items() if one.ignored is IgnoreReason.SYMLINK} == {
        "folder",
        "link.jpg",
        "round",
    }
    assert found["pipe"].ignored is IgnoreReason.SPECIAL
    assert [path for path, one in found.items() if one.is_regular] == ["a.jpg"]


def test_a_name_that_is_no_text_is_found_opened_and_shown_safely(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/\xd5\xe6\xd1.jpg"
    with open(raw, "wb") as file:  # noqa: PTH123 - a path of bytes
        file.write(b"invented")
    (found,) = walk(tmp_path)
    assert found.shown == "\\udcd5\\udce6\\udcd1.jpg"
    with open_original(tmp_path, found) as file:
        assert file.read() == b"invented"


@pytest.mark.asvs("5.2.5")
def test_a_link_put_in_the_way_after_the_walk_is_refused(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    _write(outside, "a.jpg")
    _write(root, "x/a.jpg", "y/a.jpg")
    first, second = walk(root)
    (root / "x" / "a.jpg").unlink()
    (root / "x" / "a.jpg").symlink_to(outside / "a.jpg")
    (root / "y" / "a.jpg").unlink()
    (root / "y").rmdir()
    (root / "y").symlink_to(outside, target_is_directory=True)
    for found in (first, second):
        with pytest.raises(FolderInvalid, match="cannot be opened"):
            open_original(root, found)


@pytest.mark.asvs("5.2.5")
def test_a_pipe_put_in_the_way_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    with pytest.raises(FolderInvalid, match="no longer an ordinary file"):
        open_original(tmp_path, Found("a.jpg", "a.jpg", 8))


def test_a_folder_that_cannot_be_read_stops_the_walk(tmp_path: Path) -> None:
    with pytest.raises(FolderInvalid, match="The archive's folder cannot be read"):
        list(walk(tmp_path / "nowhere"))
