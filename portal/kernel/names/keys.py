"""Keys a name is stored under and looked up by, so that candidates are found without reading every name.

Stored and asked keys meet in `stored && asked` (an array of text with a GIN index).  They are made from the
consonants of pairs of parts, because one part alone finds too much: half of all names hold the same five.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

from portal.kernel.names.latin import sounds
from portal.kernel.names.normalise import is_arabic
from portal.kernel.names.parts import parts

Tiers = tuple[tuple[str, ...], ...]

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
_LONG_ENOUGH = 3
_COMMON_NAMES = (
    "محمد احمد محمود حسن حسين علي خالد ابراهيم مصطفي عمر يوسف سعيد صالح عبدالله خليل سالم حامد كمال جمال"
)


def skeleton(part: str) -> str:
    """The consonants of a part in one alphabet for Arabic and Latin: `hld` for خالد, Khaled and Xalid."""
    return "".join(_consonants(piece) for piece in parts(part))


def loose_consonants(part: str) -> str:
    """The skeleton of one part with all that is often mixed up fallen together."""
    return _consonants(part).translate(_LOOSE) or _NO_CONSONANT


def search_keys(name_ar: str | None, name_latin: str | None) -> tuple[str, ...]:
    """Every key a name is stored under, in both its spellings."""
    names = (_all_loose(name) for name in (name_ar, name_latin) if name)
    return tuple(dict.fromkeys(key for loose in names for key in _stored(loose)))


def query_keys(text: str) -> tuple[str, ...]:
    """Every key to look a name up by, the most telling first."""
    return tuple(key for tier in query_tiers(text) for key in tier)


def query_tiers(text: str) -> Tiers:
    """The same keys in steps: whole name, two parts, one part and one nearly; stop when enough is found."""
    loose = _all_loose(text)
    if len(loose) < 2:
        single = tuple(typed for part in loose for typed in _mistyped(part))
        return tuple(tier for tier in (_whole(loose), tuple(loose), single) if tier)
    exact = (_whole(loose), _pairs(loose))
    near = (key for one, other in _ordered(loose) if other not in _COMMON for key in _near_asked(one, other))
    return (*exact, tuple(dict.fromkeys(near)))


def _stored(loose: list[str]) -> Iterator[str]:
    yield from loose
    yield from _whole(loose)
    yield from _pairs(loose)
    for one, other in _ordered(loose):
        yield from _near(one, other)


def _whole(loose: list[str]) -> tuple[str, ...]:
    if not loose:
        return ()
    # The second key is given and family name, for those who leave out what stands between.
    return "=" + "|".join(sorted(loose)), f"{loose[0]}>{loose[-1]}"


def _pairs(loose: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_pair(one, other) for one, other in combinations(loose, 2)))


def _pair(one: str, other: str) -> str:
    return f"{min(one, other)}|{max(one, other)}"


def _near(one: str, other: str) -> Iterator[str]:
    """One part whole, of the other its beginning, its end, or (when short) both its outer letters."""
    # Beside a very common name a short piece would find too much.
    kept = 3 if one in _COMMON else 2
    if len(other) >= kept:
        yield f"{one}|{other[:kept]}*"
        yield f"{one}|*{other[-kept:]}"
    if kept <= len(other) <= kept + 1:
        yield f"{one}|{other[0]}~{other[-1]}"


def _near_asked(one: str, other: str) -> Iterator[str]:
    yield from _near(one, other)
    for typed in _mistyped(other):
        yield _pair(one, typed)


def _mistyped(part: str) -> Iterator[str]:
    """What was meant if one letter was typed too many, or two in the wrong order."""
    if len(part) < _LONG_ENOUGH:
        return
    for i in range(len(part)):
        yield part[:i] + part[i + 1 :]
        yield part[:i] + part[i + 1 : i + 2] + part[i] + part[i + 2 :]


def _ordered(loose: list[str]) -> Iterator[tuple[str, ...]]:
    return permutations(loose, 2)


def _all_loose(name: str) -> list[str]:
    return [loose_consonants(part) for part in parts(name)]


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


_COMMON = frozenset(key for name in _COMMON_NAMES.split() for key in _all_loose(name))
