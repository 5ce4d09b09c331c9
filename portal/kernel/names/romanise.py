"""A Latin proposal for an Arabic name, for a slug or a first draft; a person decides how it is written."""

from __future__ import annotations

from portal.kernel.names.given import GIVEN
from portal.kernel.names.latin import plain
from portal.kernel.names.normalise import is_arabic, normalise

_CONSONANTS = dict(
    zip(
        "بتثجحخدذرزسشصضطظغفقكلمنه",
        "b t th j h kh d dh r z s sh s d t z gh f q k l m n h".split(),  # noqa: SIM905 - one row under the other
        strict=True,
    )
)
_LONG = {"ا": "a", "و": "ou", "ي": "i"}
_GLIDES = {"و": "w", "ي": "y"}
_VOWEL_LETTERS = frozenset("اويع")
_WORDS = {
    "بن": "bin",
    "ابن": "ibn",
    "بنت": "bint",
    "ال": "al",
    "الله": "Allah",
    "ابو": "Abu",
    "ام": "Umm",
    "عبد": "Abd",
    "رحمن": "Rahman",
}
_SHORTEST_WITH_ARTICLE = 5


def romanise(name_ar: str) -> str:
    """Spell an Arabic name in plain Latin letters; short vowels are guessed: a proposal and no more."""
    return " ".join(spelled for word in normalise(name_ar).split() if (spelled := _word(word)))


def _word(word: str) -> str:
    if not is_arabic(word):
        return word if word.isdecimal() else plain(word).replace("č", "ch").capitalize()
    known = _WORDS.get(word) or GIVEN.get(word)
    return known or _compound(word)


def _compound(word: str) -> str:
    if word.startswith("عبدال") and len(word) > _SHORTEST_WITH_ARTICLE:
        rest = "lah" if word == "عبدالله" else _word(word[5:]).lower()
        return f"Abdul{rest}"
    if word.startswith("ابو") and len(word) > _SHORTEST_WITH_ARTICLE:
        return f"Abu {_word(word[3:])}"
    if word.endswith("الدين") and len(word) > _SHORTEST_WITH_ARTICLE:
        return f"{_word(word[:-5])} al-Din"
    if word.endswith("الله") and len(word) > _SHORTEST_WITH_ARTICLE:
        return f"{_word(word[:-4])}allah"
    if word.startswith("ال") and len(word) >= _SHORTEST_WITH_ARTICLE:
        return f"al-{_word(word[2:])}"
    return _letters(word).capitalize()


def _letters(word: str) -> str:
    spelled = ""
    for i, letter in enumerate(word):
        following = word[i + 1 : i + 2]
        spelled += _letter(letter, following, spelled, opens=i == 0)
        if _needs_vowel(word, i, spelled):
            spelled += "a"
    return spelled.replace("aa", "a") or "a"


def _letter(letter: str, following: str, before: str, *, opens: bool) -> str:
    if letter in _GLIDES:
        vowel_next = following in {"ا", "و", "ي", "ه"} and following != ""
        return _GLIDES[letter] if opens or vowel_next or _ends_in_vowel(before) else _LONG[letter]
    if letter == "ع":
        return "" if _ends_in_vowel(before) or following in _LONG else "a"
    if letter == "ه" and not following:
        return "" if _ends_in_vowel(before) else "a"
    return _LONG.get(letter) or _CONSONANTS.get(letter, "")


def _needs_vowel(word: str, place: int, spelled: str) -> bool:
    """A consonant gets an `a` unless a vowel follows, or one went before and another syllable follows."""
    rest = word[place + 1 :]
    if not rest or _ends_in_vowel(spelled) or not spelled or rest[0] in _VOWEL_LETTERS or rest == "ه":
        return False
    closes_syllable = any(_ends_in_vowel(spelled[:-n]) for n in (1, 2) if word[place] in _CONSONANTS)
    return not (closes_syllable and rest[1:2] and rest[1] in _VOWEL_LETTERS | {"ه"})


def _ends_in_vowel(spelled: str) -> bool:
    return spelled[-1:] in {"a", "i", "u"}
