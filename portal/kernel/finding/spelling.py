"""A name as the finder reads it: its parts, each in the letters of one script, numbered from 1."""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

from portal.kernel.names.normalise import is_arabic, normalise

ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
LATIN = "abcdefghijklmnopqrstuvwxyz"
MOST_PARTS = 10
LONGEST_PART = 24

_NUMBER = {letter: n for script in (ARABIC, LATIN) for n, letter in enumerate(script, 1)}
# Letters whose sound would be lost with their mark.
_MARKED = str.maketrans(
    {**dict.fromkeys("şšș", "sh"), **dict.fromkeys("çč", "ch"), **dict.fromkeys("ğġ", "gh"), "ḫ": "kh", "ẖ": "kh"}
)
_SON_OF = frozenset(("بن", "ابن", "بنت", "bin", "ibn", "ben", "bint", "bent"))
# First words that belong to the next one, last words that belong to the one before.
_OPENS = re.compile(
    r"عبد|اب[واي]|ام|ال|abd[aeou]?[lrsndtz]?h?|[ae]b(?:ou|oo|[uo])l?|(?:ou|u|o)mm?"
    r"|[aeiu]l|aal|l|[ae](?:sh|th|dh|ch|[rsndtz])"
)
_CLOSES = re.compile(r"الدين|الله|هللا|(?:[aeiou]+[dl])?d(?:ee|ei|ie|i|y)nn?e?|[aeou]*l?lah|[aeou]+lla")


def letters(part: str) -> bytes:
    """The letters of a part as numbers; whatever is no letter is left out."""
    return bytes(_NUMBER[c] for c in part if c in _NUMBER)


@lru_cache(maxsize=65536)
def parts(text: str) -> tuple[str, ...]:
    """The parts of a name in order, with عبد, أبو, ال, الدين joined to their neighbour and "son of" dropped."""
    words = [word for word in map(_plain, normalise(text).split()) if word]
    kept = [word for word in words if word not in _SON_OF] or words
    return tuple(part[:LONGEST_PART] for part in _joined(kept)[:MOST_PARTS])


def _plain(word: str) -> str:
    if is_arabic(word):
        return "".join(c for c in word if c in _NUMBER)
    plain = "".join(c for c in anyascii(word.translate(_MARKED)).lower() if c in _NUMBER)
    return plain.replace("dsch", "dj").replace("tsch", "ch")


def _joined(words: list[str]) -> list[str]:
    done: list[str] = []
    waiting = ""
    for place, word in enumerate(words):
        last = place + 1 == len(words)
        if not waiting and done and _CLOSES.fullmatch(word):
            done[-1] += word
        elif not last and _OPENS.fullmatch(word):
            waiting += word
        else:
            done.append(waiting + word)
            waiting = ""
    return done
