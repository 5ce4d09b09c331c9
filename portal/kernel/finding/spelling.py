"""A name as the finder reads it: its parts, each in the letters of one script, numbered from 1."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from anyascii import anyascii

from portal.kernel.finding.arrays import Bytes
from portal.kernel.names.normalise import MAX_QUERY, is_arabic, normalise

ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
LATIN = "abcdefghijklmnopqrstuvwxyz"
MOST_PARTS = 8
LONGEST_PART = 24

_NUMBER = {letter: n for script in (ARABIC, LATIN) for n, letter in enumerate(script, 1)}
# Letters whose sound would be lost with their mark.
_MARKED = str.maketrans(
    {
        **dict.fromkeys("şšș", "sh"),
        **dict.fromkeys("çč", "ch"),
        **dict.fromkeys("ğġ", "gh"),
        **dict.fromkeys("ḫẖ", "kh"),
    }
)
# Four letters for one sound: no other run is so long.
_LONG_RUNS = (("dsch", "dj"), ("tsch", "ch"))
# How damaged PDF text writes الله.
_DAMAGED = (("هللا", "الله"), ("اهلل", "الله"))
_SON_OF = frozenset(("بن", "ابن", "بنت", "bin", "ibn", "ben", "bint", "bent"))
# First words that belong to the next one, last words that belong to the one before.
_OPENS = re.compile(
    r"عبد|اب[واي]|ام|ال|abd[aeou]?[lrsndtz]?h?|[ae]b(?:ou|oo|[uo])l?|(?:ou|u|o)mm?"
    r"|[aeiu]l|aal|l|[ae](?:sh|th|dh|ch|[rsndtz])"
)
_CLOSES = re.compile(r"الدين|الله|(?:[aeiou]+[dl])?d(?:ee|ei|ie|i|y)nn?e?|[aeou]*l?lah|[aeou]+lla")


def numbered(part: str) -> Bytes:
    """The letters of a part as numbers; whatever is no letter is left out."""
    return np.frombuffer(bytes(_NUMBER[c] for c in part if c in _NUMBER), dtype=np.uint8)


def name_parts(text: str) -> tuple[str, ...]:
    """The parts in order, with عبد, أبو, ال, الدين joined to their neighbour and "son of" dropped."""
    words = [word for typed in text[:MAX_QUERY].split() for word in _words(typed)]
    kept = [word for word in words if word not in _SON_OF] or words
    return tuple(part[:LONGEST_PART] for part in _joined(kept)[:MOST_PARTS])


@lru_cache(maxsize=65536)
def _words(typed: str) -> tuple[str, ...]:
    """Names share most of their words: each is folded once."""
    return tuple(word for word in map(_plain, normalise(typed).split()) if word)


def _plain(word: str) -> str:
    if is_arabic(word):
        return _replaced("".join(c for c in word if c in _NUMBER and c > "z"), _DAMAGED)
    plain = anyascii(word.translate(_MARKED)).lower()
    return _replaced("".join(c for c in plain if "a" <= c <= "z"), _LONG_RUNS)


def _replaced(word: str, forms: tuple[tuple[str, str], ...]) -> str:
    for form, instead in forms:
        word = word.replace(form, instead)
    return word


def _joined(words: list[str]) -> list[str]:
    done: list[str] = []
    waiting = ""
    for place, word in enumerate(words):
        if not waiting and done and _same_script(done[-1], word) and _CLOSES.fullmatch(word):
            done[-1] += word
        elif place + 1 < len(words) and _same_script(word, words[place + 1]) and _OPENS.fullmatch(word):
            waiting += word
        else:
            done.append(waiting + word)
            waiting = ""
    return done


def _same_script(one: str, other: str) -> bool:
    return is_arabic(one) == is_arabic(other)
