"""Splink on DuckDB: it finds the pairs that share a key, joins them, and compares the plain fields level by level."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.internals.comparison_level_creator import ComparisonLevelCreator
from splink.internals.splink_dataframe import SplinkDataFrame

from portal.kernel.finding.arrays import Longs
from portal.matching.linkage.keys import Keys
from portal.matching.linkage.vocab import Field, Level

_APART = "abs(year_l - year_r)"
_DAYS = "(coalesce(ended_l, ended_r) - coalesce(day_l, day_r))"
_BEFORE = "least(coalesce(seen_l, seen_r), coalesce(ended_l, ended_r)) < coalesce(day_l, day_r)"
_YEARS = "(coalesce(ended_year_l, ended_year_r) - coalesce(arrest_year_l, arrest_year_r))"
_UNKNOWN_DAYS = "coalesce(day_l, day_r) is null or coalesce(ended_l, ended_r) is null"
_UNKNOWN_YEARS = (
    "coalesce(arrest_year_l, arrest_year_r) is null or coalesce(ended_year_l, ended_year_r) is null"
)
# What is asked in turn; the first that holds is the level, and what none holds for is the last.
LEVELS: Mapping[Field, tuple[tuple[Level, str], ...]] = {
    Field.BIRTH_YEAR: (
        (Level.NOT_KNOWN, "year_l is null or year_r is null"),
        (Level.SAME, "year_l = year_r"),
        (Level.ONE_YEAR, f"{_APART} = 1"),
        (Level.TWO_YEARS, f"{_APART} = 2"),
        (Level.NEAR, f"{_APART} <= 5"),
        (Level.ONE_DIGIT, f"{_APART} % 10 = 0 or year_l // 10 = year_r // 10"),
        (Level.CONTRADICTS, ""),
    ),
    Field.BRANCH: (
        (Level.NOT_KNOWN, "branch_l is null or branch_r is null"),
        (Level.SAME, "branch_l = branch_r"),
        (Level.CONTRADICTS, ""),
    ),
    Field.PLACE: (
        (Level.NOT_KNOWN, "place_l is null or place_r is null"),
        (Level.SAME, "place_l = place_r"),
        (Level.CONTRADICTS, ""),
    ),
    Field.SEX: (
        (Level.NOT_KNOWN, "sex_l is null or sex_r is null"),
        (Level.SAME, "sex_l = sex_r"),
        (Level.CONTRADICTS, ""),
    ),
    Field.DAYS: (
        (Level.NOT_KNOWN, _UNKNOWN_DAYS),
        (Level.BEFORE_ARREST, _BEFORE),
        (Level.WITHIN_MONTH, f"{_DAYS} <= 30"),
        (Level.WITHIN_QUARTER, f"{_DAYS} <= 91"),
        (Level.WITHIN_HALF_YEAR, f"{_DAYS} <= 182"),
        (Level.WITHIN_YEAR, f"{_DAYS} <= 365"),
        (Level.WITHIN_TWO_YEARS, f"{_DAYS} <= 730"),
        (Level.WITHIN_FOUR_YEARS, f"{_DAYS} <= 1461"),
        (Level.LATER, ""),
    ),
    Field.YEARS: (
        (Level.NOT_KNOWN, _UNKNOWN_YEARS),
        (Level.BEFORE_ARREST, f"{_YEARS} < 0"),
        (Level.WITHIN_YEAR, f"{_YEARS} = 0"),
        (Level.WITHIN_TWO_YEARS, f"{_YEARS} = 1"),
        (Level.WITHIN_FOUR_YEARS, f"{_YEARS} <= 3"),
        (Level.LATER, ""),
    ),
}
FIELDS = tuple(LEVELS)
ROW = "unique_id"
AT_ONCE = 250_000


class Pairs(NamedTuple):
    """Inquiry and record of each pair, ordered by inquiry, and the level of each plain field (by its place)."""

    left: Longs
    right: Longs
    levels: Longs


Columns: TypeAlias = Mapping[str, Sequence[int | None]]


def framed(told: Columns, read: Columns, keys: tuple[Keys, Keys], at_once: int = AT_ONCE) -> Iterator[Pairs]:
    """The pairs that share a key, compared, about so many pairs at a time."""
    if not len(keys[0].row) or not len(keys[1].row):
        return
    chunks = min(1 + _expected(*keys) // at_once, len(told["year"]))
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        connection.execute("set enable_progress_bar = false")
        tables = DuckDBAPI(connection)
        sides = [
            tables.register(_table(columns, found), dataset_display_name=name)
            for name, columns, found in (("a_told", told, keys[0]), ("b_read", read, keys[1]))
        ]
        linker = Linker(sides, _settings(), log_level=logging.ERROR, validate_settings=False)
        for chunk in range(1, chunks + 1):
            found = linker.inference.predict_chunk((chunk, chunks), (1, 1), warning_mode="never")
            yield _pairs(found)
            found.drop_table_from_database_and_remove_from_cache()


def _expected(told: Keys, read: Keys) -> int:
    """How many pairs share a key, those that share several counted as often."""
    known, counts = np.unique(read.key, return_counts=True)
    at = np.minimum(np.searchsorted(known, told.key), len(known) - 1)
    return int(counts[at][known[at] == told.key].sum())


def _pairs(found: SplinkDataFrame) -> Pairs:
    wanted = ", ".join(["unique_id_l", "unique_id_r", *(f"gamma_{field}" for field in FIELDS)])
    table = found.as_duckdbpyrelation().select(wanted).order("unique_id_l, unique_id_r").fetchnumpy()
    levels = np.stack([_places(field, np.asarray(table[f"gamma_{field}"])) for field in FIELDS], axis=1)
    return Pairs(table["unique_id_l"].astype(np.int64), table["unique_id_r"].astype(np.int64), levels)


def _places(field: Field, gamma: Longs) -> Longs:
    """Splink counts levels from the last (0) upwards, and says -1 where nothing is known; we count from the first."""
    return np.where(gamma < 0, 0, len(LEVELS[field]) - 1 - gamma)


def _table(columns: Columns, keys: Keys) -> pa.Table:
    rows = len(columns["year"])
    start = np.searchsorted(keys.row, np.arange(rows + 1)).astype(np.int32)
    shared = pa.ListArray.from_arrays(pa.array(start), pa.array(keys.key))
    plain = {name: pa.array(values, pa.int32()) for name, values in columns.items()}
    return pa.table({ROW: pa.array(np.arange(rows, dtype=np.int32)), "key": shared, **plain})


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        comparisons=[_comparison(field, levels) for field, levels in LEVELS.items()],
        blocking_rules_to_generate_predictions=[block_on("key", arrays_to_explode=["key"])],
        retain_intermediate_calculation_columns=True,
    )


def _comparison(field: Field, levels: Sequence[tuple[Level, str]]) -> cl.CustomComparison:
    described: list[ComparisonLevelCreator | dict[str, Any]] = []
    for level, rule in levels:
        if level is Level.NOT_KNOWN:
            described.append(cll.CustomLevel(rule, level.value).configure(is_null_level=True))
        else:
            described.append(cll.CustomLevel(rule, level.value) if rule else cll.ElseLevel())
    return cl.CustomComparison(output_column_name=field.value, comparison_levels=described)
