"""Learns how the letters of Arabic names are written, from pairs of spellings, and writes the finder's model."""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from portal.kernel.finding.channel import surprise
from portal.kernel.finding.compiled import compiled
from portal.kernel.finding.model import LEARNED, pack
from portal.kernel.finding.spelling import ARABIC, LATIN, name_parts, numbered
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
Conventions = dict[int, list[bytes]]
ROUNDS = 12
# How much a run of each length is believed before anything was seen.
BY_LENGTH = np.array([1.0, 1.0, 0.8, 0.4])
OFTEN = 30
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


@dataclass(frozen=True, slots=True)
class Pairs:
    """Spellings side by side: the symbols of one, the letters of the other, and how often they were seen."""

    of: list[npt.NDArray[np.int16]]
    written: list[npt.NDArray[np.uint8]]
    weight: list[float]

    def add(self, symbols: npt.NDArray[np.int16], written: npt.NDArray[np.uint8], weight: float) -> None:
        self.of.append(symbols)
        self.written.append(written)
        self.weight.append(weight)


@compiled
def gather(of, written, ending, table, weight, counts):  # type: ignore[no-untyped-def]
    """Add what each letter was written as, by every way of reading the pair; the log likelihood of the pair."""
    n, m = len(of), len(written)
    ahead = np.zeros((n + 1, m + 1))
    back = np.zeros((n + 1, m + 1))
    ahead[0, 0] = back[n, m] = 1.0
    for j in range(1, n + 1):
        for i in range(m + 1):
            for length in range(min(i, 3) + 1):
                if ending[i, length] >= 0:
                    ahead[j, i] += ahead[j - 1, i - length] * table[of[j - 1], ending[i, length]]
    for j in range(n - 1, -1, -1):
        for i in range(m + 1):
            for length in range(min(m - i, 3) + 1):
                if ending[i + length, length] >= 0:
                    back[j, i] += back[j + 1, i + length] * table[of[j], ending[i + length, length]]
    whole = ahead[n, m]
    if whole <= 0:
        return -1000.0
    if weight > 0:
        for j in range(1, n + 1):
            for i in range(m + 1):
                for length in range(min(i, 3) + 1):
                    run = ending[i, length]
                    if run < 0:
                        continue
                    share = ahead[j - 1, i - length] * table[of[j - 1], run] * back[j, i] / whole
                    counts[of[j - 1], run] += weight * share
    return np.log(whole)


def pairs_across(paths: Sequence[Path]) -> dict[tuple[str, str], float]:
    """Arabic and Latin spellings of one part, with their weights (the square root of how often)."""
    seen: dict[tuple[str, str], float] = defaultdict(float)
    for path in paths:
        for arabic, latin, weight in _rows(path):
            one, other = name_parts(arabic), name_parts(latin)
            if len(one) == len(other) == 1 and 1 < len(one[0]) < 16 and 1 < len(other[0]) < 16:
                seen[one[0], other[0]] += weight**0.5
    return seen


def _rows(path: Path) -> Iterator[tuple[str, str, float]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if len(row) == 3:
                yield row[1].replace(" ", ""), row[0], float(row[2])
            elif len(row) == 2:
                yield row[0], row[1], 1.0


def arabic_share(pairs: dict[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """How likely each pair is a name of the Arabic world and no other name spelled out in Arabic letters."""
    share = {pair: 0.9 if set(pair[0]) & set("عحصضظذقطثخغ") else 0.35 for pair in pairs}
    for _ in range(5):
        models = []
        for side in (0, 1):
            ours: dict[bytes, float] = defaultdict(float)
            others: dict[bytes, float] = defaultdict(float)
            for pair, weight in pairs.items():
                ours[as_bytes(pair[side])] += weight * share[pair]
                others[as_bytes(pair[side])] += weight * (1 - share[pair])
            models.append((background(ours), background(others)))
        for pair in pairs:
            odds = 0.0
            for side, (mine, theirs) in enumerate(models):
                word = numbered(pair[side])
                odds += surprise(word, mine) - surprise(word, theirs)
            share[pair] = 1 / (1 + np.exp(-0.7 * odds))
    return share


def alike(pairs: dict[tuple[str, str], float], side: int) -> dict[tuple[str, str], float]:
    """Two spellings in one script that were seen for the same word of the other."""
    by: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for pair, weight in pairs.items():
        by[pair[1 - side]].append((pair[side], weight))
    found: dict[tuple[str, str], float] = defaultdict(float)
    for spellings in by.values():
        total = sum(weight for _, weight in spellings)
        for one, w in spellings:
            for other, v in spellings:
                found[one, other] += w * v / total
    return found


def learn(pairs: Pairs, columns: Columns, start: Table, keep: float) -> Table:
    """Expectation and maximisation: what each letter is written as explains the pairs, and the pairs it."""
    table = start
    lengths = np.zeros(start.shape[1])
    lengths[columns[columns >= 0]] = np.repeat(BY_LENGTH, np.diff([0, 1, BASE, BASE**2, RUNS]))[columns >= 0]
    endings = [columns[runs(written)] for written in pairs.written]
    for turn in range(ROUNDS):
        counts = np.zeros_like(start)
        total = used = 0.0
        for of, written, ending, weight in zip(pairs.of, pairs.written, endings, pairs.weight, strict=True):
            each = gather(of, written, ending, table, 0.0, counts) / (len(of) + len(written)) * 2
            if each > LEAST_LIKELY or turn < 2:
                gather(of, written, ending, table, weight, counts)
                total += each * weight
                used += weight
        print(
            f"  {turn + 1}: {total / used:.4f} for each letter, {used / sum(pairs.weight):.1%} of the pairs"
        )
        table = _smoothed(counts, start, lengths, keep)
    return table


def _smoothed(counts: Table, start: Table, lengths: Table, keep: float) -> Table:
    """Seldom seen surroundings lean on commoner ones, those on the letter alone, that on what was assumed."""
    full = (counts * lengths).reshape(-1, AFTER, BEFORE, counts.shape[1])
    letter = _leaning(full.sum((1, 2), keepdims=True), start.reshape(full.shape)[:, :1, :1], keep)
    letter[ARTICLE_A : ARTICLE_L + 1] = start.reshape(full.shape)[ARTICLE_A : ARTICLE_L + 1, :1, :1]
    full[ARTICLE_A : ARTICLE_L + 1] = 0.0
    after = _leaning(full.sum(2, keepdims=True), letter, 8.0)
    before = _leaning(full.sum(1, keepdims=True), letter, 8.0)
    return _leaning(full, (after + before) / 2, 6.0).reshape(counts.shape)


def _leaning(counts: Table, on: Table, weight: float) -> Table:
    return (counts + weight * on) / (counts.sum(-1, keepdims=True) + weight)


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


def as_bytes(part: str) -> bytes:
    return numbered(part).tobytes()


def _number(run: bytes) -> int:
    return sum(letter * BASE**place for place, letter in enumerate(reversed(run)))


def background(words: dict[bytes, float]) -> Table:
    """How likely a letter is after the two before it, in any word of the script."""
    counts = np.zeros((BASE, BASE, BASE))
    for word, weight in words.items():
        padded = bytes((0, 0)) + word + bytes((0,))
        for a, b, c in zip(padded, padded[1:], padded[2:], strict=False):
            counts[a, b, c] += weight
    one = (counts.sum((0, 1)) + 1) / (counts.sum() + BASE)
    two = _leaning(counts.sum(0), one, 20.0)
    return _leaning(counts, two[None], 20.0)


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
    print(len(across), "pairs,", round(sum(share.values())), "of the Arabic world")
    model: dict[str, npt.NDArray[np.generic]] = {}
    arabic, latin = defaultdict(float), defaultdict(float)
    for (one, other), weight in across.items():
        arabic[as_bytes(one)] += weight
        latin[as_bytes(other)] += weight
    model["usual_arabic"] = background(arabic).astype(np.float32)
    model["usual_latin"] = background(latin).astype(np.float32)
    conventions = {n: [as_bytes(run) for run in WRITTEN[c].split()] for n, c in enumerate(ARABIC, 1)}
    conventions |= {VOWEL_AFTER + n: [as_bytes(run) for run in UNWRITTEN] for n in range(1, 29)}
    conventions[29] = [b""] + [as_bytes(run) for run in "a e u i".split()]
    conventions[30] = [as_bytes("l"), b""] + [as_bytes(run) for run in "s r n d t z sh".split()]
    same = {n: [bytes((n,))] for n in range(1, 29)}
    same_article = same | {29: [bytes((1,)), b""], 30: [bytes((ARABIC.index("ل") + 1,)), b""]}
    kinds = (
        ("across", across, spoken_symbols, conventions),
        ("latin", alike(across, 1), latin_symbols, same),
        ("arabic", alike(across, 0), arabic_symbols, same_article),
    )
    for name, found, symbols, known in kinds:
        pairs = Pairs([], [], [])
        for (one, other), weight in found.items():
            pairs.add(symbols(numbered(one)), numbered(other), weight)
        columns = columns_of(pairs, [run for each in known.values() for run in each])
        print(name, len(found), "pairs", int(columns.max()) + 1, "runs")
        allowed = (
            speakable(columns)
            if name == "across"
            else np.ones((2 * VOWEL_AFTER, int(columns.max()) + 1), dtype=bool)
        )
        table = learn(pairs, columns, assumed(columns, known, allowed), 10.0)
        model[f"{name}_columns"] = columns.astype(np.int16)
        model[f"{name}_table"] = pack(table)
    np.savez_compressed(wished.out, **model)
    print(wished.out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
