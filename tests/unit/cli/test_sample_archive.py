"""The invented archive holds every oddity it promises, and reading it finds exactly these."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path

import pikepdf
import pytest
from PIL import ExifTags, Image

from portal.cli.demo import drawing
from portal.cli.demo.sample_archive import SampleArchive, make_sample_archive
from portal.kernel.errors import Invalid
from portal.records.archive.layout import Layout
from portal.records.archive.manifest import Manifest, read_manifest
from portal.records.archive.survey import Description, confront, describe, overlook, set_in_context, walk
from portal.records.vocab import FileKind, Oddity
from portal.vault.sniffing import sniff
from portal.vault.vocab import Refused


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> SampleArchive:
    return make_sample_archive(tmp_path_factory.mktemp("archive"), seed=7)


@pytest.fixture(scope="module")
def manifest(archive: SampleArchive) -> Manifest:
    return read_manifest(archive.manifest)


def _hashes(folder: Path) -> dict[str, str]:
    files = [found.path for found in walk(folder)]
    return {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in files}


def _has_location(file: Path) -> bool:
    with Image.open(file) as picture:
        return bool(picture.getexif().get_ifd(ExifTags.IFD.GPSInfo))


def _has_script(file: Path) -> bool:
    with pikepdf.open(file) as paper:
        return "/OpenAction" in paper.Root


def _seen(archive: SampleArchive, path: str, described: Description) -> Description:
    file = archive.folder / path
    sniffed = sniff(file)
    is_paper = path.endswith(".pdf")
    return confront(
        described,
        taken=sniffed.taken_on,
        has_location=not is_paper and _has_location(file),
        has_script=is_paper and _has_script(file),
    )


def test_each_file_has_the_fate_that_was_promised(archive: SampleArchive) -> None:
    expected, refused, ignored = archive.expected, {}, {}
    seen: dict[str, str] = {}
    duplicates = {}
    for found in walk(archive.folder, archive.manifest):
        if found.ignored is not None:
            ignored[found.path] = found.ignored
            continue
        try:
            sniff(archive.folder / found.path)
        except Refused as refusal:
            refused[found.path] = refusal.reason.value
            continue
        digest = hashlib.sha256((archive.folder / found.path).read_bytes()).hexdigest()
        if digest in seen:
            duplicates[found.path] = seen[digest]
        seen.setdefault(digest, found.path)
    assert ignored == expected.ignored
    assert refused == {path: reason.value for path, reason in expected.refused.items()}
    assert duplicates == expected.duplicates
    assert len(seen) == expected.stored


def test_the_whole_archive_is_as_its_truth_says(archive: SampleArchive, manifest: Manifest) -> None:
    found = walk(archive.folder, archive.manifest)
    overview = overlook(found, Layout.parse(archive.layout), manifest)
    assert manifest.problems == ()
    assert overview.files == archive.expected.files
    assert overview.ignored == len(archive.expected.ignored)
    assert overview.numbers == archive.expected.numbers == len(archive.people) + 1
    assert [entry.path for entry in overview.missing] == archive.expected.missing
    assert overview.spellings == (("ahmad", "Ahmed"),)


def test_reading_finds_every_oddity_and_no_other(archive: SampleArchive, manifest: Manifest) -> None:
    layout, expected = Layout.parse(archive.layout), archive.expected
    overview = overlook(walk(archive.folder, archive.manifest), layout, manifest)
    odd = defaultdict(set)
    for path in _hashes(archive.folder):
        if path in expected.ignored or path in expected.refused or path in expected.duplicates:
            continue
        described = set_in_context(describe(path, layout, manifest), overview)
        for oddity in _seen(archive, path, described).oddities:
            odd[oddity].add(path)
    promised = {oddity: set(paths) for oddity, paths in expected.oddities.items()}
    del promised[Oddity.NEAR_DUPLICATE]  # only a comparison of pictures can find it
    assert odd == promised


def test_every_person_of_the_truth_is_found_with_number_branch_day_and_photographer(
    archive: SampleArchive, manifest: Manifest
) -> None:
    layout = Layout.parse(archive.layout)
    described = [describe(path, layout, manifest) for path in _hashes(archive.folder)]
    photographs = [one for one in described if one.kind is FileKind.PHOTOGRAPH]
    for person in archive.people:
        known = {(one.date, one.photographer) for one in photographs if one.number == person.number}
        assert any(day == person.date for day, _ in known)
        by = "Ahmed" if (person.date, "Ahmed") in known else person.photographer
        assert (person.date, by) in known
    assert {person.name is not None for person in archive.people} == {True, False}


def test_the_smaller_picture_is_the_same_picture(archive: SampleArchive) -> None:
    (smaller,) = archive.expected.oddities[Oddity.NEAR_DUPLICATE]
    small, large = (
        Image.open(archive.folder / path).convert("L").resize((8, 8)).tobytes()
        for path in (smaller, smaller.replace(" (small)", ""))
    )
    assert all(abs(a - b) < 12 for a, b in zip(small, large, strict=True))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_people(tmp_path: Path) -> None:
    first, again, other = (
        make_sample_archive(tmp_path / name, seed=seed, people=10)
        for name, seed in (("a", 3), ("b", 3), ("c", 4))
    )
    assert _hashes(first.folder) == _hashes(again.folder)
    assert first.people == again.people
    assert {person.number for person in other.people} != {person.number for person in first.people}


def test_papers_are_written_in_latin_letters_where_arabic_cannot_be_joined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "arabic_font", lambda: None)
    archive = make_sample_archive(tmp_path / "plain", people=10)
    papers = sorted(archive.folder.rglob("*.pdf"))
    assert papers
    assert all(sniff(paper).pages == 1 for paper in papers)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept")
    with pytest.raises(Invalid, match="not empty"):
        make_sample_archive(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_too_few_people_cannot_show_every_oddity(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="at least 10"):
        make_sample_archive(tmp_path / "few", people=9)
    assert not (tmp_path / "few").exists()
