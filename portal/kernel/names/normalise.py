"""One spelling for every way of typing the same letters: marks, hamza, Persian and Kurdish letters, case."""

from __future__ import annotations

import unicodedata

# No name is longer.  Whatever comes after is not read, so a hostile text costs no more than a long name.
MAX_QUERY = 200

# Letters that readers and typists use for one another without meaning another name.
_SAME = str.maketrans(
    {
        **dict.fromkeys("أإآٱٲٳٵ", "ا"),
        **dict.fromkeys("ىیېےێيئۍ", "ي"),
        **dict.fromkeys("ؤۆۇۈۋۊ", "و"),
        **dict.fromkeys("ةۀہۂۃھەە", "ه"),
        **dict.fromkeys("کڪګڬگڭڰ", "ك"),
        **dict.fromkeys("پ", "ب"),
        **dict.fromkeys("چژ", "ج"),
        **dict.fromkeys("ڤڥ", "ف"),
        **dict.fromkeys("ڕړ", "ر"),
        **dict.fromkeys("ڵڶ", "ل"),
        **dict.fromkeys("ٹ", "ت"),
        **dict.fromkeys("ڈ", "د"),
        "ڑ": "ر",
        "ں": "ن",
        "ء": None,
        "ـ": None,
    }
)
# A stroke inside a Latin word (Sa'id, Jum'ah) stands for ayn or hamza and parts nothing.
_STROKES = frozenset("'`´‘’‛′ʼʻʾʿˈʹ＇")
_FIXED_POINT_ROUNDS = 4


def normalise(text: str) -> str:
    """Fold a text to the letters, digits and single spaces by which names are compared."""
    folded = _once(text[:MAX_QUERY])
    for _ in range(_FIXED_POINT_ROUNDS):
        again = _once(folded)
        if again == folded:
            break
        folded = again
    return folded


def is_arabic(text: str) -> bool:
    """True when the text holds a letter of the Arabic script."""
    return any("\u0620" <= c <= "\u06ff" for c in text)


def _once(text: str) -> str:
    compatible = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    letters = "".join(_kept(c) for c in compatible.translate(_SAME))
    return " ".join(letters.split())[:MAX_QUERY].rstrip()


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category[0] == "M" or category in {"Cf", "Cc", "Cs"} or character in _STROKES:
        # A line break or tab parts words; every other control is invisible and parts nothing.
        return " " if character.isspace() else ""
    return character if category[0] in "LN" else " "
