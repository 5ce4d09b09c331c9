"""A name as somebody typed it, and the names it may mean, the likeliest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from portal.kernel.errors import Invalid
from portal.kernel.finding import channel
from portal.kernel.finding.alignment import Asked, closely
from portal.kernel.finding.arrays import Floats, Longs
from portal.kernel.finding.index import Index
from portal.kernel.finding.model import Channel, Model, learned
from portal.kernel.finding.spelling import name_parts, numbered
from portal.kernel.finding.survey import FIRST, LAST, Sums, gather, likeliest
from portal.kernel.finding.symbols import spoken_symbols
from portal.kernel.finding.tree import Found, Tree, heard_in, written_in
from portal.kernel.finding.weights import BELIEVED, BOUNDS, NOISE, ORDER, SURVEY, Bounds
from portal.kernel.names.normalise import is_arabic

# A name worth less than this share of what the query could be worth is another name; the first few may be worth less.
LEAST_SHARE = 0.2
LEAST_SHARE_OF_FIRST = 0.1
FIRST_FEW = 10
MOST_READINGS = 4000
# Four names of the longest kind that a form takes, and the spaces between them.
LONGEST_TYPED = 1000
# A part whose best reading is worth so much of what it could be is known as it stands.
WELL_KNOWN = 0.75


class TooLong(Invalid):
    """No name is as long as what was typed."""

    def __init__(self, letters: int) -> None:
        super().__init__(
            f"{letters} letters are longer than a name: please type at most {LONGEST_TYPED} letters"
        )


class Answer(NamedTuple):
    """The key of a name, and how well it answers; answers from several indexes may be held together."""

    key: bytes
    score: float


def search(index: Index, typed: str, most: int = 60) -> list[Answer]:
    """The names that may be meant, the likeliest first; none when nothing comes near.

    What is longer than any name is refused before it is looked at: `TooLong`.
    """
    if len(typed) > LONGEST_TYPED:
        raise TooLong(len(typed))
    parts = name_parts(typed)
    if not parts or not len(index.key):
        return []
    model = learned()
    alone = [_readings(index, model, part) for part in parts]
    joined = _doubtful(model, parts, alone)
    spans = [(i, i + 1) for i in range(len(parts))] + joined
    found = alone + [_readings(index, model, "".join(parts[begin:end])) for begin, end in joined]
    chosen = _survey(index, len(parts), spans, found)
    scores = closely(chosen, index.names, _asked(spans, found), ORDER)
    whole = sum(_worth_at_most(model, part) for part in parts)
    order = np.argsort(-scores, kind="stable")
    return _each_once(index, chosen[order], scores[order], whole, most)


def _doubtful(model: Model, parts: tuple[str, ...], alone: list[Found]) -> list[tuple[int, int]]:
    """Neighbours that may be one part with a space too many: of two well known parts nobody thinks so."""
    known = [
        readings.worth.max(initial=0.0) >= WELL_KNOWN * _worth_at_most(model, part)
        for part, readings in zip(parts, alone, strict=True)
    ]
    return [(i, i + 2) for i in range(len(parts) - 1) if not (known[i] and known[i + 1])]


def _survey(index: Index, asked: int, spans: Sequence[tuple[int, int]], found: Sequence[Found]) -> Longs:
    names = len(index.length)
    sums = Sums(np.zeros(names, dtype=np.float32), np.zeros(names, dtype=np.uint8))
    for turn, ((begin, end), readings) in enumerate(zip(spans, found, strict=True), 1):
        place = (FIRST if begin == 0 else 0) | (LAST if end == asked else 0)
        gather(sums, turn, place, readings, index.postings, SURVEY)
    return likeliest(sums.score, index.length, asked, SURVEY)


def _asked(spans: Sequence[tuple[int, int]], found: Sequence[Found]) -> Asked:
    by_part = [np.argsort(readings.part) for readings in found]
    start = np.cumsum([0] + [len(readings.part) for readings in found])
    return Asked(
        np.array(spans, dtype=np.int64),
        start,
        np.concatenate([readings.part[order] for readings, order in zip(found, by_part, strict=True)]),
        np.concatenate([readings.worth[order] for readings, order in zip(found, by_part, strict=True)]),
    )


def _readings(index: Index, model: Model, part: str) -> Found:
    """The parts of all names that this may mean, and how much each speaks for itself; the likeliest first."""
    if is_arabic(part):
        both = (_arabic_in_arabic(index, model, part), _arabic_in_latin(index, model, part))
    else:
        across = _believed(_latin(index.spoken, model.across, model, part), BELIEVED.across)
        both = (across, _believed(_latin(index.latin, model.latin, model, part), BELIEVED.latin))
    parts = np.concatenate([found.part for found in both])
    worth = np.minimum(np.concatenate([found.worth for found in both]), BOUNDS.enough)
    order = np.argsort(-worth, kind="stable")[:MOST_READINGS]
    kept = order[worth[order] >= worth[order[:1]] - BOUNDS.spread]
    return Found(parts[kept], worth[kept])


def _arabic_in_arabic(index: Index, model: Model, part: str) -> Found:
    written = numbered(part)
    usual = channel.surprise(written, model.usual_arabic)
    opened = channel.opening(written, NOISE, True)
    typed = channel.Spoken(model.arabic.table, model.arabic.ending(written), opened)
    found = heard_in(index.arabic, typed, _beside(usual, len(written)), NOISE)
    return _believed(Found(found.part, found.worth - usual), BELIEVED.arabic)


def _arabic_in_latin(index: Index, model: Model, part: str) -> Found:
    table = model.across.table[spoken_symbols(numbered(part))]
    found = written_in(index.latin_letters, table, model.across.columns, model.usual_latin, BOUNDS, NOISE)
    return _believed(found, BELIEVED.across)


def _latin(tree: Tree, heard: Channel, model: Model, part: str) -> Found:
    written = numbered(part)
    usual = channel.surprise(written, model.usual_latin)
    opened = channel.opening(written, NOISE, False)
    typed = channel.Spoken(heard.table, heard.ending(written), opened)
    found = heard_in(tree, typed, _beside(usual, len(written)), NOISE)
    return Found(found.part, found.worth - usual)


def _believed(found: Found, share: float) -> Found:
    return Found(found.part, found.worth * share)


def _beside(usual: float, letters: int) -> Bounds:
    """The bounds on plain likelihoods; what would take too many slips is gibberish, however rare its letters."""
    least = max(usual + BOUNDS.least, -BOUNDS.slips - BOUNDS.slips_each * letters)
    return Bounds(least, usual + BOUNDS.enough, BOUNDS.spread)


def _worth_at_most(model: Model, part: str) -> float:
    """What a part can speak for: a long or rare one more than a short common one."""
    usual = model.usual_arabic if is_arabic(part) else model.usual_latin
    return min(BOUNDS.enough, -channel.surprise(numbered(part), usual))


def _each_once(index: Index, names: Longs, scores: Floats, whole: float, most: int) -> list[Answer]:
    best: dict[bytes, float] = {}
    for name, score in zip(names, scores, strict=True):
        share = LEAST_SHARE_OF_FIRST if len(best) < FIRST_FEW else LEAST_SHARE
        if score < share * whole or len(best) == most:
            break
        best.setdefault(index.key[name].tobytes(), float(score))
    return [Answer(key, score) for key, score in best.items()]
