"""A fresh machine needs two commands: what they promise, and what they install from."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROMISED = ("setup", "demo", "test", "check", "bench", "scan")
SCRIPTS = (".ci/run", "deploy/find-python", "deploy/gather-texts", "deploy/lock", "deploy/setup")
AGPL_3 = "0d96a4ff68ad6d4b6f1f30f713b18d5184912ba8dd389f86aa7710db079abcb0"
LOCK = (ROOT / "requirements.lock").read_text()
SCANNERS = (ROOT / "bench/scan/requirements.lock").read_text()


def _ask(*command: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the house as a person would, outside any make that may be running these tests."""
    environ = {name: value for name, value in os.environ.items() if "MAKE" not in name and name != "PORT"}
    return subprocess.run(
        command, cwd=ROOT, env=environ | extra, capture_output=True, text=True, check=False, timeout=60
    )


def _steps(target: str, *arguments: str) -> str:
    return _ask("make", "--dry-run", target, *arguments).stdout


def _locked() -> set[str]:
    return {canonicalize_name(name) for name in re.findall(r"^([\w.-]+)(?:\[[^]]*])?==", LOCK, re.MULTILINE)}


def _required() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
        *project["build-system"]["requires"],
    ]


@pytest.mark.parametrize("target", PROMISED)
def test_help_lists_what_is_promised(target: str) -> None:
    assert re.search(rf"^  make {target} +\S", _ask("make").stdout, re.MULTILINE)


@pytest.mark.parametrize("target", [target for target in PROMISED if target != "setup"])
def test_every_command_looks_after_the_environment_first(target: str) -> None:
    assert _steps(target).splitlines()[0] == "deploy/setup"


def test_demo_runs_the_demo() -> None:
    assert ".venv/bin/portal demo" in _steps("demo")


@pytest.mark.parametrize(("asked", "port"), [((), "8000"), (("PORT=9000",), "9000")])
def test_the_port_reaches_the_demo(asked: tuple[str, ...], port: str) -> None:
    database = _ask("make", "--dry-run", "--print-data-base", "demo", *asked).stdout
    assert re.search(rf"^PORT :?= {port}$", database, re.MULTILINE)
    assert re.search(r"^export .*\bPORT\b", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_test_brings_what_only_tests_need() -> None:
    steps = _steps("test")
    assert steps.index("deploy/setup --tests") < steps.index(".venv/bin/pytest")


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_can_be_run_and_reads_as_bash(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    assert _ask("bash", "-n", script).stderr == ""


def test_a_python_that_is_not_there_is_named() -> None:
    found = _ask("deploy/find-python", PYTHON="/nowhere/python3")
    assert found.returncode == 1
    assert "3.11" in found.stderr
    assert "/nowhere/python3" in found.stderr


@pytest.fixture
def bare_machine(tmp_path: Path) -> Path:
    """A machine with Debian's package manager, no browser, and nobody who may install one."""
    for tool in ("bash", "dirname", "env", "sed", "tr", "python3"):
        found = _ask("bash", "-c", f"command -v {tool}").stdout.strip()
        (tmp_path / tool).symlink_to(found)
    for tool, answer in {"apt-get": "exit 1", "id": "echo 1000", "sudo": "exit 1"}.items():
        script = tmp_path / tool
        script.write_text(f"#!/bin/sh\n{answer}\n")
        script.chmod(0o755)
    return tmp_path


def test_without_the_right_to_install_the_line_to_type_is_printed(bare_machine: Path) -> None:
    asked = _ask("deploy/setup", "--tests", PATH=str(bare_machine))
    assert asked.returncode == 1
    assert "  sudo apt-get install -y " in asked.stderr
    assert "chromium poppler-utils libimage-exiftool-perl" in asked.stderr


@pytest.mark.asvs("15.2.4")
@pytest.mark.parametrize("lock", [LOCK, SCANNERS], ids=["portal", "scanners"])
def test_every_locked_file_is_named_by_its_hash(lock: str) -> None:
    packages = [part for part in re.split(r"\n(?=\S)", lock.strip()) if not part.startswith("# Made on ")]
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


@pytest.mark.parametrize("lock", [LOCK, SCANNERS], ids=["portal", "scanners"])
def test_the_lock_names_no_place_to_download_from(lock: str) -> None:
    assert "://" not in lock
    assert "index" not in lock


def test_the_lock_holds_all_that_is_required() -> None:
    required = {canonicalize_name(Requirement(line).name) for line in _required()}
    assert required - _locked() == set()


def test_the_scanners_stand_apart_and_are_pinned() -> None:
    wanted = re.findall(
        r"^([a-z0-9]+)==(\S+)$", (ROOT / "bench/scan/requirements.in").read_text(), re.MULTILINE
    )
    assert {name for name, _ in wanted} == {"sqlmap", "wapiti3"}
    assert [name for name, version in wanted if f"\n{name}=={version} " not in SCANNERS] == []
    assert {name for name, _ in wanted} & _locked() == set()


def test_the_licence_is_the_whole_agpl_3() -> None:
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == AGPL_3
