"""`portal bench matching`: two files in, the likeliest records of each inquiry out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.cli.main import main

TOLD = """id,given,father,grandfather,family,mother_given,mother_family,birth_year,birth_place,branch,sex,arrest_date
a,سامر,خالد,,الزعترولاني,هدى,,1981,Aleppo,931,m,2016-05-02
b,Rana,Wael,,al-Qamardoulawi,,,1990,,,f,2014
c,ماهر,ياسر,,البيدجيلي,,,,,,m,2015-03
"""
READ = """id,name_as_read,mother_as_read,birth_year,place,branch,sex,photo_date,death_date
x,رنا وائل القمردولاوي,,1990,,915,f,2016-01-01,
y,سامر حالد الزعترولاني,هدى,1981,حلب,931,m,2016-09-01,2016-08-30
z,,,,,931,m,2016-09-01,
"""


def _run(folder: Path, told: str, read: str, *more: str) -> tuple[int, str]:
    (folder / "i.csv").write_text(told, encoding="utf-8")
    (folder / "r.csv").write_text(read, encoding="utf-8")
    files = [
        "--inquiries",
        str(folder / "i.csv"),
        "--records",
        str(folder / "r.csv"),
        "--out",
        str(folder / "m.jsonl"),
    ]
    done = CliRunner().invoke(main, ["bench", "matching", *files, *more])
    return done.exit_code, done.stdout if done.exit_code == 0 else done.output


def test_each_inquiry_has_a_line_with_its_likeliest_records(tmp_path: Path) -> None:
    status, printed = _run(tmp_path, TOLD, READ, "--json")
    assert status == 0, printed
    told = json.loads(printed)
    assert (told["inquiries"], told["records"], told["pairs"]) == (3, 3, 2)
    assert told["peak_mb"] > 0
    lines = {
        (line := json.loads(text))["inquiry"]: line["records"]
        for text in (tmp_path / "m.jsonl").read_text().splitlines()
    }
    assert [record for record, _ in lines["a"]] == ["y"]
    assert [record for record, _ in lines["b"]] == ["x"]
    assert lines["c"] == []
    assert all(0.0 <= weight <= 1.0 for records in lines.values() for _, weight in records)


def test_without_json_it_says_so_in_words(tmp_path: Path) -> None:
    status, printed = _run(tmp_path, TOLD, READ)
    assert status == 0, printed
    assert printed.startswith("3 inquiries and 3 records read in ")


@pytest.mark.parametrize(
    ("told", "says"),
    [("id,given\na,x\n", "has no column"), (TOLD.replace("2014", "spring 2014"), "spring 2014 is no date")],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_clear_line(
    tmp_path: Path, told: str, says: str
) -> None:
    status, printed = _run(tmp_path, told, READ)
    assert status == 1
    assert says in printed
    assert not (tmp_path / "m.jsonl").exists()
