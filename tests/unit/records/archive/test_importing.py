"""A folder is brought in whole, once, and either offered to a second person or gone without a trace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from portal.cli.demo.sample_archive import LAYOUT, SampleArchive, make_sample_archive
from portal.kernel.actor import OPERATOR
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.work import Workplace
from portal.records.archive import importing, queries, service
from portal.records.archive.models import ImportBatch, ImportFile, Record, RecordItem
from portal.records.archive.vocab import Outcome
from portal.records.values import shown
from portal.records.vocab import BatchState, Fate, Oddity, RefusalReason
from portal.vault.models import VaultObject
from portal.vault.service import Vault
from tests.support.factories.records import accept, sample, staged

SHARED = Path(__file__).resolve().parents[5] / "shared"

ODD_NUMBERS = {
    "arabic_indic_folder_date": Oddity.ARABIC_INDIC_DIGITS,
    "exif_date_contradicts_folder": Oddity.DATE_CONTRADICTS_EXIF,
    "gps_in_original": Oddity.LOCATION_IN_ORIGINAL,
    "pdf_with_script": Oddity.SCRIPT_IN_PDF,
    "photographer_spelled_differently": Oddity.PHOTOGRAPHER_SPELLED_DIFFERENTLY,
    "same_number_other_branch": Oddity.SAME_NUMBER_OTHER_BRANCH,
}


@pytest.fixture
def archive(tmp_path: Path) -> SampleArchive:
    return make_sample_archive(tmp_path / "archive", seed=7)


def _rows(place: Workplace, *tables: type) -> list[int]:
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        return [work.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def _paths(outcome: Outcome, fate: Fate) -> dict[str, str | None]:
    return {told.path: told.original or told.reason for told in outcome.fates if told.fate is fate}


def test_the_sample_archive_meets_exactly_the_fate_its_truth_says(
    place: Workplace, vault: Vault, archive: SampleArchive
) -> None:
    outcome, expected = staged(place, vault, archive.folder), archive.expected
    assert outcome.counts.files == expected.files
    assert outcome.counts.stored == expected.stored
    assert outcome.numbers == expected.numbers
    assert _paths(outcome, Fate.DUPLICATE) == expected.duplicates
    assert _paths(outcome, Fate.REFUSED) == expected.refused
    assert _paths(outcome, Fate.IGNORED) == expected.ignored
    assert list(_paths(outcome, Fate.MISSING)) == expected.missing
    assert _rows(place, Record, RecordItem) == [expected.numbers, expected.stored]


def test_what_is_odd_about_a_stored_file_is_noted(
    place: Workplace, vault: Vault, archive: SampleArchive
) -> None:
    outcome = staged(place, vault, archive.folder)
    stored = [told for told in outcome.fates if told.fate is Fate.STORED]
    for oddity in set(Oddity) - {Oddity.NEAR_DUPLICATE}:
        found = {told.path for told in stored if oddity in told.oddities}
        looked_for = {shown(path) for path in archive.expected.oddities.get(oddity, [])}
        assert found == looked_for, oddity


@pytest.mark.skipif(not (SHARED / "sample-archive").is_dir(), reason="the shared sample lies elsewhere")
def test_the_shared_sample_archive_counts_as_agreed(place: Workplace, vault: Vault) -> None:
    outcome = staged(place, vault, SHARED / "sample-archive")
    expected = json.loads((SHARED / "sample-archive.expected.json").read_text())
    counts = outcome.counts
    assert counts.files == expected["files_on_disk"] == 64
    assert (counts.stored, counts.duplicates, counts.refused, counts.ignored) == (57, 1, 3, 3)
    assert (counts.missing, outcome.numbers) == (1, 13)
    ((original, copy),) = expected["exact_duplicates"]
    assert _paths(outcome, Fate.DUPLICATE) == {copy: original}
    refused = {path.rsplit("/", 1)[-1]: reason for path, reason in _paths(outcome, Fate.REFUSED).items()}
    assert refused == {
        "IMG_0097.jpg": RefusalReason.WRONG_TYPE,
        "IMG_0098.jpg": RefusalReason.EMPTY,
        "IMG_0099.jpg": RefusalReason.TRUNCATED,
    }
    assert {each.split(" ")[0] for each in expected["unreadable"]} == set(refused)
    ignored = {path.rsplit("/", 1)[-1] for path in _paths(outcome, Fate.IGNORED)}
    assert ignored == {*expected["junk"], "manifest.csv"}
    assert len(_paths(outcome, Fate.MISSING)) == expected["listed_but_missing"]


@pytest.mark.skipif(not (SHARED / "sample-archive").is_dir(), reason="the shared sample lies elsewhere")
@pytest.mark.parametrize(("named", "oddity"), ODD_NUMBERS.items())
def test_what_is_odd_in_the_shared_sample_is_noted_at_the_number_it_names(
    place: Workplace, vault: Vault, named: str, oddity: Oddity
) -> None:
    number = json.loads((SHARED / "sample-archive.expected.json").read_text())[named]
    outcome = staged(place, vault, SHARED / "sample-archive")
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        rows = work.session.execute(select(ImportFile.number, ImportFile.oddities))
        numbers = {row.number for row in rows if oddity in row.oddities}
    assert outcome.batch_id is not None
    assert numbers == {number}


def test_a_dry_run_tells_the_same_and_writes_nothing(
    place: Workplace, vault: Vault, archive: SampleArchive, settings: object
) -> None:
    planned = importing.plan(archive.folder, LAYOUT)
    told = importing.dry_run(place, vault.sandbox, planned, lambda: None)
    assert _rows(place, ImportBatch, ImportFile, Record, RecordItem, VaultObject) == [0] * 5
    assert list(vault.objects.names()) == []
    assert told.batch_id is None
    assert told.fates == staged(place, vault, archive.folder).fates


@pytest.mark.promise("P17")
def test_importing_again_doubles_nothing(place: Workplace, vault: Vault, archive: SampleArchive) -> None:
    first = staged(place, vault, archive.folder)
    tables = (ImportBatch, ImportFile, Record, RecordItem, VaultObject)
    before, objects = _rows(place, *tables), len(list(vault.objects.names()))
    for state in ("staged", "accepted"):
        if state == "accepted":
            accept(place, first.batch_id)
        again = staged(place, vault, archive.folder)
        assert again.batch_id is None
        assert again.counts.duplicates == first.counts.stored + first.counts.duplicates
        assert (again.counts.stored, again.counts.refused) == (0, first.counts.refused)
        assert again.counts.files == first.counts.files
        assert _rows(place, *tables) == before
    assert len(list(vault.objects.names())) == objects


def test_one_new_file_makes_a_batch_of_one_more(
    place: Workplace, vault: Vault, archive: SampleArchive
) -> None:
    staged(place, vault, archive.folder)
    first = next(path for path in sorted(archive.folder.rglob("*.jpg")) if path.stat().st_size)
    (archive.folder / "extra.jpg").write_bytes(first.read_bytes() + b"\n")
    again = staged(place, vault, archive.folder)
    assert again.batch_id is not None
    assert again.counts.stored == 1
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert [batch.state for batch in queries.batches(work)] == [BatchState.STAGED] * 2


@pytest.mark.asvs("2.3.3")
@pytest.mark.promise("P20")
def test_an_interrupted_import_goes_on_where_it_ended(
    place: Workplace, vault: Vault, archive: SampleArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "FILES_AT_ONCE", 10)
    steps = iter(range(25))

    def until_killed() -> None:
        if next(steps, None) is None:
            raise KeyboardInterrupt

    planned = importing.plan(archive.folder, LAYOUT)
    with pytest.raises(KeyboardInterrupt):
        importing.stage_folder(place, vault, planned, until_killed)
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        (half,) = queries.batches(work)
        assert half.state is BatchState.STAGING
        assert len(queries.fates(work, half.id)) == 20
    outcome = staged(place, vault, archive.folder)
    assert outcome.batch_id == half.id
    assert outcome.counts.stored == archive.expected.stored
    assert _paths(outcome, Fate.DUPLICATE) == archive.expected.duplicates
    assert _rows(place, ImportBatch, RecordItem) == [1, archive.expected.stored]


def test_an_interrupted_import_of_the_same_folder_in_another_way_is_cleared_away(
    place: Workplace, vault: Vault, archive: SampleArchive
) -> None:
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        service.begin(work, vault, importing.plan(archive.folder, "{number}/{file}").order)
    outcome = staged(place, vault, archive.folder)
    assert outcome.counts.stored == archive.expected.stored
    assert _rows(place, ImportBatch) == [1]


def test_an_interrupted_import_of_another_archive_waits_to_go_on(
    place: Workplace, vault: Vault, archive: SampleArchive
) -> None:
    other = importing.plan(archive.folder, LAYOUT, source="other")
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        interrupted = service.begin(work, vault, other.order)
    assert staged(place, vault, archive.folder).counts.stored == archive.expected.stored
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert service.begin(work, vault, other.order) == interrupted


@pytest.mark.asvs("2.3.4")
def test_two_imports_at_once_are_refused(place: Workplace, vault: Vault, archive: SampleArchive) -> None:
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        service.be_alone(work)
        with pytest.raises(Conflict, match="another import"):
            staged(place, vault, archive.folder)
    assert _rows(place, ImportBatch) == [0]


@pytest.mark.asvs("5.3.2")
@pytest.mark.asvs("14.2.4")
@pytest.mark.promise("P16")
def test_no_plain_text_of_a_file_or_its_name_reaches_the_vault(
    place: Workplace, vault: Vault, tmp_path: Path, settings: object
) -> None:
    root = sample(tmp_path)
    planted = b"INVENTED-PLANTED-STRING-4711"
    whole = next(path for path in sorted(root.rglob("IMG_0001.jpg")) if path.stat().st_size > 1000)
    (root / "planted-name.jpg").write_bytes(whole.read_bytes() + planted)
    assert staged(place, vault, root).counts.stored > 0
    stored = [path for path in (tmp_path / "data" / "vault").rglob("*") if path.is_file()]
    assert stored
    assert not [p for p in stored if planted in p.read_bytes() or b"JFIF" in p.read_bytes()]
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        sealed = work.session.scalars(text("select path from import_file")).all()
    assert not [name for name in sealed if b"planted-name" in bytes(name)]


@pytest.mark.promise("P20")
@pytest.mark.parametrize("layout", ["", "photos/{nonsense}", "/photos/{file}"])
def test_a_layout_that_cannot_be_used_is_refused_before_anything_is_read(tmp_path: Path, layout: str) -> None:
    with pytest.raises(Invalid):
        importing.plan(tmp_path, layout)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="not a folder"):
        importing.plan(tmp_path / "gone", LAYOUT)


@pytest.fixture
def secretive(tmp_path: Path) -> Iterator[Path]:
    root = sample(tmp_path)
    link = root / "link.jpg"
    link.symlink_to("/etc/hostname")
    yield root
    link.unlink()


@pytest.mark.asvs("5.2.5")
def test_a_link_is_named_but_neither_followed_nor_counted(
    place: Workplace, vault: Vault, secretive: Path
) -> None:
    outcome = staged(place, vault, secretive)
    assert _paths(outcome, Fate.IGNORED)["link.jpg"] == "symlink"
    assert outcome.counts.files == sum(1 for p in secretive.rglob("*") if p.is_file() and not p.is_symlink())
