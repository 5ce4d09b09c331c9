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
# Three or four letters for one sound, which other letters write with two.
_LONG_RUNS = (("dsch", "dj"), ("tsch", "ch"), ("tch", "ch"))
# Digits that stand for letters no Latin keyboard has, as young people write; a stroke beside one gives it its dot.
_DIGITS = {"2": "", "3": "", "5": "kh", "6": "t", "7": "h", "8": "q", "9": "s"}
_DOTTED = {"3": "gh", "6": "z", "7": "kh", "9": "d"}
_DIGIT_FOR_LETTER = re.compile(r"(?P<before>['’‘`])?(?P<digit>[2-9])(?P<after>['’‘`])?")
_LETTER = re.compile(r"[a-z]", re.IGNORECASE)
# How damaged PDF text writes الله.
_DAMAGED = (("هللا", "الله"), ("اهلل", "الله"))
_SON_OF = frozenset(("بن", "ابن", "بنت", "bin", "ibn", "ben", "bint", "bent"))
# First words that belong to the next one, last words that belong to the one before.
_OPENS = re.compile(
    r"عبد|ا?بو|اب[اي]|ام|ال|abd[aeou]?[lrsndtz]?h?|[ae]b(?:ou|oo|[uo])l?|b(?:ou|oo|u)|(?:ou|u|o)mm?"
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
    if _LETTER.search(typed):
        typed = _DIGIT_FOR_LETTER.sub(_letter_for, typed)
    return tuple(word for word in map(_plain, normalise(typed).split()) if word)


def _letter_for(found: re.Match[str]) -> str:
    """The letters that a digit in a Latin word stands for; of two strokes the one in front is its own."""
    digit = found["digit"]
    dotted = _DOTTED.get(digit) if found["before"] or found["after"] else None
    return _DIGITS.get(digit, "") if dotted is None else dotted


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
