"""`portal bench names`: files in, answers out, nothing left behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.cli.main import main
from portal.memorial import shelf
from portal.memorial.shelf import Shelf

CORPUS = """id,name_ar,name_latin
a,سامر نادر الحلاق,
b,,Rana Wael Zahrawi
c,خالد يوسف النوراني,Khaled Nourani
"""
QUERIES = """qid,query
1,Samer Hallaq
2,رنا وائل الزهراوي
3,Xalid Nurani
4,مازن طارق الجبلي
"""


@pytest.fixture(autouse=True)
def _own_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_shelf", Shelf())


def _run(tmp_path: Path, corpus: str, *more: str) -> tuple[int, str]:
    (tmp_path / "c.csv").write_text(corpus, encoding="utf-8")
    (tmp_path / "q.csv").write_text(QUERIES, encoding="utf-8")
    files = ("--corpus", "c.csv", "--queries", "q.csv", "--out", "r.jsonl")
    named = [str(tmp_path / part) if "." in part else part for part in files]
    done = CliRunner().invoke(main, ["bench", "names", *named, *more])
    return done.exit_code, done.stdout if done.exit_code == 0 else done.output


def test_each_query_is_answered_with_the_ids_of_the_file(tmp_path: Path) -> None:
    status, printed = _run(tmp_path, CORPUS, "--json")
    assert status == 0, printed
    told = json.loads(printed)
    assert (told["names"], told["queries"]) == (3, 4)
    assert told["index_mb"] > 0
    lines = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert [line["qid"] for line in lines] == ["1", "2", "3", "4"]
    assert [line["ids"][:1] for line in lines] == [["a"], ["b"], ["c"], []]
    assert all(line["ms"] > 0 for line in lines)


def test_a_file_without_its_columns_is_refused_with_a_clear_line(tmp_path: Path) -> None:
    status, printed = _run(tmp_path, "id,name\n1,x\n")
    assert status == 1
    assert "has no column name_ar, name_latin" in printed
    assert not (tmp_path / "r.jsonl").exists()


@pytest.mark.parametrize(
    ("letters", "told"),
    [(2000, "2000 letters are longer than a name"), (1_000_000, "field larger than field limit")],
)
def test_a_query_longer_than_a_name_is_refused_with_a_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, letters: int, told: str
) -> None:
    monkeypatch.setattr("tests.unit.cli.test_bench.QUERIES", f"qid,query\n1,{'a' * letters}\n")
    status, printed = _run(tmp_path, CORPUS)
    assert status == 1
    assert told in printed
    assert "Traceback" not in printed
