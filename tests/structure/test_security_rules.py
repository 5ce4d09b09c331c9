"""The written rules of security are complete and true: whatever the code adds has to be written down as well."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, Length

from portal.accounts import passwords
from portal.accounts.vocab import Refusal
from portal.audit.vocab import Event
from portal.config import make_keys
from portal.kernel.db import DbRole
from portal.kernel.permissions import Permission, Role
from portal.vault.keys import FileKeys
from tests.support import rules_page as page
from tests.support import rules_words as words
from tests.support.promises import TESTS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/SECURITY-RULES.md"
TOLD = PAGE.read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ALLOWED = {
    "inner": set(DbRole) - {DbRole.PUBLIC},
    "private": set(DbRole) - {DbRole.PUBLIC, DbRole.ADMIN},
    "grave": {DbRole.CASEWORK, DbRole.FAMILY, DbRole.WORKER},
}


def _section(title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", TOLD, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def test_the_page_says_what_the_code_says() -> None:
    assert page.rules_page() == TOLD, "run: python -m tests.support.rules_page > docs/SECURITY-RULES.md"


@pytest.mark.asvs("2.1.1")
@pytest.mark.parametrize(
    "form", page.forms(), ids=lambda form: f"{type(form).__module__}.{type(form).__name__}"
)
def test_every_field_has_its_rule_and_every_line_an_end(form: page.PortalForm) -> None:
    told = _section("What may be typed")
    for name, field in page.fields_of(form).items():
        assert re.search(rf"\.{type(form).__name__}` \| {name} \| \w+ \| \w", told), name
        if isinstance(field, StringField):
            ends = {type(each) for each in field.validators} & {Length, EqualTo}
            checked = hasattr(form, f"validate_{name}") or (
                isinstance(field, PasswordField) and name == "password"
            )
            assert ends or checked, name


@pytest.mark.asvs("2.1.2")
def test_every_rule_across_fields_is_held_by_a_test_that_exists() -> None:
    known = {
        name for path in TESTS.rglob("test_*.py") for name in re.findall(r"def (test_\w+)", path.read_text())
    }
    assert {test for _, test in words.ACROSS} <= known
    assert {rule for rule, _ in words.ACROSS} <= set(re.findall(r"^\| ([^|]+) \|", TOLD, re.MULTILINE))


@pytest.mark.asvs("2.1.3")
@pytest.mark.asvs("5.1.1")
@pytest.mark.asvs("8.1.4")
@pytest.mark.asvs("15.1.3")
@pytest.mark.parametrize(
    "words_of_it",
    [
        "| bytes of one request | 16 MB |",
        "| wrong sign-ins before a pause | 5 in 15 minutes;",
        "| passwords hashed at once | 4 of 64 MiB in one process; 4 wait",
        "| a file in the sandbox | 90 seconds of work, 180 in all, 1536 MB of memory |",
        "| readings of one person in an hour, contact | warned from 10, stopped at 30 |",
        "200 MB, 100 million pixels and 200 pages",
        "| jpeg | image/jpeg |\n| pdf | application/pdf |\n| png | image/png |\n| tiff | image/tiff |",
    ],
)
def test_the_limits_that_people_rely_on_are_these(words_of_it: str) -> None:
    assert words_of_it in " ".join(TOLD.split(" "))


@pytest.mark.asvs("6.1.3")
def test_every_page_that_is_open_before_signing_in_is_listed() -> None:
    assert page.open_pages() == set(words.WAYS_IN)
    assert (
        set(re.findall(r"^\| `(accounts[\w.]+)` \|", _section("Ways in"), re.MULTILINE)) == page.open_pages()
    )


@pytest.mark.asvs("6.1.2")
@pytest.mark.parametrize("owned", ["salma.haddad@office.example", "Salma Haddad"])
def test_the_words_that_are_written_down_as_barred_are_barred(owned: str) -> None:
    told = _section("Words that no password may hold")
    assert "login or display name" in told
    assert passwords.refusal("a-haddad-of-hills", (owned,)) is Refusal.OWN_WORD
    assert passwords.refusal("a-garden-of-hills", (owned,)) is None
    assert passwords.refusal("syriasyriasyria") is Refusal.COMMON
    assert "thirty thousand" in told
    assert 30_000 <= len(passwords._COMMON) < 40_000


@pytest.mark.asvs("7.1.1")
@pytest.mark.asvs("7.1.2")
def test_how_long_and_how_many_sessions_is_written_down() -> None:
    told = _section("Sessions")
    assert "| relatives | 30 minutes | 12 hours |\n| staff | 15 minutes | 8 hours |" in told
    assert "no limit to the number of sessions" in told


@pytest.mark.asvs("8.1.1")
def test_every_permission_stands_in_the_matrix_with_its_roles() -> None:
    told = dict(re.findall(r"^\| `([\w:-]+)` \| ([\w, ]*) \|$", _section("Who may do what"), re.MULTILINE))
    assert set(told) == {one.value for one in Permission}
    assert {role for roles in told.values() for role in roles.split(", ") if role} <= {r.value for r in Role}


@pytest.mark.asvs("14.1.1")
@pytest.mark.asvs("14.1.2")
@pytest.mark.parametrize("name", page.tables())
def test_a_table_has_its_level_and_is_protected_as_its_level_asks(name: str) -> None:
    table, level = page.tables()[name], words.LEVEL_OF[name]
    assert f"| `{name}` | {level} |" in _section("Tables")
    if level != "open":
        assert {role for role in table.info["access"] if table.info["access"][role]} <= {
            role.value for role in ALLOWED[level]
        }
    if level in {"private", "grave"}:
        assert [column for column in page.plain_text(table) if column not in words.PLAIN] == []


@pytest.mark.asvs("11.1.1")
def test_the_keys_that_are_written_down_are_the_keys_there_are(tmp_path: Path) -> None:
    folder = make_keys(tmp_path)
    FileKeys.create(folder / "vault.key")
    assert {path.name for path in folder.iterdir()} == set(words.KEYS)
    assert set(re.findall(r"^\| `(\w+\.key)` \|", _section("Keys"), re.MULTILINE)) == set(words.KEYS)


@pytest.mark.asvs("11.1.2")
@pytest.mark.asvs("11.1.3")
def test_every_library_of_cryptography_that_is_used_is_listed_with_its_use() -> None:
    possible = {"Crypto", "OpenSSL", "bcrypt", "jwt", "nacl", "passlib", "rsa"} | set(words.CRYPTOGRAPHY)
    assert {name for name in possible if page.importers(name)} <= set(words.CRYPTOGRAPHY)
    assert all(f"| {name} | {what} |" in TOLD for name, what in words.CRYPTOGRAPHY.items())


@pytest.mark.asvs("13.1.1")
def test_every_library_that_can_speak_with_others_is_listed() -> None:
    possible = {
        "aiohttp",
        "asyncio",
        "ftplib",
        "http",
        "httpx",
        "imaplib",
        "requests",
        "socketserver",
        "telnetlib",
    }
    possible |= {
        "boto3",
        "paramiko",
        "psycopg",
        "redis",
        "smtplib",
        "ssl",
        "urllib.request",
        "urllib3",
        "websockets",
    }
    speaking = {name for name in possible | set(words.OUTWARD) if page.importers(name)}
    assert speaking - {"asyncio", "ssl"} <= set(words.OUTWARD)  # these two only carry what the others say


@pytest.mark.asvs("15.1.2")
def test_every_component_we_use_is_in_the_list_of_components_as_it_is_installed() -> None:
    lines = [
        Requirement(line) for line in re.findall(r"^([\w.-]+(?:\[[^]]*])?==[^\\\n]+)", LOCK, re.MULTILINE)
    ]
    here = [line for line in lines if not line.marker or line.marker.evaluate()]
    locked = {canonicalize_name(line.name): str(line.specifier).removeprefix("==") for line in here}
    used = {top for name, text in page.MODULES.items() for top in _tops(text)} - set(sys.stdlib_module_names)
    found = packages_distributions()
    ours = {canonicalize_name(found[top][0]) for top in used - {"portal", "migrations"}}
    waiting, known = list(ours), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in known:
            known.add(name)
            needs = [Requirement(each) for each in requires(name) or []]
            waiting += [
                canonicalize_name(n.name) for n in needs if not n.marker or n.marker.evaluate({"extra": ""})
            ]
    assert {name: locked.get(name) for name in known} == {name: version(name) for name in known}


@pytest.mark.asvs("15.1.1")
def test_it_is_written_down_by_when_a_weakness_is_mended() -> None:
    told = _section("Components")
    assert "within two days, a grave one within seven" in told
    assert "at least every 60 days" in told


@pytest.mark.asvs("15.1.4")
def test_what_reads_the_files_of_strangers_is_named_and_stays_in_the_sandbox() -> None:
    rooms = {module for library in words.RISKY for module in page.importers(library)}
    strangers = {module for module in rooms if not module.startswith("portal/cli/demo/")}
    child = "portal/vault/sandbox_child.py"
    assert strangers == {
        child,
        *(f"portal/vault/{n}.py" for n in ("likeness", "marks", "papers", "renditions", "sniffing")),
    }
    for module in strangers - {child}:
        users = page.importers(module.removesuffix(".py").replace("/", "."))
        assert set(users) <= strangers, f"{module} is read outside of the sandbox"
    assert all(f"| {name} |" in _section("Components") for name in words.RISKY)


@pytest.mark.asvs("15.1.5")
def test_every_dangerous_place_is_listed_with_its_reason() -> None:
    told = _section("Dangerous functions")
    marked = sum(len(re.findall(r"# noqa:[^#\n]*\bS\d{3}\b", text)) for text in page.MODULES.values())
    listed = list(page.dangerous())
    assert len(listed) == marked
    assert all(f"| {where} | {rule} | {why} |" in told for where, rule, why in listed)


@pytest.mark.asvs("3.1.1")
def test_every_script_is_listed_with_what_replaces_it() -> None:
    assert {path.name for path in (ROOT / "static").rglob("*.js")} == set(words.BROWSER)
    assert all(without for _, without in words.BROWSER.values())
    assert all(f"| `{name}` |" in _section("What browsers have to do") for name in words.BROWSER)


@pytest.mark.asvs("8.1.3")
def test_what_counts_besides_who_asks_is_written_down() -> None:
    told = _section("What counts besides who asks")
    assert all(f"| {what} | {where} | {then} |" in told for what, where, then in words.CONTEXT)


@pytest.mark.asvs("16.1.1")
def test_every_event_of_the_log_is_listed() -> None:
    told = re.findall(r"^\| `([\w:-]+)` \|$", _section("What is logged"), re.MULTILINE)
    assert told == [event.value for event in Event]


def _tops(text: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found
