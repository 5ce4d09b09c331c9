"""The parts of a name: what belongs together is joined, articles and "son of" are dropped."""

from __future__ import annotations

import re
from functools import lru_cache

from portal.kernel.names.latin import plain
from portal.kernel.names.normalise import is_arabic, normalise

# A name of more parts is no name; the rest is not read.
MAX_PARTS = 12

_SON_OF = frozenset(("بن", "ابن", "بنت", "bin", "ibn", "ben", "bint", "bent"))
_ARTICLES = frozenset(("ال", "al", "el", "ul", "il", "aal", "l"))
# The l of the article becomes the letter that follows: ash-Shami, ar-Rifai, an-Nimr.
_SUN_ARTICLE = re.compile(r"[aeiu](?P<letter>sh|th|dh|[rsndtz])")
# First words that need the next one, and the one form they are joined in.
_PREFIXES = (
    (re.compile(r"عبد"), "عبد"),
    (re.compile(r"abd(?:[aeou]+[lrsndtz]h?)?"), "abd"),
    (re.compile(r"اب[واي]"), "ابو"),
    (re.compile(r"[ae]b(?:ou|oo|[uoia])l?"), "abu"),
    (re.compile(r"ام"), "ام"),
    (re.compile(r"(?:ou|u|o)mm?"), "um"),
)
# Last words that belong to the one before.
_SUFFIXES = (
    (re.compile(r"الدين"), "دين"),
    (re.compile(r"(?:[aeiou]+[dl]?)?d(?:ee|ei|ie|i|y)nn?e?"), "din"),
    (re.compile(r"الله|هللا"), "له"),  # the second is how damaged PDF text writes the first
    (re.compile(r"[aeou]*l?lah|[aeou]+lla"), "lah"),
)
# The same joins when they were written without a space.
_GLUED = (
    (re.compile(r"^عبدال(?=..)"), "عبد"),
    (re.compile(r"^abd[aeou]+(?:l|([rsndtz])(?=\1))(?=..)"), "abd"),
    (re.compile(r"^ابو(?:ال)?(?=...)"), "ابو"),
    (re.compile(r"^abo?[uo](?:l(?=[bcdfghjkmnpqrstvwxyz]))?(?=...)"), "abu"),
    (re.compile(r"(?<=..)الدين$"), "دين"),
    (re.compile(r"(?<=..)[aeiou]+(?:dd|ld|tt|d)(?:ee|ei|ie|i|y)nn?e?$"), "din"),
    (re.compile(r"(?<=..)(?:الله|هللا)$"), "له"),
    (re.compile(r"(?<=..)[aeou]llah?$"), "lah"),
)
_GLUED_ARTICLE = re.compile(r"^(?:ال(?=...)|[ae]l(?=[bcdfghjkmnpqrstvwxyz]...)|el(?=[ao]....))")
# Names whose first letters only look like the article.
_NO_ARTICLE = frozenset(("الياس", "الهام", "البرت", "الفريد", "الكسندر", "elham", "albert", "alfred"))


@lru_cache(maxsize=65536)
def parts(text: str) -> tuple[str, ...]:
    """The parts of a name in order: عبد, أبو, أم, الدين, الله joined, article and "son of" dropped."""
    words = _words(text)
    kept = [w for i, w in enumerate(words) if not _may_be_left_out(w, words[i + 1 : i + 2])]
    return tuple(bare(part) for part in _joined(kept or words)[:MAX_PARTS])


def _words(text: str) -> list[str]:
    words = (w if is_arabic(w) else plain(w) for w in normalise(text).split())
    return [w for w in words if w]


def _may_be_left_out(word: str, following: list[str]) -> bool:
    if word in _SON_OF:
        return True
    if not following:
        return False
    sun = _SUN_ARTICLE.fullmatch(word)
    return word in _ARTICLES or (sun is not None and following[0].startswith(sun["letter"]))


def _joined(words: list[str]) -> list[str]:
    done: list[str] = []
    waiting = ""
    for index, word in enumerate(words):
        prefix = "" if waiting else _form(word, _PREFIXES)
        suffix = "" if waiting or not done else _form(word, _SUFFIXES)
        if prefix and index + 1 < len(words):
            waiting = prefix
        elif suffix:
            done[-1] = bare(done[-1]) + suffix
        else:
            done.append(waiting + bare(word) if waiting else word)
            waiting = ""
    return done


def _form(word: str, forms: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    return next((form for pattern, form in forms if pattern.fullmatch(word)), "")


def bare(part: str) -> str:
    """The part without an article written together with it, and glued joins in their one form."""
    left = part if part in _NO_ARTICLE else _GLUED_ARTICLE.sub("", part)
    for pattern, form in _GLUED:
        left = pattern.sub(form, left)
    return left
