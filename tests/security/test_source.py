"""What the source never does: evaluate, unpickle, shell out, fetch, or choose its own cryptography."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import extract_parameters

from portal.accounts import passwords

ROOT = Path(__file__).parents[2]
MODULES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "portal").rglob("*.py"))
}
TEMPLATES = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "templates").rglob("*.html"))}
SCRIPTS = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "static").rglob("*.js"))}


def _calls() -> Iterator[tuple[str, str]]:
    for name, module in MODULES.items():
        for node in ast.walk(module):
            if isinstance(node, ast.Call):
                yield name, ast.unparse(node.func)


def _imports() -> Iterator[tuple[str, str]]:
    for name, module in MODULES.items():
        for node in ast.walk(module):
            if isinstance(node, ast.Import):
                yield from ((name, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((name, f"{node.module}.{alias.name}") for alias in node.names)


def _importers(*roots: str) -> set[str]:
    return {name for name, what in _imports() if any(what == r or what.startswith(f"{r}.") for r in roots)}


@pytest.mark.asvs("1.3.2")
@pytest.mark.asvs("1.3.7")
def test_nothing_is_evaluated_and_no_template_is_made_of_input() -> None:
    forbidden = {
        "eval",
        "exec",
        "compile",
        "__import__",
        "render_template_string",
        "Template",
        "os.system",
        "os.popen",
        "from_string",
    }
    assert [call for call in _calls() if {call[1], call[1].split(".")[-1]} & (forbidden - {"compile"})] == []
    assert [
        call for call in _calls() if call[1] == "compile"
    ] == []  # an expression is compiled by re.compile
    assert _importers("flask.render_template_string", "jinja2.Template") == set()


@pytest.mark.asvs("1.2.5")
def test_no_command_goes_through_a_shell() -> None:
    shells = [
        name
        for name, module in MODULES.items()
        for node in ast.walk(module)
        if isinstance(node, ast.keyword) and node.arg == "shell"
    ]
    assert shells == []
    rooms = {
        name for name in _importers("subprocess") if not name.startswith(("portal/cli/", "portal/kernel/"))
    }
    assert rooms <= {"portal/disclosure/handover/bag.py", "portal/vault/sandbox.py"}


@pytest.mark.asvs("1.5.1")
@pytest.mark.asvs("1.5.2")
def test_nothing_is_unpickled_and_no_xml_is_read() -> None:
    assert _importers("pickle", "shelve", "marshal", "yaml", "xml", "lxml", "dill", "jsonpickle") == set()


@pytest.mark.asvs("1.3.6")
@pytest.mark.asvs("13.2.4")
@pytest.mark.asvs("14.2.3")
@pytest.mark.asvs("15.3.2")
def test_nothing_is_fetched_from_anywhere() -> None:
    fetching = _importers(
        "requests", "httpx", "urllib.request", "urllib3", "http.client", "aiohttp", "ftplib"
    )
    # The key server stands in the settings; no address that anybody typed is ever asked.
    assert fetching | _importers("hvac") == {"portal/vault/transit.py"}
    assert {name.split("/")[1] for name in _importers("smtplib")} == {"notifications"}
    assert {name.split("/")[1] for name in _importers("obstore")} == {"vault"}


@pytest.mark.asvs("11.1.3")
@pytest.mark.asvs("11.2.1")
def test_cryptography_stands_in_few_places_and_comes_from_libraries() -> None:
    assert _importers("cryptography") <= {
        "portal/disclosure/handover/bag.py",
        "portal/kernel/crypto.py",
        "portal/vault/framing.py",
        "portal/vault/keys.py",
    }
    assert _importers("argon2") == {"portal/accounts/passwords.py"}
    assert _importers("pyotp") == {"portal/accounts/totp.py"} | {
        name for name in _importers("pyotp") if name.startswith("portal/cli/demo/")
    }
    assert _importers("webauthn") == {"portal/accounts/passkeys/ceremony.py"}
    assert _importers("Crypto", "nacl", "OpenSSL", "rsa") == set()


@pytest.mark.asvs("11.3.1")
@pytest.mark.asvs("11.4.1")
def test_no_weak_hash_or_mode_is_named() -> None:
    weak = re.compile(r"\b(md5|sha1|MD5|SHA1|ECB|CBC|DES|TripleDES|ARC4|Blowfish)\b")
    named = {name: found for name, module in MODULES.items() if (found := weak.findall(_code(module)))}
    assert named == {}


def _code(module: ast.Module) -> str:
    names = [n.attr for n in ast.walk(module) if isinstance(n, ast.Attribute)]
    return " ".join([*names, *(n.id for n in ast.walk(module) if isinstance(n, ast.Name))])


@pytest.mark.asvs("6.5.3")
@pytest.mark.asvs("11.5.1")
def test_chance_comes_from_the_operating_system() -> None:
    assert {name for name in _importers("random") if not name.startswith("portal/cli/")} == set()


@pytest.mark.full_cost
@pytest.mark.asvs("11.4.2")
def test_passwords_cost_what_the_standard_asks() -> None:
    cost = extract_parameters(passwords.NOBODY)
    assert cost.type.name == "ID"
    assert cost.memory_cost >= 47_104
    assert cost.time_cost >= 1


@pytest.mark.asvs("3.2.2")
@pytest.mark.asvs("3.2.3")
@pytest.mark.asvs("14.3.3")
def test_no_script_writes_markup_or_keeps_anything() -> None:
    risky = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|localStorage|sessionStorage"
    risky += r"|indexedDB|document\.cookie|window\.name|fetch\(|XMLHttpRequest"
    assert [path for path, text in SCRIPTS.items() if re.search(risky, text)] == []


@pytest.mark.asvs("3.7.1")
def test_no_page_needs_a_plug_in() -> None:
    assert [
        path for path, text in TEMPLATES.items() if re.search(r"<(object|embed|applet|iframe|frame)\b", text)
    ] == []


@pytest.mark.asvs("6.2.6")
@pytest.mark.asvs("6.2.7")
def test_no_page_hinders_pasting() -> None:
    text = "".join(TEMPLATES.values()) + "".join(SCRIPTS.values())
    assert not re.search(r"onpaste|oncopy|[\"']paste[\"']", text)


@pytest.mark.asvs("15.2.3")
@pytest.mark.asvs("13.4.1")
def test_no_test_and_no_history_goes_into_the_wheel() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["only-include"] == ["migrations", "portal", "static", "templates"]
    assert [name for name, what in _imports() if what.split(".")[0] in {"tests", "bench", "pytest"}] == []


@pytest.mark.asvs("1.2.4")
def test_no_query_is_glued_together_from_values() -> None:
    glued = [
        f"{name}:{node.lineno}"
        for name, module in MODULES.items()
        if not name.startswith(("portal/cli/", "portal/kernel/", "portal/schema"))
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"text", "sqlalchemy.text", "sa.text"}
        and node.args
        and not isinstance(node.args[0], ast.Constant)
    ]
    assert glued == []
    running = {"exec_driver_sql", "execute", "scalar", "scalars"}
    bare = [
        f"{name}:{node.lineno}"
        for name, module in MODULES.items()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] in running
        and node.args
        and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert bare == []


@pytest.mark.asvs("6.3.4")
def test_a_session_begins_in_one_place_only() -> None:
    assert [name for name, call in _calls() if call == "session.begin"] == ["portal/accounts/entrance.py"]
    assert {name for name, call in _calls() if call == "login_user"} == {"portal/web/session.py"}


@pytest.mark.asvs("5.4.1")
@pytest.mark.asvs("5.4.2")
def test_no_file_carries_a_name_that_somebody_gave_it() -> None:
    assert [call for call in _calls() if call[1].split(".")[-1] in {"send_file", "send_from_directory"}] == []
    texts = {
        node.value
        for module in MODULES.values()
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert {text for text in texts if re.search(r"filename\*?=", text)} == set()
    assert {name for name, call in _calls() if call.endswith("download_name")} == set()


@pytest.mark.asvs("11.6.1")
def test_the_only_signature_of_ours_is_ed25519() -> None:
    pairs = "cryptography.hazmat.primitives.asymmetric"
    assert _importers(pairs) == _importers(f"{pairs}.ed25519") == {"portal/disclosure/handover/bag.py"}


@pytest.mark.asvs("13.4.7")
def test_only_kinds_of_files_that_pages_need_are_served() -> None:
    kinds = {path.suffix for path in (ROOT / "static").rglob("*") if path.is_file()}
    assert kinds <= {
        ".css",
        ".ico",
        ".js",
        ".png",
        ".svg",
        ".txt",
        ".woff2",
    }  # the texts are the fonts' licences


@pytest.mark.asvs("16.2.3")
def test_lines_are_logged_to_one_place_and_sent_nowhere() -> None:
    assert {name for name, call in _calls() if call == "structlog.configure"} == {"portal/cli/main.py"}
    assert _importers("logging.handlers", "syslog", "sentry_sdk", "opentelemetry") == set()


@pytest.mark.asvs("1.2.10")
def test_no_table_goes_out_for_a_spreadsheet_to_calculate() -> None:
    writers = {name for name, call in _calls() if call.split(".")[-1] in {"writer", "DictWriter"}}
    assert writers <= {"portal/cli/demo/sample_archive.py"}  # the invented folder that the demo takes in
    assert _importers("openpyxl", "xlsxwriter", "pandas", "tablib") == set()
    assert [name for name, module in MODULES.items() if "text/csv" in _constants(module)] == []


SECRET = re.compile(r"(?:^|_)(?:token|secret|password|otp|challenge|proof)(?:_hash)?$")


@pytest.mark.asvs("11.2.4")
def test_secrets_are_compared_in_constant_time_or_by_the_database_as_hashes() -> None:
    hasty = []
    for name, module in MODULES.items():
        for node in ast.walk(module):
            if isinstance(node, ast.Compare) and any(isinstance(o, ast.Eq | ast.NotEq) for o in node.ops):
                sides = [node.left, *node.comparators]
                secret = any(SECRET.search(_last_name(side)) for side in sides)
                if secret and not any(_is_hashed_column(side) for side in sides):
                    hasty.append(f"{name}:{node.lineno} {ast.unparse(node)}")
    assert hasty == []
    careful = {name for name, call in _calls() if call.split(".")[-1] == "constant_time_equal"}
    assert {"portal/accounts/queries.py", "portal/accounts/totp.py"} <= careful
    assert {name for name, call in _calls() if call.split(".")[-1] == "compare_digest"} == {
        "portal/kernel/crypto.py"
    }


def _last_name(node: ast.expr) -> str:
    return ast.unparse(node).split("(")[0].split(".")[-1]


def _is_hashed_column(node: ast.expr) -> bool:
    """A column of a table, which the database compares: of a secret it holds the hash only."""
    return bool(re.fullmatch(r"[A-Z]\w+\.\w+_(?:hash|index)", ast.unparse(node)))


@pytest.mark.asvs("13.3.1")
def test_no_secret_stands_in_the_source() -> None:
    long = re.compile(r"[0-9a-f]{32,}|[A-Za-z0-9+/]{40,}={0,2}|-----BEGIN")
    found = {
        (name, text)
        for name, module in MODULES.items()
        for text in _constants(module)
        if long.search(text) and "$argon2id$" not in text  # the hash of nothing, see passwords.py
    }
    prime = "portal/accounts/passkeys/ceremony.py"  # numbers of a public standard
    assert {name for name, _ in found} <= {prime}


def _constants(module: ast.Module) -> set[str]:
    return {
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
