"""Other ways of finding a name, each laid out over the same spellings; each answers with its likeliest names."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process
from sqlalchemy import create_engine, text

from portal.kernel.finding.finder import search
from portal.kernel.finding.index import KEY, build
from portal.kernel.names import normalise, romanise
from portal.kernel.names.normalise import is_arabic

TEN = 10
# A name may stand in two scripts: twice as many rows are asked for as names are wanted.
ROWS = 2 * TEN

Spelling = tuple[int, str]
Find = Callable[[str], list[int]]
Way = Callable[[Sequence[Spelling]], Find]


def ours(spellings: Sequence[Spelling]) -> Find:
    """The finder of the portal."""
    index = build((number.to_bytes(KEY, "big"), name) for number, name in spellings)
    return lambda typed: [int.from_bytes(answer.key, "big") for answer in search(index, typed, TEN)]


def trigrams(owner_url: str) -> Way:
    """PostgreSQL's pg_trgm: the nearest rows by an index of its own kind (GiST), names folded as ours are."""

    def laid(spellings: Sequence[Spelling]) -> Find:
        connection = create_engine(owner_url, isolation_level="AUTOCOMMIT").connect()
        for line in (
            "create schema if not exists peers",
            "create extension if not exists pg_trgm schema peers",
            "drop table if exists peers.name",
            "create unlogged table peers.name (number int, folded text)",
        ):
            connection.execute(text(line))
        rows = [{"number": number, "folded": normalise(name)} for number, name in spellings]
        connection.execute(text("insert into peers.name values (:number, :folded)"), rows)
        connection.execute(text("create index on peers.name using gist (folded peers.gist_trgm_ops)"))
        connection.execute(text("analyze peers.name"))
        nearest = text("select number from peers.name order by folded operator(peers.<->) :typed limit :rows")

        def find(typed: str) -> list[int]:
            asked = {"typed": normalise(typed), "rows": ROWS}
            return _each_once(connection.execute(nearest, asked).scalars())

        return find

    return laid


def sqlite_trigrams(spellings: Sequence[Spelling]) -> Find:
    """SQLite's FTS5 with its trigram tokenizer: any trigram of what was typed, the best by bm25 first."""
    database = sqlite3.connect(":memory:")
    database.execute("create virtual table name using fts5(folded, tokenize = 'trigram')")
    database.executemany(
        "insert into name (rowid, folded) values (?, ?)",
        ((row, normalise(name)) for row, (_number, name) in enumerate(spellings)),
    )

    def find(typed: str) -> list[int]:
        folded = normalise(typed)
        pieces = {folded[i : i + 3] for i in range(len(folded) - 2)}
        if not pieces:
            return []
        asked = " OR ".join(f'"{piece}"' for piece in sorted(pieces))
        rows = database.execute(
            "select rowid from name where name match ? order by rank limit ?",
            (asked, ROWS),
        )
        return _each_once(spellings[row][0] for (row,) in rows)

    return find


def double_metaphone(spellings: Sequence[Spelling]) -> Find:
    """Double Metaphone of each part, Arabic spelled out in Latin letters first; most shared codes first."""
    from doublemetaphone import doublemetaphone  # noqa: PLC0415 - only where the peers are asked for

    def codes(name: str) -> set[str]:
        latin = romanise(name) if is_arabic(name) else normalise(name)
        return {code for part in latin.split() for code in doublemetaphone(part) if code}

    coded = [codes(name) for _number, name in spellings]
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, known in enumerate(coded):
        for code in known:
            rows_of[code].append(row)

    def find(typed: str) -> list[int]:
        asked = codes(typed)
        shared = Counter(row for code in asked for row in rows_of[code])
        near = sorted(shared, key=lambda row: (-shared[row] / len(asked | coded[row]), row))
        return _each_once(spellings[row][0] for row in near[:ROWS])

    return find


def rapidfuzz(scorer: Callable[..., float], *, romanised: bool = False) -> Way:
    """RapidFuzz over every row; where asked, Arabic is spelled out in Latin letters on both sides."""

    def folded(name: str) -> str:
        return default_process(romanise(name) if romanised and is_arabic(name) else normalise(name))

    def laid(spellings: Sequence[Spelling]) -> Find:
        rows = [folded(name) for _number, name in spellings]

        def find(typed: str) -> list[int]:
            near: list[Any] = process.extract(folded(typed), rows, scorer=scorer, limit=ROWS)
            return _each_once(spellings[row][0] for _name, _score, row in near)

        return find

    return laid


def ways(owner_url: str) -> dict[str, Way]:
    """Every way, ours first; Double Metaphone where the dependency group `bench` is installed."""
    return {
        "the finder": ours,
        "PostgreSQL pg_trgm": trigrams(owner_url),
        "SQLite FTS5 trigram": sqlite_trigrams,
        **({"Double Metaphone, romanised": double_metaphone} if find_spec("doublemetaphone") else {}),
        "RapidFuzz WRatio": rapidfuzz(fuzz.WRatio),
        "RapidFuzz token_sort": rapidfuzz(fuzz.token_sort_ratio),
        "RapidFuzz token_sort, romanised": rapidfuzz(fuzz.token_sort_ratio, romanised=True),
    }


def _each_once(numbers: Any) -> list[int]:
    return list(dict.fromkeys(numbers))[:TEN]
