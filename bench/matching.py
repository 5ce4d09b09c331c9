"""How well and how fast inquiries find their records, beside token sort and Splink as its documentation has it."""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import splink.comparison_library as cl
from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from bench.ground import Ground
from bench.people import Town, invented_town
from portal.matching.linkage.engine import linked
from portal.matching.linkage.ground import laid_out
from portal.matching.linkage.learning import learned
from portal.matching.linkage.vocab import Account

TODAY = date(2026, 1, 1)
PRECISE, SURE, FIRST = 0.95, 0.99, 10
# The records of each inquiry, the likeliest first, each with its weight.
Ranking = dict[str, list[tuple[str, float]]]


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares of the true pairs: found first, among the first ten, and of all at such a precision; and seconds."""

    first: float
    ten: float
    precise: float
    seconds: float

    def __str__(self) -> str:
        return f"first {self.first:.3f}, ten {self.ten:.3f}, at .95 {self.precise:.3f}, {self.seconds:.1f} s"


@dataclass(frozen=True, slots=True)
class Result:
    """All ways, over the same town in the same run; `sure` is the share of true ones among what ours is sure of."""

    accounts: int
    readings: int
    ours: Quality
    sure: float
    peers: dict[str, Quality]
    peak: int

    def __str__(self) -> str:
        peers = "; ".join(f"{name} {quality}" for name, quality in self.peers.items())
        return (
            f"matching {self.accounts} inquiries, {self.readings} records: {self.ours}, stated .99 and more true "
            f"{self.sure:.3f}; {peers}; at most {self.peak} MB"
        )


def run(
    _ground: Ground | None = None, accounts: int = 1000, readings: int = 3000, *, peers: bool = True
) -> Result:
    """Link an invented town in each way."""
    town = invented_town(accounts, readings)
    ours, quality = _measured(town, _ours)
    stated = [town.truth.get(i) == r for i, found in ours.items() for r, chance in found if chance >= SURE]
    ways = {"token sort": _token_sort, "plain Splink": _plain_splink} if peers else {}
    others = {name: _measured(town, way)[1] for name, way in ways.items()}
    return Result(accounts, readings, quality, sum(stated) / max(len(stated), 1), others, _peak())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run this bench alone, at any size; `--alone` leaves the peers out."""
    parser = argparse.ArgumentParser(prog="python -m bench.matching", description=__doc__)
    parser.add_argument("--inquiries", type=int, default=1000)
    parser.add_argument("--records", type=int, default=3000)
    parser.add_argument("--alone", action="store_true")
    wished = parser.parse_args(arguments)
    print(run(None, wished.inquiries, wished.records, peers=not wished.alone))


def _measured(town: Town, way: Callable[[Town], Ranking]) -> tuple[Ranking, Quality]:
    began = time.perf_counter()
    found = way(town)
    seconds = time.perf_counter() - began
    places = [
        [r for r, _ in found.get(i, [])].index(t) if t in dict(found.get(i, [])) else -1
        for i, t in town.truth.items()
    ]
    first, ten = (sum(0 <= place < most for place in places) / len(places) for most in (1, FIRST))
    return found, Quality(first, ten, _recall(town, found), seconds)


def _recall(town: Town, found: Ranking) -> float:
    """Of the best record of each inquiry, the likeliest first: how many true ones until too many are wrong."""
    best = sorted(
        (-ranked[0][1], i, town.truth.get(i) == ranked[0][0]) for i, ranked in found.items() if ranked
    )
    right = np.cumsum([true for _, _, true in best])
    precise = right[right / np.arange(1, len(right) + 1) >= PRECISE]
    return float(precise.max(initial=0)) / len(town.truth)


def _ours(town: Town) -> Ranking:
    ground = laid_out(town.accounts, town.readings)
    pairs = linked(ground, town.accounts, town.readings, learned(ground, TODAY))
    return {
        i: [(p.record, p.probability) for p in found]
        for i, found in groupby(pairs, lambda pair: pair.inquiry)
    }


def _token_sort(town: Town) -> Ranking:
    """The whole name as one text, words in order, letters compared."""
    named = [reading for reading in town.readings if reading.name]
    names = [default_process(reading.name) for reading in named]
    found: Ranking = {}
    for account in town.accounts:
        best = process.extract(
            default_process(_whole(account)), names, scorer=fuzz.token_sort_ratio, limit=FIRST
        )
        found[account.id] = [(named[place].id, score) for _, score, place in best]
    return found


def _plain_splink(town: Town) -> Ranking:
    """Jaro-Winkler on the name and the mother, exact year, place and branch; trained as the documentation trains."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    told = [
        (a.id, _whole(a), f"{a.mother} {a.mother_family}".strip(), a.birth_year, a.place, a.branch)
        for a in town.accounts
    ]
    read = [(r.id, r.name, r.mother, r.birth_year, r.place, r.branch) for r in town.readings]
    with duckdb.connect() as connection:
        api = DuckDBAPI(connection)
        sides = [
            api.register(_table(rows), dataset_display_name=name) for name, rows in (("a", told), ("b", read))
        ]
        linker = Linker(sides, _settings(), log_level=logging.ERROR)
        train = linker.training
        train.estimate_probability_two_random_records_match([block_on("name")], recall=0.3)
        train.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        train.estimate_parameters_using_expectation_maximisation(block_on("birth_year", "place"))
        train.estimate_parameters_using_expectation_maximisation(block_on("first", "last"))
        pairs = linker.inference.predict(warning_mode="never").as_record_list()
    return _ranked((p["unique_id_l"], p["unique_id_r"], p["match_weight"]) for p in pairs)


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("name"),
            cl.JaroWinklerAtThresholds("mother"),
            cl.ExactMatch("birth_year"),
            cl.ExactMatch("place"),
            cl.ExactMatch("branch"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("first", "last"),
            block_on("first", "birth_year"),
            block_on("last", "birth_year"),
            block_on("mother", "birth_year"),
        ],
    )


def _table(rows: Iterable[tuple[str, str, str, int | None, str, str]]) -> pa.Table:
    names = ("unique_id", "name", "mother", "birth_year", "place", "branch", "first", "last")
    full = [(*row, (row[1].split() or [""])[0], (row[1].split() or [""])[-1]) for row in rows]
    return pa.table(
        {
            name: [value or None for value in column]
            for name, column in zip(names, zip(*full, strict=True), strict=True)
        }
    )


def _ranked(pairs: Iterable[tuple[str, str, float]]) -> Ranking:
    found: Ranking = {}
    for inquiry, record, weight in sorted(pairs, key=lambda pair: (pair[0], -pair[2], pair[1])):
        found.setdefault(inquiry, []).append((record, weight))
    return found


def _whole(account: Account) -> str:
    return " ".join(
        part for part in (account.given, account.father, account.grandfather, account.family) if part
    )


def _peak() -> int:
    """The most memory this process ever held, in megabytes."""
    peak = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return int(peak.split()[1]) // 1024


if __name__ == "__main__":
    main()
