"""The house rules that no linter knows: sizes, file names, sentences at the top, words that do not belong."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"
MODULES = sorted(PORTAL.rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

FURNITURE = {
    "__init__",
    "forms",
    "jobs",
    "models",
    "policy",
    "queries",
    "service",
    "views_account",
    "views_admin",
    "views_casework",
    "views_family",
    "views_oversight",
    "views_public",
    "vocab",
}
# Pure algorithms and single adapters, agreed one by one.
OWN_PIECES = {
    "accounts": {
        "decoys",
        "device_cookie",
        "devices",
        "entrance",
        "labels",
        "passwords",
        "proofs",
        "second_steps",
        "sessions",
        "throttle",
        "totp",
    },
    "accounts/administration": set(),
    "accounts/credentials": {"codes"},
    "accounts/duress": set(),
    "accounts/fallbacks": set(),
    "accounts/opening": set(),
    "accounts/passkeys": {"browser", "ceremony", "challenges"},
    "accounts/recovery": set(),
    "accounts/step_up": set(),
    "audit": {"chain", "counting"},
    "casework": set(),
    "casework/questions": {"labels"},
    "casework/recovery": {"labels"},
    "disclosure": set(),
    "disclosure/telling": set(),
    "disclosure/handover": {"bag"},
    "disclosure/looking": set(),
    "disclosure/packages": {"seal", "suggestions"},
    "disclosure/protection": set(),
    "disclosure/publication": {"eligibility"},
    "inquiries": {"alike", "answers", "drafting", "glass", "labels", "wizard"},
    "matching": {"evidence", "reasons", "scoring"},
    "matching/linkage": {
        "engine",
        "frame",
        "frequencies",
        "ground",
        "hearing",
        "keys",
        "learning",
        "misreading",
        "naming",
        "nearby",
        "places",
        "scoring",
        "weights",
    },
    "matching/lookup": set(),
    "matching/renewal": set(),
    "memorial": {"shelf"},
    "notifications": {"mailer", "rhythm", "words"},
    "oversight": {"labels"},
    "records": {"values"},
    "records/archive": {
        "archives",
        "availability",
        "carrying",
        "examination",
        "fates",
        "importing",
        "labels",
        "layout",
        "manifest",
        "ordering",
        "reporting",
        "survey",
        "taking",
    },
    "records/custody": set(),
    "records/likeness": {"finding", "opening"},
    "records/revision": set(),
    "records/transcription": {"agreement"},
    "records/truth": {"derivation"},
    "vault": {
        "framing",
        "home",
        "jpegs",
        "keys",
        "ledger",
        "likeness",
        "marks",
        "papers",
        "renditions",
        "rotation",
        "sandbox",
        "sandbox_child",
        "sniffing",
        "store",
        "sweeping",
        "transit",
    },
    "vault/custody": {"schedule"},
    "vault/pictures": set(),
    "verification": set(),
}


def _functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PORTAL)))
def test_a_module_stays_within_its_budget(path: Path) -> None:
    source = path.read_text()
    tree = ast.parse(source)
    assert len(source.splitlines()) <= 300
    assert ast.get_docstring(tree), "each module opens with one sentence"
    for function in _functions(tree):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= 40, f"{function.name} has {length} lines"
        arguments = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
        assert len([a for a in arguments if a.arg not in {"self", "cls"}]) <= 6, function.name


@pytest.mark.parametrize("room", sorted(OWN_PIECES))
def test_a_room_holds_only_furniture_that_was_agreed(room: str) -> None:
    found = {path.stem for path in (PORTAL / room).glob("*.py")}
    assert found - FURNITURE - OWN_PIECES[room] == set()


def test_no_room_is_missing_from_the_list() -> None:
    other = {"cli", "kernel", "pages", "translations", "web", "__pycache__"}
    rooms = {path.name for path in PORTAL.iterdir() if path.is_dir()} - other
    assert rooms == {room.split("/")[0] for room in OWN_PIECES}


def test_imports_stand_at_the_top() -> None:
    inside = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        for function in _functions(ast.parse(path.read_text()))
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_only_work_commits_and_only_the_clock_asks_for_the_time() -> None:
    commits = [p.name for p in MODULES if re.search(r"session\.commit\(|\.commit\(\)", p.read_text())]
    assert set(commits) <= {"work.py", "schema.py"}
    clocks = [p.name for p in MODULES if re.search(r"datetime\.now\(|date\.today\(|utcnow\(", p.read_text())]
    assert clocks == ["clock.py"]


@pytest.mark.asvs("1.1.2")
@pytest.mark.asvs("1.2.3")
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_a_template_is_small_and_holds_nothing_inline(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= 160
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", source)
    assert "|safe" not in source.replace(" ", "")
    assert not re.search(r"(href|src|action)=\"https?:", source), "nothing comes from elsewhere"


def test_every_suppression_carries_its_reason() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in MODULES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"# (noqa|type: ignore)", line)
        and not re.search(r"# noqa: [A-Z0-9, ]+\s+(-|#) \S|# type: ignore\[[a-z-, ]+\]\s+# \S", line)
    ]
    assert bare == []


def test_the_project_speaks_only_of_itself() -> None:
    words = re.compile(
        r"/work/|/root/\.pyenv|pypi\.org|files\.pythonhosted|registry\.npmjs|deb\.debian\.org", re.I
    )
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    strangers = [
        name
        for name in listed.splitlines()
        if (ROOT / name).suffix in {".py", ".md", ".html", ".toml", ".css", ".sh", ".lock", ".cfg", ""}
        and (ROOT / name).is_file()
        and name != "tests/structure/test_house.py"
        and words.search((ROOT / name).read_text(errors="ignore"))
    ]
    assert strangers == []
