"""The consonants of a part in one alphabet for Arabic and Latin, by which near names are gathered."""

from __future__ import annotations

from portal.kernel.names.latin import sounds
from portal.kernel.names.normalise import is_arabic

_ARABIC = dict(zip("بتثجحخدذرزسشصضطظغفقكلمنه", "bttjhhddrzsxsdtdkfkklmnh", strict=True))
_LATIN = {
    "b": "b", "p": "b", "t": "t", "th": "t", "s": "s", "d": "d", "dh": "d", "z": "z", "j": "j", "c": "j",
    "sh": "x", "ch": "x", "č": "x", "h": "h", "kh": "h", "x": "h", "k": "k", "q": "k", "g": "k", "gh": "k",
    "f": "f", "v": "f", "l": "l", "m": "m", "n": "n", "r": "r",
}  # fmt: skip
_LATIN_VOWELS = frozenset("aeiAIY")
# Sounds that languages and typists mix up fall together: t s z with d; sh j h with k; w with f.
_LOOSE = str.maketrans("tszxjhw", "dddkkkf")
_NO_CONSONANT = "-"


def loose_consonants(part: str) -> str:
    """The skeleton of one part with all that is often mixed up fallen together."""
    return _consonants(part).translate(_LOOSE) or _NO_CONSONANT


def _consonants(part: str) -> str:
    return _arabic_consonants(part) if is_arabic(part) else _latin_consonants(sounds(part))


def _arabic_consonants(part: str) -> str:
    # A final h is written or not (ة, ه), and Latin letters do not tell it from ح.
    kept = "".join(_ARABIC.get(letter, "") for letter in part.rstrip("هح"))
    return "w" + kept if part[0] == "و" else kept


def _latin_consonants(heard: tuple[str, ...]) -> str:
    while heard and heard[-1] in {"h", "a", "e", "A"}:
        heard = heard[:-1]
    kept = "".join(_LATIN.get(sound, "") for sound in heard)
    return "w" + kept if _starts_with_w(heard) else kept


def _starts_with_w(heard: tuple[str, ...]) -> bool:
    return heard[:1] == ("w",) or (heard[:1] == ("U",) and heard[1:2] != () and heard[1] in _LATIN_VOWELS)
