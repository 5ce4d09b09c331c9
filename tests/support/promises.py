"""docs/PROMISES.md out of the marks in the tests: `python -m tests.support.promises > docs/PROMISES.md`."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from textwrap import fill

TESTS = Path(__file__).resolve().parents[1]
MARK = "pytest.mark.promise"
WIDTH = 110
# Without a test these may never be: everything that is built rests on them.
HELD = frozenset({"P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P11", "P15", "P20", "P22"})


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised, and which part of it is not built yet."""

    sentence: str
    missing: str = ""


PROMISES = {
    "P1": Promise(
        "A person tells: nothing reaches a relative before a caseworker has written down the conversation in which "
        "that relative was told."
    ),
    "P2": Promise(
        "A relative sees released parts of the confirmed record of their own loved one and nothing else; the query "
        "says so, and the database says so again."
    ),
    "P3": Promise(
        "No page, message, status, count, timing or error shows that something undisclosed exists; two cases that "
        "differ only in it get the same answer."
    ),
    "P4": Promise(
        "The public sees published names alone, and the database gives the public process no right to anything of a "
        "person beyond them."
    ),
    "P5": Promise(
        "A name stands in public only after every known verified relative was told, the exact spelling was agreed to, "
        "nobody objected, the waiting time has passed and two people signed; one objection takes it off in one step."
    ),
    "P6": Promise(
        "Two different people stand behind every decision that counts, administrators included; policy, model and "
        "table each refuse one person in both places.",
        "Hand-over of an archive is not built, so neither is its second person.",
    ),
    "P7": Promise("A signature covers one exact content by its fingerprint; any change voids it."),
    "P8": Promise("Recognising somebody by sight can never confirm who they are."),
    "P9": Promise("Whoever gives the second verdict writes it before seeing the first."),
    "P10": Promise(
        "A message carries no content: every event sends the same words, on a calm rhythm, at hours and on days the "
        "relative allows.",
        "Only e-mail is delivered by the portal; there is no SMS. A telephone call follows the same rules by hand.",
    ),
    "P11": Promise(
        "Photographs stay closed unless asked for, come after the words, open by three steps one at a time, and each "
        "opening is remembered; there is no gallery."
    ),
    "P12": Promise(
        "Each relative decides alone what to know, nothing included, and nobody decides it for another.",
        "A place for relatives who disagree, with a person to turn to, is not built.",
    ),
    "P13": Promise(
        "The perpetrator's words stay quotations with their source; a certificate's cause of death is never given as "
        "the cause."
    ),
    "P14": Promise(
        "A wrong identification is frozen at once, and all that rested on it is listed and walked through.",
        "Freezing is built; the list and the walk through it are not.",
    ),
    "P15": Promise(
        "Every act and every reading of protected data leaves an entry that cannot be altered unnoticed, and a "
        "relative can see who looked at their file without learning from it what was not yet said.",
        "Access in an emergency, transfer and hand-over are not built, so nothing of them is shown.",
    ),
    "P16": Promise(
        "What is stored is encrypted with keys kept apart from the database; erasing a key erases the content in "
        "every copy.",
        "What a family tells of the person sought (distinguishing marks excepted), a record's number and branch, and "
        "a name once proposed for the memorial stand in plain columns. A command for encrypted backups is not built; "
        "a restored database is held back until the ledger of erasures was followed.",
    ),
    "P17": Promise(
        "An original is never altered: its hash is taken on arrival, checked again at each reading and by a schedule "
        "that goes through the whole store in a set time, and a copy carries the recipe it was made by.",
    ),
    "P18": Promise(
        "Consent is separate for each purpose, never ticked beforehand, kept with the words and language shown, and "
        "withdrawn in one step.",
        "There is one recipient, the organisation itself; consent for each further recipient is not built.",
    ),
    "P19": Promise("What was erased does not come back with the next import.", "Not built."),
    "P20": Promise(
        "Wrong input gets an error that says what to do, keeps what was typed, and loses nothing."
    ),
    "P21": Promise(
        "Everything a family uses works right to left in Arabic, on an old shared telephone, on a weak line, without "
        "JavaScript, with a quick exit, and leaves no trace in titles or caches."
    ),
    "P22": Promise(
        "It is free: every page and message says that we never ask for money, and anybody can check that a message is "
        "ours.",
        "Letters on paper are not built.",
    ),
}


@dataclass(frozen=True, slots=True, order=True)
class Held:
    """One test that holds a promise."""

    path: str
    test: str


def holders(mark: str = MARK) -> dict[str, set[Held]]:
    """Which tests carry which promise's mark, or another kind of mark; read, not run."""
    found: dict[str, set[Held]] = defaultdict(set)
    for path in sorted(TESTS.rglob("test_*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        for test, promise in _marked(module, _worn(module.body, mark), mark):
            found[promise].add(Held(path.relative_to(TESTS.parent).as_posix(), test))
    return dict(found)


def promises_page() -> str:
    """The whole page, as it has to stand in docs/PROMISES.md."""
    found = holders()
    parts = [_HEAD, *(_part(name, promise, found.get(name, set())) for name, promise in PROMISES.items())]
    return "\n".join(parts)


_HEAD = """# Promises

No part of the portal may break one of these. Each is followed by the tests that carry its mark,
`@pytest.mark.promise("P1")`. A test may hold one side of a promise only; together they are what stands between
the promise and a mistake.

This page is written by `python -m tests.support.promises > docs/PROMISES.md`. `tests/structure/test_promises.py`
fails when it is not up to date, and when a promise that everything rests on has no test.
"""


def _part(name: str, promise: Promise, tests: set[Held]) -> str:
    lines = [f"## {name}", "", fill(promise.sentence, WIDTH), ""]
    if promise.missing:
        lines += [fill(f"Still missing: {promise.missing}", WIDTH), ""]
    if not tests:
        lines += ["Not yet held by a test.", ""]
    for path, held in groupby(sorted(tests), key=lambda one: one.path):
        lines += [f"- `{path}`", *(f"  - {one.test.removeprefix('test_').replace('_', ' ')}" for one in held)]
    return "\n".join(lines if not tests else [*lines, ""])


def _marked(node: ast.AST, outer: set[str], mark: str) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _marked(
                child, outer | _worn(child.body, mark) | _named(child.decorator_list, mark), mark
            )
        elif isinstance(child, ast.FunctionDef) and child.name.startswith("test_"):
            for promise in outer | _named(child.decorator_list, mark):
                yield child.name, promise


def _worn(body: list[ast.stmt], mark: str) -> set[str]:
    """The promises of `pytestmark`, which every test of a module or class wears."""
    values = [
        statement.value
        for statement in body
        if isinstance(statement, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in statement.targets)
    ]
    return _named(values, mark)


def _named(expressions: list[ast.expr], mark: str) -> set[str]:
    """Everything named by this mark in these expressions, the marks of single parameters included."""
    return {
        str(argument.value)
        for expression in expressions
        for node in ast.walk(expression)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == mark
        for argument in node.args
        if isinstance(argument, ast.Constant)
    }


if __name__ == "__main__":
    print(promises_page(), end="")  # noqa: T201 - the page is the answer
