"""Letters in their surroundings: the same letter is written otherwise at the end, after a vowel, in an article."""

from __future__ import annotations

import numpy as np

from portal.kernel.finding.arrays import Bytes, Flags, Ints, Longs, Shorts
from portal.kernel.finding.compiled import compiled
from portal.kernel.finding.spelling import ARABIC, LATIN, numbered

BEFORE, AFTER = 7, 9
CONTEXTS = BEFORE * AFTER
ARTICLE_A, ARTICLE_L = 29, 30
# Behind each letter that can stand for a consonant is room for a vowel that Arabic does not write.
VOWEL_AFTER = 31
SYMBOLS = 2 * VOWEL_AFTER * CONTEXTS
# Runs of up to three letters, each numbered from 1, as one number.
BASE = 29
RUNS = BASE**3

_EDGE, _SUN, _MOON, _SAME, _OTHER, _FINAL_HEH, _EDGE_OF_SHORT = 0, 1, 2, 5, 6, 7, 8
_SHORT = 3
_SHORTEST_WITH_ARTICLE = 5


def _kinds(groups: tuple[str, ...], script: str) -> Longs:
    kinds = np.full(BASE + 2, _OTHER, dtype=np.int64)
    for kind, group in enumerate(groups, 1):
        kinds[[script.index(letter) + 1 for letter in group]] = kind
    return kinds


_ARABIC_KINDS = _kinds(("ا", "و", "ي", "ع"), ARABIC)
_LATIN_KINDS = _kinds(("aeiou", "y", "h"), LATIN)
_SUN_LETTERS = _kinds(("تثدذرزسشصضطظلن",), ARABIC) == 1
_ALEF, _LAM, _HEH = (int(n) for n in numbered("اله"))
_ABD, _ABU, _DIN, _LAH = (numbered(part) for part in ("عبد", "ابو", "دين", "له"))


@compiled
def arabic_symbols(word: Bytes) -> Shorts:
    """Each Arabic letter with what stands before and after it; the letters of an article apart."""
    n = len(word)
    article = _articles(word)
    symbols = np.empty(n, dtype=np.int16)
    for i in range(n):
        if article[i]:
            symbols[i] = _of_article(word, article, i)
        else:
            before = _EDGE if i == 0 or article[i - 1] else _ARABIC_KINDS[word[i - 1]]
            symbols[i] = (word[i] * AFTER + _arabic_after(word, i)) * BEFORE + before
    return symbols


@compiled
def spoken_symbols(word: Bytes) -> Shorts:
    """The same, with room for an unwritten vowel behind each letter but alef and the article."""
    written = arabic_symbols(word)
    symbols = np.empty(2 * len(written), dtype=np.int16)
    n = 0
    for symbol in written:
        letter = symbol // CONTEXTS
        symbols[n] = symbol
        n += 1
        if letter not in (_ALEF, ARTICLE_A, ARTICLE_L):
            symbols[n] = symbol + VOWEL_AFTER * CONTEXTS
            n += 1
    return symbols[:n].copy()


@compiled
def latin_symbols(word: Bytes) -> Shorts:
    """Each Latin letter with what stands before and after it."""
    n = len(word)
    symbols = np.empty(n, dtype=np.int16)
    for i in range(n):
        before = _EDGE if i == 0 else _SAME if word[i - 1] == word[i] else _LATIN_KINDS[word[i - 1]]
        after = _EDGE if i + 1 == n else _SAME if word[i + 1] == word[i] else _LATIN_KINDS[word[i + 1]]
        symbols[i] = (word[i] * AFTER + after) * BEFORE + before
    return symbols


@compiled
def runs(word: Bytes) -> Ints:
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


@compiled
def _arabic_after(word: Bytes, i: int) -> int:
    n = len(word)
    if i + 1 == n:
        return _EDGE_OF_SHORT if n <= _SHORT else _EDGE
    if i + 2 == n and word[i + 1] == _HEH:
        return _FINAL_HEH
    return _SAME if word[i + 1] == word[i] else int(_ARABIC_KINDS[word[i + 1]])


@compiled
def _of_article(word: Bytes, article: Flags, i: int) -> int:
    """Alef or lam of an article: what follows decides whether the lam is heard."""
    opens = word[i] == _ALEF and i + 1 < len(word) and article[i + 1]
    letter, following = (ARTICLE_A, word[i + 2]) if opens else (ARTICLE_L, word[i + 1])
    kind = _SUN if _SUN_LETTERS[following] else _MOON
    return (letter * AFTER + kind) * BEFORE + (_EDGE if i <= 1 else _OTHER)


@compiled
def _articles(word: Bytes) -> Flags:
    n = len(word)
    article = np.zeros(n, dtype=np.bool_)
    for i in range(n - 3):
        if word[i] == _ALEF and word[i + 1] == _LAM and _article_may_stand(word, i):
            article[i] = article[i + 1] = True
    return article


@compiled
def _article_may_stand(word: Bytes, i: int) -> bool:
    """At the beginning, behind عبد and أبو, and before دين and له at the end."""
    n = len(word)
    if i == 0:
        return n >= _SHORTEST_WITH_ARTICLE
    behind = i == 3 and (_stands(word, 0, _ABD) or _stands(word, 0, _ABU))
    rest = n - i - 2
    lah = rest == 2 and _stands(word, i + 2, _LAH)
    din = rest == 3 and _stands(word, i + 2, _DIN)
    return behind or (i >= 2 and (lah or din))


@compiled
def _stands(word: Bytes, at: int, part: Bytes) -> bool:
    for k in range(len(part)):  # noqa: SIM110 - compiled code knows no all() over a generator
        if word[at + k] != part[k]:
            return False
    return True
