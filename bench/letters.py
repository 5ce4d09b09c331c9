"""Learns how the letters of Arabic names are written, from pairs of spellings, and writes the finder's model."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.pairs import Weighted, alike, arabic_share, as_bytes, background, leaning, pairs_across
from portal.kernel.finding.compiled import compiled
from portal.kernel.finding.model import LEARNED, pack
from portal.kernel.finding.spelling import ARABIC, LATIN, numbered
from portal.kernel.finding.symbols import (
    AFTER,
    ARTICLE_A,
    ARTICLE_L,
    BASE,
    BEFORE,
    RUNS,
    SYMBOLS,
    VOWEL_AFTER,
    arabic_symbols,
    latin_symbols,
    runs,
    spoken_symbols,
)

Table = npt.NDArray[np.float64]
Columns = npt.NDArray[np.int32]
Letters = npt.NDArray[np.int16]
Conventions = dict[int, list[bytes]]
ROUNDS = 12
# How much a run of each length is believed before anything was seen.
BY_LENGTH = np.array([1.0, 1.0, 0.8, 0.4])
OFTEN = 30
# How many pairs what is believed of a letter weighs.
LETTER = 10.0
LEAST_LIKELY = -3.3  # a pair worse than this for each letter is a translation, not a spelling
# How each letter may be written by the conventions of English, French, German, Turkish and Kurdish.
VOWELISH = "اويعه"
VOWELS = "aeiouy"
UNWRITTEN = ["", "a", "e", "i", "o", "u", "ou", "y", "ee", "oo", "ei", "ai"]
WRITTEN = {
    "ا": "a aa e i u o", "ب": "b p bb", "ت": "t tt", "ث": "th t s", "ج": "j g dj c zh ge", "ح": "h x hh",
    "خ": "kh ch x h k", "د": "d dd", "ذ": "dh th z d", "ر": "r rr", "ز": "z s zz", "س": "s ss c", "ش": "sh ch s sch sc",
    "ص": "s ss c", "ض": "d dh z", "ط": "t tt", "ظ": "z dh th d", "ع": "a e i o u aa", "غ": "gh g x", "ف": "f ph v ff",
    "ق": "q k g c gh kh", "ك": "k c ck q kk", "ل": "l ll", "م": "m mm", "ن": "n nn", "ه": "h a e ah eh",
    "و": "w u o v ou oo ow", "ي": "y i ee ie ei j ai iy e a",
}  # fmt: skip


ARTICLE_HEARD = {
    ARTICLE_A: [b"", *(numbered(run).tobytes() for run in ("a", "e", "u", "i"))],
    ARTICLE_L: [
        numbered("l").tobytes(),
        b"",
        *(numbered(r).tobytes() for r in ("s", "r", "n", "d", "t", "z", "sh")),
    ],
}
ARTICLE_KEPT = {ARTICLE_A: [numbered("ا").tobytes(), b""], ARTICLE_L: [numbered("ل").tobytes(), b""]}


@dataclass(frozen=True, slots=True)
class Pairs:
    """Spellings side by side: the symbols of one, the letters of the other, and how often they were seen."""

    of: list[npt.NDArray[np.int16]]
    written: list[npt.NDArray[np.uint8]]
    weight: list[float]

    def add(self, symbols: npt.NDArray[np.int16], written: npt.NDArray[np.uint8], weight: float) -> None:
        """One more pair."""
        self.of.append(symbols)
        self.written.append(written)
        self.weight.append(weight)


@compiled
def gather(of: Letters, ending: Columns, table: Table, weight: float, counts: Table) -> float:
    """Add what each letter was written as, by every way of reading the pair; the log likelihood of the pair."""
    ahead, back = _ahead(of, ending, table), _back(of, ending, table)
    whole = ahead[-1, -1]
    if whole <= 0:
        return -1000.0
    for j in range(len(of)):
        for i in range(len(ending)):
            for length in range(min(i, 3) + 1):
                run = ending[i, length]
                if run >= 0 and weight > 0:
                    share = ahead[j, i - length] * table[of[j], run] * back[j + 1, i] / whole
                    counts[of[j], run] += weight * share
    return float(np.log(whole))


@compiled
def _ahead(of: Letters, ending: Columns, table: Table) -> Table:
    """How likely each beginning of the word is written as each beginning of the other."""
    ahead = np.zeros((len(of) + 1, len(ending)))
    ahead[0, 0] = 1.0
    for j in range(1, len(of) + 1):
        for i in range(len(ending)):
            for length in range(min(i, 3) + 1):
                if ending[i, length] >= 0:
                    ahead[j, i] += ahead[j - 1, i - length] * table[of[j - 1], ending[i, length]]
    return ahead


@compiled
def _back(of: Letters, ending: Columns, table: Table) -> Table:
    """The same for what is left after each beginning."""
    m = len(ending) - 1
    back = np.zeros((len(of) + 1, m + 1))
    back[len(of), m] = 1.0
    for j in range(len(of) - 1, -1, -1):
        for i in range(m + 1):
            for length in range(min(m - i, 3) + 1):
                run = ending[i + length, length]
                if run >= 0:
                    back[j, i] += back[j + 1, i + length] * table[of[j], run]
    return back


def learn(pairs: Pairs, columns: Columns, start: Table) -> Table:
    """Expectation and maximisation: what each letter is written as explains the pairs, and the pairs it."""
    table = start
    lengths = np.zeros(start.shape[1])
    lengths[columns[columns >= 0]] = np.repeat(BY_LENGTH, np.diff([0, 1, BASE, BASE**2, RUNS]))[columns >= 0]
    endings = [columns[runs(written)] for written in pairs.written]
    for turn in range(ROUNDS):
        counts = np.zeros_like(start)
        total = used = 0.0
        for of, written, ending, weight in zip(pairs.of, pairs.written, endings, pairs.weight, strict=True):
            each = gather(of, ending, table, 0.0, counts) / (len(of) + len(written)) * 2
            if each > LEAST_LIKELY or turn < 2:
                gather(of, ending, table, weight, counts)
                total += each * weight
                used += weight
        print(
            f"  {turn + 1}: {total / used:.4f} for each letter, {used / sum(pairs.weight):.1%} of the pairs"
        )
        table = _smoothed(counts, start, lengths)
    return table


def _smoothed(counts: Table, start: Table, lengths: Table) -> Table:
    """Seldom seen surroundings lean on commoner ones, those on the letter alone, that on what was assumed."""
    full = (counts * lengths).reshape(-1, AFTER, BEFORE, counts.shape[1])
    letter = leaning(full.sum((1, 2), keepdims=True), start.reshape(full.shape)[:, :1, :1], LETTER)
    letter[ARTICLE_A : ARTICLE_L + 1] = start.reshape(full.shape)[ARTICLE_A : ARTICLE_L + 1, :1, :1]
    full[ARTICLE_A : ARTICLE_L + 1] = 0.0
    after = leaning(full.sum(2, keepdims=True), letter, 8.0)
    before = leaning(full.sum(1, keepdims=True), letter, 8.0)
    return leaning(full, (after + before) / 2, 6.0).reshape(counts.shape)


def columns_of(pairs: Pairs, always: Iterable[bytes]) -> Columns:
    """The runs worth a column: what conventions name, single letters and pairs, and threes seen often."""
    seen = np.zeros(RUNS)
    for written, weight in zip(pairs.written, pairs.weight, strict=True):
        for run in runs(written).ravel():
            seen[run] += weight if run >= 0 else 0.0
    chosen = np.zeros(RUNS, dtype=np.bool_)
    chosen[:BASE] = True
    chosen[BASE : BASE**2] = seen[BASE : BASE**2] >= 5
    chosen[BASE**2 :] = seen[BASE**2 :] >= OFTEN
    for run in always:
        chosen[_number(run)] = True
    return np.where(chosen, np.cumsum(chosen) - 1, -1).astype(np.int32)


def assumed(columns: Columns, conventions: Conventions, allowed: npt.NDArray[np.bool_]) -> Table:
    """What is believed of each letter before a pair was seen."""
    start = np.zeros((SYMBOLS, int(columns.max()) + 1))
    singles = columns[1:27]
    for letter, known in conventions.items():
        mine = np.full(start.shape[1], 0.03 / start.shape[1])
        mine[singles] += 0.07 / len(singles)
        mine[columns[0]] += 0.05
        mine *= allowed[letter]
        for place, run in enumerate(known):
            mine[columns[_number(run)]] += 0.8 / (place + 1) / sum(1 / (n + 1) for n in range(len(known)))
        start[letter * AFTER * BEFORE : (letter + 1) * AFTER * BEFORE] = mine / mine.sum()
    return start


def speakable(columns: Columns) -> npt.NDArray[np.bool_]:
    """Consonants are written without vowels, and the vowel behind one without consonants."""
    with_vowel, with_consonant = np.zeros((2, int(columns.max()) + 1), dtype=np.bool_)
    for run in np.flatnonzero(columns >= 0):
        spelled = [
            LATIN[n - 1] for n in (run // BASE**2, run // BASE % BASE, run % BASE) if 0 < n <= len(LATIN)
        ]
        with_vowel[columns[run]] = bool(set(spelled) & set("aeiou"))
        with_consonant[columns[run]] = bool(set(spelled) - set(VOWELS))
    allowed = np.ones((2 * VOWEL_AFTER, len(with_vowel)), dtype=np.bool_)
    allowed[VOWEL_AFTER:] = ~with_consonant
    for letter, name in enumerate(ARABIC, 1):
        allowed[letter] = True if name in VOWELISH else ~with_vowel
    return allowed


def _number(run: bytes) -> int:
    return sum(letter * BASE**place for place, letter in enumerate(reversed(run)))


def _number(run: bytes) -> int:
    return sum(letter * BASE**place for place, letter in enumerate(reversed(run)))


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn from the named files and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "pairs", type=Path, nargs="+", help="tab-separated: Arabic, Latin; or Latin, Arabic, how often"
    )
    parser.add_argument("--out", type=Path, default=LEARNED)
    wished = parser.parse_args(arguments)
    across = pairs_across(wished.pairs)
    share = arabic_share(across)
    across = {pair: weight * (0.03 + share[pair]) for pair, weight in across.items()}
    print(f"{len(across)} pairs, {sum(share.values()):.0f} of the Arabic world")
    model = _usual(across) | _channels(across)
    np.savez_compressed(wished.out, **model)
    print(f"{wished.out}: {wished.out.stat().st_size} bytes")


def _usual(across: Weighted) -> dict[str, npt.NDArray[np.generic]]:
    arabic: dict[bytes, float] = defaultdict(float)
    latin: dict[bytes, float] = defaultdict(float)
    for (one, other), weight in across.items():
        arabic[as_bytes(one)] += weight
        latin[as_bytes(other)] += weight
    usual = {"usual_arabic": background(arabic), "usual_latin": background(latin)}
    return {name: table.astype(np.float32) for name, table in usual.items()}


def _channels(across: Weighted) -> dict[str, npt.NDArray[np.generic]]:
    model: dict[str, npt.NDArray[np.generic]] = {}
    kinds = (
        ("across", across, spoken_symbols, _heard()),
        ("latin", alike(across, 1), latin_symbols, _same()),
        ("arabic", alike(across, 0), arabic_symbols, _same() | ARTICLE_KEPT),
    )
    for name, found, symbols, known in kinds:
        pairs = Pairs([], [], [])
        for (one, other), weight in found.items():
            pairs.add(symbols(numbered(one)), numbered(other), weight)
        columns = columns_of(pairs, [run for each in known.values() for run in each])
        print(f"{name}: {len(found)} pairs, {int(columns.max()) + 1} runs")
        anything = np.ones((2 * VOWEL_AFTER, int(columns.max()) + 1), dtype=np.bool_)
        allowed = speakable(columns) if name == "across" else anything
        table = learn(pairs, columns, assumed(columns, known, allowed))
        model |= {f"{name}_columns": columns.astype(np.int16), f"{name}_table": pack(table)}
    return model


def _heard() -> Conventions:
    consonants = {n: [as_bytes(run) for run in WRITTEN[c].split()] for n, c in enumerate(ARABIC, 1)}
    unwritten = {VOWEL_AFTER + n: [as_bytes(run) for run in UNWRITTEN] for n in range(1, len(ARABIC) + 1)}
    return consonants | unwritten | ARTICLE_HEARD


def _same() -> Conventions:
    return {n: [bytes((n,))] for n in range(1, len(ARABIC) + 1)}


if __name__ == "__main__":
    main()
