"""Latin spellings of names, reduced to plain letters and cut into the sounds they stand for."""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

# The Turkish and Kurdish ch; kept as one letter because Latin c and h mean other things.
_CH = "č"
# Letters whose sound or length would be lost with their mark.
_MARKED = str.maketrans(
    {
        **dict.fromkeys("şš", "sh"),
        **dict.fromkeys("ç", _CH),
        **dict.fromkeys("ğġ", "gh"),
        **dict.fromkeys("ḫẖ", "kh"),
        **dict.fromkeys("ûū", "oo"),
        **dict.fromkeys("îī", "ee"),
        **dict.fromkeys("âā", "aa"),
        "ž": "j",
    }
)
# Longest first.  Capitals are long vowels: U (ou, oo), I (ee), A (aa), Y (ei, ay).
_SPELLINGS = {
    "dsch": "j", "tsch": _CH, "sch": "sh", "tch": _CH, "dj": "j", "dg": "j", "kh": "kh", "gh": "gh",
    "sh": "sh", "ch": "ch", "th": "th", "dh": "dh", "ph": "f", "ck": "k",
    "ou": "U", "oo": "U", "ee": "I", "aa": "A",
}  # fmt: skip
_BEFORE_CONSONANT = {"ei": "Y", "ai": "Y", "ey": "Y", "ay": "Y"}
_SOUND = re.compile(
    rf"{'|'.join(_SPELLINGS)}|(?<!^)(?:{'|'.join(_BEFORE_CONSONANT)})(?![aeiou])|gu(?=[ei])|."
)
_HEARD_AS = _SPELLINGS | _BEFORE_CONSONANT | {"gu": "g"}
_DOUBLED = re.compile(r"([bcdfghjklmnpqrstvwxyz])\1+")


@lru_cache(maxsize=65536)
def plain(word: str) -> str:
    """The word in the letters a to z (and č): marks gone, other scripts spelled out."""
    pieces = [anyascii(piece).lower() for piece in word.translate(_MARKED).split(_CH)]
    return "".join(c for c in _CH.join(pieces) if "a" <= c <= "z" or c == _CH)


def sounds(word: str) -> tuple[str, ...]:
    """Cut a plain Latin word into sounds: `dsch`, `dj` and `j` are one sound, a doubled consonant is one."""
    return tuple(_HEARD_AS.get(found, found) for found in _SOUND.findall(_DOUBLED.sub(r"\1", word)))
