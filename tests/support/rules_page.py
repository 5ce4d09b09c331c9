"""docs/SECURITY-RULES.md out of the code: `python -m tests.support.rules_page > docs/SECURITY-RULES.md`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

from flask import Flask
from flask_babel import Babel
from sqlalchemy import Enum, String, Table
from wtforms import BooleanField, Field, PasswordField, SelectFieldBase
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, NumberRange

from portal import schema
from portal.accounts import passwords, policy, throttle
from portal.accounts.credentials import codes
from portal.accounts.fallbacks.vocab import LONGEST as LONGEST_FALLBACK
from portal.accounts.passkeys import challenges
from portal.accounts.service import OWN_LINK, STAFF_LINK
from portal.app import BLUEPRINTS, LARGEST_REQUEST
from portal.audit import policy as audit_policy
from portal.audit.vocab import Event
from portal.cli.components import RENEWED_EVERY
from portal.inquiries.service import DRAFTS_LAST
from portal.kernel.columns import Sealed
from portal.kernel.permissions import GRANTS, Permission
from portal.vault import sandbox, sandbox_child, sniffing
from portal.vault.vocab import MOST_BYTES, FileKind
from portal.web import limits
from portal.web.forms import LONGEST_LINE, LONGEST_TEXT, PortalForm
from tests.support import rules_words as words

ROOT = Path(__file__).parents[2]
MODULES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "portal").rglob("*.py"))
}
_MEGA = 1024 * 1024
assert BLUEPRINTS  # every form of every room is known once the app is


def rules_page() -> str:
    """The whole page, as it has to stand in docs/SECURITY-RULES.md."""
    return "\n\n".join([_HEAD, *_PARTS()]) + "\n"


_HEAD = """# Rules of security

What the house allows and refuses, in numbers and names: read from the code where the code says it, in sentences where
only people can. This page is written by `python -m tests.support.rules_page > docs/SECURITY-RULES.md`;
`tests/structure/test_security_rules.py` fails when it is not up to date, and when a form, a table, a way in, a key or a
line that goes outward is missing in it."""


def _PARTS() -> Iterator[str]:  # noqa: N802 - the contents of the page
    yield _part("What may be typed", _FIELDS, "form | field | kind | rule", _fields())
    yield _part("Rules across fields", "", "rule | held by", ((r, f"`{t}`") for r, t in words.ACROSS))
    yield _part("Limits", "", "what | how much", LIMITS.items())
    yield _part("Files", _FILES, "kind | named as", ((k.value, k.media_type) for k in FileKind))
    yield _part("Ways in", _WAYS, "page | asks for", ((f"`{p}`", w) for p, w in words.WAYS_IN.items()))
    yield _part("Words that no password may hold", _BARRED, "", ())
    yield _part("Sessions", words.SENTENCES["sessions"], "of whom | rests for | lasts for", _sessions())
    yield _part("What counts besides who asks", "", "what | where | then", words.CONTEXT)
    yield _part("Who may do what", "", "permission | roles", _matrix())
    yield _part("Levels of data", "", "level | holds | protected by", _levels())
    yield _part("Tables", _TABLES, "table | level | sealed | plain text, and why", _tables())
    yield _part(
        "Keys", "They stand in `PORTAL_DATA`, apart from the database.", "key | for | how | changed", _keys()
    )
    yield _part("Cryptography", "", "library | for | used in", _libraries(words.CRYPTOGRAPHY))
    yield _part("Lines that go outward", "", "library | to whom | used in", _libraries(words.OUTWARD))
    yield _part(
        "Components", _renewal(), "reads what strangers send | namely | used in", _libraries(words.RISKY)
    )
    yield _part("Dangerous functions", _DANGER, "where | rule | reason", dangerous())
    yield _part("What browsers have to do", _BROWSER, "script | does | without it", _scripts())
    yield _part("What is logged", _LOGS, "event", ((f"`{event.value}`",) for event in Event))


_FIELDS = f"""Every form derives from one: blanks around a line are cut off (a password is kept as typed), null bytes
are refused, a choice has to be one of those offered, a field no form has is ignored. A line holds {LONGEST_LINE}
characters and a text {LONGEST_TEXT:,} unless the table says otherwise. Page numbers in an address are brought into
their range."""
_FILES = f"""Nobody uploads by a page: the operator imports a folder. A file is what its content is, up to
{MOST_BYTES // _MEGA} MB, {sniffing.MOST_PIXELS // 1_000_000} million pixels and {sniffing.MOST_PAGES} pages;
nothing is unpacked, so archives are refused. What people see is drawn anew."""
_WAYS = """These pages are open to whoever is not signed in; nothing else begins or changes an account. On the machine
itself the operator opens the first administrators (`portal accounts first`), and `portal archive accept` asks for
password and code."""
_BARRED = """A password may not hold a part, of four letters or more, of its owner's login or display name; nor be, or
repeat, one of the words of `portal/accounts/passwords.py`, of the thirty thousand most used (package zxcvbn), a row of
keys, or one short piece over and over. Length is all that is asked for otherwise."""
_TABLES = "Ids, moments, numbers, hashes and words of a fixed list are not named here."
_DANGER = """Never used: `eval`, `exec`, `pickle`, `shelve`, `marshal`, a shell, templates made of text, XML. Where a
rule of the linter is set aside, the reason stands beside it; these are all such places."""
_BROWSER = """HTML, one stylesheet, first-party cookies, TLS 1.2. Nothing is kept in the browser's own stores. A browser
that knows no Content-Security-Policy or fetch headers is served all the same: the token of each form and the cookie's
rules do not rest on them."""
_LOGS = """The log of acts is the table `audit_entry`: moment in UTC, who, in which roles, what, on which id; no names
and no content; kept for good, each entry sealed to the one before, read by auditors. The process itself writes one JSON
object a line to its standard error: faults by kind and page, and rules that browsers say were broken. Where these lines
go and how long they stay is the operator's choice. The private database keeps its own small log beside its data,
without values."""

LIMITS = {
    "forms of one network in a minute": "300, or PORTAL_POSTS_PER_MINUTE",
    "pages of one kind of one network": limits.READING,
    "bytes of one request": f"{LARGEST_REQUEST // _MEGA} MB",
    "wrong sign-ins before a pause": f"{throttle.FREE} in {throttle.WINDOW // timedelta(minutes=1)} minutes; "
    "each further one doubles the wait, up to that time; never for good",
    "length of a password": f"{passwords.SHORTEST} to {passwords.LONGEST}",
    "passwords hashed at once": f"{passwords.AT_ONCE} of 64 MiB in one process; {passwords.QUEUE} wait, "
    "others come later",
    "codes on a sheet": str(codes.ON_A_SHEET),
    "the first step of signing in": "5 minutes",
    "a passkey's question": f"{challenges.LASTS // timedelta(minutes=1)} minutes",
    "a link of a relative": f"{OWN_LINK.days} days",
    "a link of the staff": f"{STAFF_LINK.days} days",
    "digits in place of a passkey": f"{LONGEST_FALLBACK.days} days, granted by two",
    "a draft": f"{DRAFTS_LAST.days} days",
    "a file in the sandbox": f"{sandbox_child._SECONDS_PER_FILE} seconds of work, {sandbox.SECONDS:.0f} in all, "
    f"{sandbox_child._MEMORY // _MEGA} MB of memory",
    **{
        f"readings of one person in an hour, {kind.value}": f"warned from {limit.soft}, stopped at {limit.hard}"
        for kind, limit in audit_policy.LIMITS.items()
    },
}


@cache
def forms() -> tuple[PortalForm, ...]:
    """Every form of the house, without the page of parts that only the demo has."""
    app = Flask(__name__)
    app.secret_key = "for the page of rules"
    Babel(app)
    with app.test_request_context():
        known = sorted(set(_below(PortalForm)), key=lambda form: (form.__module__, form.__name__))
        return tuple(form(None) for form in known if "parts" not in form.__module__)


def fields_of(form: PortalForm) -> dict[str, Field]:
    """What somebody fills in."""
    return {name: field for name, field in form._fields.items() if name != "csrf_token"}


def rule_of(form: PortalForm, name: str, field: Field) -> str:
    """What a field accepts; empty when nothing bounds it."""
    rules = [told for each in field.validators for told in _told(each)]
    if isinstance(field, BooleanField):
        rules.append("yes or no")
    elif isinstance(field, SelectFieldBase):
        rules.append("of a list")
    elif isinstance(field, PasswordField) and name == "password":
        rules.append("the rules of a new password")
    elif field.type in {"IntegerField", "DateField"}:
        rules.append("a number" if field.type == "IntegerField" else "a date")
    if hasattr(form, f"validate_{name}"):
        rules.append("a check of its own")
    return ", ".join(rules)


def _told(validator: object) -> Iterator[str]:
    if isinstance(validator, InputRequired | DataRequired):
        yield "required"
    elif isinstance(validator, Length):
        yield f"{max(validator.min, 0)} to {validator.max} characters"
    elif isinstance(validator, NumberRange):
        yield f"{validator.min} to {validator.max}"
    elif isinstance(validator, EqualTo):
        yield f"the same as {validator.fieldname}"
    elif hasattr(validator, "regex"):
        yield "a pattern"


def _below(kind: type[PortalForm]) -> Iterator[type[PortalForm]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _fields() -> Iterator[tuple[str, ...]]:
    for form in forms():
        name = (
            f"`{type(form).__module__.removeprefix('portal.').removesuffix('.forms')}.{type(form).__name__}`"
        )
        for field, held in fields_of(form).items():
            yield name, field, held.type.removesuffix("Field").lower(), rule_of(form, field, held)


def _sessions() -> Iterator[tuple[str, str, str]]:
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    for who, idle, most in (
        ("relatives", policy.IDLE_RELATIVE, policy.ABSOLUTE_RELATIVE),
        ("staff", policy.IDLE_STAFF, policy.ABSOLUTE_STAFF),
    ):
        yield who, f"{idle // minute} minutes", f"{most // hour} hours"


def _matrix() -> Iterator[tuple[str, str]]:
    for one in Permission:
        yield f"`{one.value}`", ", ".join(sorted(role.value for role, held in GRANTS.items() if one in held))


def _levels() -> Iterator[tuple[str, str, str]]:
    for level, holds in words.LEVELS.items():
        yield level, holds, words.PROTECTION[level]


def tables() -> dict[str, Table]:
    """Every table of the house."""
    return dict(sorted(schema.metadata.tables.items()))


def sealed(table: Table) -> list[str]:
    """The columns that only the portal can read."""
    return [column.name for column in table.columns if isinstance(column.type, Sealed)]


def plain_text(table: Table) -> list[str]:
    """The columns whose text the database can read, words of a fixed list left out."""
    return [
        f"{table.name}.{column.name}"
        for column in table.columns
        if isinstance(column.type, String) and not isinstance(column.type, Enum)
    ]


def _tables() -> Iterator[tuple[str, ...]]:
    for name, table in tables().items():
        why = [f"{c.partition('.')[2]}: {words.PLAIN[c]}" for c in plain_text(table) if c in words.PLAIN]
        yield f"`{name}`", words.LEVEL_OF.get(name, "?"), ", ".join(sealed(table)), "; ".join(why)


def _keys() -> Iterator[tuple[str, ...]]:
    for name, (what, how, changed) in words.KEYS.items():
        yield f"`{name}`", what, how, changed


def importers(library: str) -> list[str]:
    """The modules that use a library directly."""
    found = re.compile(rf"^\s*(?:import|from) {re.escape(library)}\b", re.MULTILINE)
    return [name for name, text in MODULES.items() if found.search(text)]


def _libraries(known: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for library, what in known.items():
        rooms = sorted({"/".join(name.split("/")[:2]) for name in importers(library)})
        yield library, what, ", ".join(f"`{room}`" for room in rooms) or "no module of ours"


def _renewal() -> str:
    return words.SENTENCES["renewal"].format(days=RENEWED_EVERY.days)


def dangerous() -> Iterator[tuple[str, str, str]]:
    """Where a security rule of the linter is set aside, and why."""
    for name, text in MODULES.items():
        for rule, why in re.findall(r"# noqa: (S\d+)\W+(\w.*)", text):
            yield f"`{name}`", rule, why


def _scripts() -> Iterator[tuple[str, ...]]:
    for name, (does, without) in words.BROWSER.items():
        yield f"`{name}`", does, without


def open_pages() -> set[str]:
    """The pages of accounts that are open to whoever is not signed in."""
    found = set()
    for name, text in MODULES.items():
        if name.startswith("portal/accounts/") and name.endswith("views_account.py"):
            room = name.removeprefix("portal/").removesuffix("/views_account.py").replace("/", ".")
            for node in ast.parse(text).body:
                if isinstance(node, ast.FunctionDef) and "public" in map(ast.unparse, node.decorator_list):
                    found.add(f"{room}.{node.name}")
    return found


def _part(title: str, said: str, heads: str, lines: Iterable[Iterable[str]]) -> str:
    parts = [f"## {title}", *([said] if said else [])]
    if heads:
        rows = [f"| {' | '.join(line)} |" for line in lines]
        parts.append("\n".join([f"| {heads} |", "|" + "---|" * len(heads.split(" | ")), *rows]))
    return "\n\n".join(parts)


if __name__ == "__main__":
    print(rules_page(), end="")  # noqa: T201 - the page is the answer
