"""Letters in their surroundings: the same letter is written otherwise at the end, after a vowel, in an article."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from portal.kernel.finding.compiled import compiled
from portal.kernel.finding.spelling import ARABIC, LATIN

Letters = npt.NDArray[np.uint8]
Symbols = npt.NDArray[np.int16]

BEFORE, AFTER = 7, 8
ARTICLE_A, ARTICLE_L = 29, 30
SYMBOLS = 31 * BEFORE * AFTER
# Runs of up to three letters, each numbered from 1, as one number.
BASE = 29
RUNS = BASE**3

_EDGE, _SAME, _OTHER = 0, 5, 6


def _kinds(groups: tuple[str, ...], script: str) -> npt.NDArray[np.int64]:
    kinds = np.full(BASE + 2, _OTHER, dtype=np.int64)
    for kind, group in enumerate(groups, 1):
        for letter in group:
            kinds[script.index(letter) + 1] = kind
    return kinds


_ARABIC_KINDS = _kinds(("ا", "و", "ي", "ع"), ARABIC)
_LATIN_KINDS = _kinds(("aeiou", "y", "h"), LATIN)
_SUN = np.zeros(BASE + 2, dtype=np.bool_)
for _letter in "تثدذرزسشصضطظلن":
    _SUN[ARABIC.index(_letter) + 1] = True
_ALEF, _LAM, _HEH = (ARABIC.index(c) + 1 for c in "اله")
_ABD = tuple(ARABIC.index(c) + 1 for c in "عبد")
_ABU = tuple(ARABIC.index(c) + 1 for c in "ابو")
_DIN = tuple(ARABIC.index(c) + 1 for c in "دين")


@compiled
def arabic_symbols(word: Letters) -> Symbols:
    """Each Arabic letter with what stands before and after it; the letters of an article apart."""
    n = len(word)
    article = np.zeros(n, dtype=np.bool_)
    for i in range(n - 1):
        if word[i] == _ALEF and word[i + 1] == _LAM and n - i >= 4 and _article_may_stand(word, i, n):
            article[i] = article[i + 1] = True
    symbols = np.empty(n, dtype=np.int16)
    for i in range(n):
        letter = word[i]
        before = _EDGE if i == 0 or article[i - 1] else _ARABIC_KINDS[word[i - 1]]
        after = _EDGE if i + 1 == n else _ARABIC_KINDS[word[i + 1]]
        if article[i]:
            opens = word[i] == _ALEF and i + 1 < n and article[i + 1]
            letter = ARTICLE_A if opens else ARTICLE_L
            following = word[i + 2] if opens else word[i + 1]
            kind = 1 if _SUN[following] else 2
            symbols[i] = (letter * AFTER + kind) * BEFORE + (_EDGE if i < 2 else _OTHER)
            continue
        if i + 2 == n and word[i + 1] == _HEH:
            after = 7
        elif i + 1 < n and word[i + 1] == word[i]:
            after = _SAME
        symbols[i] = (letter * AFTER + after) * BEFORE + before
    return symbols


@compiled
def _article_may_stand(word: Letters, i: int, n: int) -> bool:
    if i == 0 and n >= 5:
        return True
    if i == 3:
        opens_abd = word[0] == _ABD[0] and word[1] == _ABD[1] and word[2] == _ABD[2]
        return opens_abd or (word[0] == _ABU[0] and word[1] == _ABU[1] and word[2] == _ABU[2])
    rest = n - i - 2
    if rest == 2:
        return i >= 2 and word[i + 2] == _LAM and word[i + 3] == _HEH
    return rest == 3 and i >= 2 and word[i + 2] == _DIN[0] and word[i + 3] == _DIN[1] and word[i + 4] == _DIN[2]


@compiled
def latin_symbols(word: Letters) -> Symbols:
    """Each Latin letter with what stands before and after it."""
    n = len(word)
    symbols = np.empty(n, dtype=np.int16)
    for i in range(n):
        before = _EDGE if i == 0 else _SAME if word[i - 1] == word[i] else _LATIN_KINDS[word[i - 1]]
        after = _EDGE if i + 1 == n else _SAME if word[i + 1] == word[i] else _LATIN_KINDS[word[i + 1]]
        symbols[i] = (word[i] * AFTER + after) * BEFORE + before
    return symbols


@compiled
def runs(word: Letters) -> npt.NDArray[np.int32]:
    """The runs of no, one, two and three letters that end after each letter, as numbers; -1 where none is."""
    n = len(word)
    ending = np.full((n + 1, 4), -1, dtype=np.int32)
    for i in range(n + 1):
        number, place = 0, 1
        for length in range(min(i, 3) + 1):
            if length:
                number += word[i - length] * place
                place *= BASE
            ending[i, length] = number
    return ending
