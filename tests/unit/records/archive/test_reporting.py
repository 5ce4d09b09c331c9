"""The report names each file's fate, each disagreement and each gap."""

from __future__ import annotations

from pathlib import Path

from portal.kernel.actor import OPERATOR
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace
from portal.records.archive import reporting
from portal.records.archive.models import Record
from portal.records.archive.vocab import Gap
from portal.vault.service import Vault
from tests.support.factories.records import sample, staged


def _a_folder(root: Path) -> Path:
    picture = next(path for path in sorted(sample(root).rglob("IMG_0001.jpg")) if path.stat().st_size > 1000)
    folder = root / "small"
    for place in ("2013-05-04/anwar/901-12", "2013-05-04/anwar/901-15", "2013-05-04/anwar/902-20"):
        (folder / "photos" / place).mkdir(parents=True)
        (folder / "photos" / place / "a.jpg").write_bytes(picture.read_bytes() + place.encode())
    (folder / "manifest.csv").write_text(
        "path,number,branch,date,photographer\n"
        "photos/2013-05-04/anwar/901-12/a.jpg,13,901,2013-05-04,anwar\n"
        "photos/2013-05-04/anwar/901-15/a.jpg,15,901,2013-05-09,anwar\n"
        "photos/2013-05-04/anwar/902-20/a.jpg,20,902,2013-05-04,anwar\n"
    )
    return folder


def test_the_report_names_fates_disagreements_and_gaps(
    place: Workplace, vault: Vault, tmp_path: Path
) -> None:
    outcome = staged(place, vault, _a_folder(tmp_path))
    assert outcome.batch_id is not None
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        lines = reporting.report(work, outcome.batch_id)
    assert "Stored: 3" in lines
    fates = [line.split("\t")[:2] for line in lines]
    assert ["stored", "photos/2013-05-04/anwar/902-20/a.jpg"] in fates
    assert ["ignored", "manifest.csv"] in fates
    assert "photos/2013-05-04/anwar/901-12/a.jpg\tnumber: folder 12, list 13" in lines
    assert "photos/2013-05-04/anwar/901-15/a.jpg\tdate: folder 2013-05-04, list 2013-05-09" in lines
    assert "901\t13-14\t2" in lines
    assert not any(line.startswith("photos/2013-05-04/anwar/902-20") for line in lines)


def test_a_gap_lies_within_one_branch_and_only_between_numbers_that_count(
    place: Workplace, vault: Vault, tmp_path: Path
) -> None:
    outcome = staged(place, vault, _a_folder(tmp_path))
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        for number in ("123456789012", "901"):
            work.session.add(Record(batch_id=outcome.batch_id, branch="902", number=number))
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert reporting.gaps(work) == [Gap("901", 13, 14), Gap("902", 21, 900)]
        assert [gap.numbers for gap in reporting.gaps(work)] == [2, 880]
