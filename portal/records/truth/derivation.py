"""From quotations to facts: which paper speaks first, where papers differ, and which are not heard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from portal.records.truth.vocab import Statement
from portal.records.values import says_the_same
from portal.records.vocab import FileKind, Part

# The fuller and the more official a paper is, the earlier it is heard.
_ORDER = {
    FileKind.DEATH_CERTIFICATE: 0,
    FileKind.COURT_SIGN_OFF: 1,
    FileKind.HOSPITAL_REPORT: 2,
    FileKind.CARD: 3,
    FileKind.OTHER_PAPER: 4,
}


def heard(statements: Iterable[Statement], strangers: frozenset[UUID]) -> dict[Part, str]:
    """For each part the words of the paper that is heard first; nothing is put together from two."""
    found: dict[Part, str] = {}
    for statement in sorted(statements, key=_rank):
        if statement.item_id not in strangers:
            found.setdefault(statement.part, statement.value)
    return found


def strangers(statements: Iterable[Statement], branch: str | None, number: str) -> frozenset[UUID]:
    """Papers that lie with this person but name another number or branch: they are not heard."""
    own = {Part.NUMBER: number, Part.BRANCH: branch}
    return frozenset(
        said.item_id
        for said in statements
        if (expected := own.get(said.part)) and not says_the_same(said.part, said.value, expected)
    )


def differing(statements: Iterable[Statement]) -> tuple[Part, ...]:
    """The parts of which two papers say different things; a person has to look."""
    by_part: Mapping[Part, list[str]] = defaultdict(list)
    for statement in statements:
        by_part[statement.part].append(statement.value)
    return tuple(part for part in Part if part is not Part.ISSUED_ON and _differ(part, by_part[part]))


def _differ(part: Part, values: Sequence[str]) -> bool:
    return any(not says_the_same(part, values[0], other) for other in values[1:])


def _rank(statement: Statement) -> tuple[int, str]:
    return _ORDER.get(statement.source_kind, len(_ORDER)), str(statement.item_id)
