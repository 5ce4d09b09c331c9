"""The documents say what is so: paths, commands, settings, rooms and names in them exist, and benches run."""

from __future__ import annotations

import ast
import re
import tomllib
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import click
import pytest

from bench import invented, search
from bench import vault as vault_bench
from bench.ground import Ground
from portal import config
from portal.cli.main import main
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.work import Workplace
from portal.notifications.words import MESSAGE
from portal.vault.service import Vault
from portal.web.audience import ZONES

ROOT = Path(__file__).parents[2]
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
DOCUMENTS = sorted(
    [
        *(
            ROOT / name
            for name in ("README.md", "CONTRIBUTING.md", "bench/README.md", "bench/scan/README.md")
        ),
        *(ROOT / "docs").rglob("*.md"),
    ]
)
README = (ROOT / "README.md").read_text(encoding="utf-8")
BEGINNINGS = ("bench", "deploy", "docs", "migrations", "portal", "scan", "static", "templates", "tests")
HEADINGS = ["Context", "Decision", "Status", "Consequences"]

each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
each_decision = pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)


def _quoted(text: str) -> list[str]:
    """What stands between backticks, in lines and in blocks."""
    blocks = re.findall(r"```.*?\n(.*?)```", text, re.DOTALL)
    lines = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [*lines, *(line for block in blocks for line in block.splitlines())]


def _paths(text: str) -> set[str]:
    found = re.compile(rf"(?<![\w/.])(?:{'|'.join(BEGINNINGS)})/[\w./-]*|\b[\w-]+\.(?:toml|lock)\b")
    return {path.rstrip(".") for quoted in _quoted(text) for path in found.findall(quoted)}


def _commands(text: str) -> set[tuple[str, ...]]:
    """The words after `portal` that could be commands, at most two."""
    said = [re.match(r"(?:\S+=\S+ )*(?:\.venv/bin/)?portal ([a-z ]+)", line) for line in _quoted(text)]
    return {tuple(match[1].split()[:2]) for match in said if match}


def _settings_table() -> list[str]:
    return re.findall(r"^\| `(PORTAL_[A-Z_]+)` \|", README, re.MULTILINE)


@each_document
def test_every_path_that_is_named_exists(path: Path) -> None:
    missing = [
        name for name in sorted(_paths(path.read_text(encoding="utf-8"))) if not (ROOT / name).exists()
    ]
    assert missing == []


@each_document
def test_every_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@each_document
def test_every_command_that_is_named_exists(path: Path) -> None:
    for words in _commands(path.read_text(encoding="utf-8")):
        command: click.Command = main
        for word in words:
            if isinstance(command, click.Group):
                assert word in command.commands, f"portal {' '.join(words)}"
                command = command.commands[word]


def test_every_command_stands_in_the_readme() -> None:
    wanted = set()
    for name, command in main.commands.items():
        below = command.commands if isinstance(command, click.Group) else {}
        wanted |= {f"portal {name} {each}" for each in below} or {f"portal {name}"}
    listed = re.findall(r"^\| `(portal [a-z ]+)` (\*)?", README, re.MULTILINE)
    assert {name for name, _ in listed} == wanted


def test_the_readme_says_which_commands_speak_json() -> None:
    for name, star in re.findall(r"^\| `portal ([a-z ]+)` (\*)?", README, re.MULTILINE):
        command: click.Command = main
        for word in name.split():
            assert isinstance(command, click.Group)
            command = command.commands[word]
        speaks = any("--json" in option.opts for option in command.params)
        assert speaks == bool(star), f"portal {name}"


@each_document
def test_every_make_target_that_is_named_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    quoted = _quoted(path.read_text(encoding="utf-8"))
    named = {match[1] for line in quoted if (match := re.match(r"make ([a-z]+)", line))}
    assert named - targets == set()


def test_the_table_of_settings_holds_exactly_what_the_settings_read() -> None:
    source = ast.parse((ROOT / "portal/config.py").read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(source) if isinstance(node, ast.Constant)}
    read = {text for text in texts if isinstance(text, str) and re.fullmatch(r"PORTAL_[A-Z_]+", text)}
    told = _settings_table()
    assert sorted(told) == sorted(read)


def test_the_defaults_in_the_table_are_the_real_ones() -> None:
    rows = dict(re.findall(r"^\| `(PORTAL_[A-Z_]+)` \|.*\| ([^|]+) \|$", README, re.MULTILINE))
    real = config.load({})
    assert rows["PORTAL_PUBLICATION_WAIT_DAYS"] == str(real.publication_wait.days)
    assert rows["PORTAL_RECOVERY_WAIT_HOURS"] == str(real.recovery_wait // timedelta(hours=1))
    assert rows["PORTAL_ORGANISATION"] == f"`{real.organisation}`"
    assert rows["PORTAL_SMTP_HOST"] == f"`{real.mail.host}`"
    assert rows["PORTAL_SMTP_PORT"] == str(real.mail.port)
    assert rows["PORTAL_SMTP_SENDER"] == f"`{real.mail.sender}`"
    assert all(audience in README for audience in config.AUDIENCES)


def test_the_table_of_rooms_has_the_order_of_the_doors() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "rooms")
    table = README.partition("| room | task |")[2].partition("\n\n")[0]
    told = [re.findall(r"`([a-z]+)`", row) for row in re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)]
    assert [row for row in told if row] == [layer.split(" | ") for layer in layers]


@each_document
def test_every_function_that_is_named_exists(path: Path) -> None:
    named = re.findall(
        r"`((?:portal\.)?(?:[a-z_]+\.)+(?:importing|queries|service)(?:\.\w+)?)`", path.read_text()
    )
    for name in named:
        module, _, function = name.removeprefix("portal.").rpartition(".")
        if function in {"queries", "service"}:
            module, function = f"{module}.{function}", "__doc__"
        assert hasattr(import_module(f"portal.{module}"), function), name


def test_the_architecture_names_every_role_and_audience() -> None:
    text = (ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(portal_[a-z]+)` \|", text, re.MULTILINE))
    assert rows == {role.value for role in DbRole}
    assert [
        a for a, zone in ZONES.items() if not re.search(rf"│ {a.value} +{zone.prefix or '/'} ", text)
    ] == []


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{n:04}" for n in range(1, len(DECISIONS) + 1)]


@each_decision
def test_a_decision_has_its_number_and_four_headings_and_is_one_page(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {path.name[:4]} ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert len(text.split()) <= 450


def test_the_page_of_words_quotes_the_message_as_it_is_sent() -> None:
    text = (ROOT / "docs/WORDING.md").read_text(encoding="utf-8")
    assert MESSAGE["en"] in text
    assert MESSAGE["ar"] in text


def test_the_benches_measure(place: Workplace, vault: Vault, addresses: Addresses) -> None:
    ground = Ground(place, vault, addresses.owner)
    assert "2 objects" in str(vault_bench.run(ground, objects=2, size=1000))
    searched = search.run(ground, number=40, asked=8)
    assert searched.ours.found >= searched.plain.found


def test_invented_names_are_the_same_each_time() -> None:
    assert invented.invented_names(3, seed=5) == invented.invented_names(3, seed=5)
