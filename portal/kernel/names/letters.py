"""What it costs to take one letter for another: set by hand, by ear (Latin) and by eye (Arabic)."""

from __future__ import annotations

# Arabic letter -> Latin sounds it is written with, and how far off each one is.
HEARD: dict[str, dict[str, float]] = {
    "ا": {"A": 0, "a": 0, "e": 0.05, "i": 0.1, "o": 0.15, "u": 0.15, "U": 0.3, "I": 0.3, "Y": 0.25},
    "ب": {"b": 0, "p": 0.05, "v": 0.3},
    "ت": {"t": 0, "th": 0.15, "d": 0.4},
    "ث": {"th": 0, "t": 0.15, "s": 0.15, "z": 0.4},
    "ج": {
        "j": 0,
        "g": 0.05,
        "c": 0.1,
        "č": 0.1,
        "ch": 0.25,
        "gh": 0.3,
        "sh": 0.4,
        "y": 0.3,
        "q": 0.4,
        "k": 0.4,
    },
    "ح": {"h": 0, "x": 0.1, "kh": 0.2, "ch": 0.3, "k": 0.5},
    "خ": {"kh": 0, "x": 0, "ch": 0.05, "h": 0.15, "k": 0.2, "č": 0.3, "gh": 0.4},
    "د": {"d": 0, "dh": 0.15, "t": 0.35, "th": 0.4},
    "ذ": {"dh": 0, "d": 0.1, "z": 0.05, "th": 0.1},
    "ر": {"r": 0},
    "ز": {"z": 0, "s": 0.3, "dh": 0.3},
    "س": {"s": 0, "c": 0.15, "z": 0.3, "sh": 0.4, "x": 0.6},
    "ش": {"sh": 0, "ch": 0.05, "č": 0.15, "s": 0.35, "j": 0.5},
    "ص": {"s": 0, "c": 0.2, "z": 0.3, "sh": 0.5},
    "ض": {"d": 0, "dh": 0.05, "z": 0.15, "th": 0.3},
    "ط": {"t": 0, "th": 0.15, "d": 0.4},
    "ظ": {"z": 0, "dh": 0.05, "d": 0.15, "th": 0.25},
    "ع": {"a": 0, "A": 0, "e": 0.05, "i": 0.1, "o": 0.05, "u": 0.1, "U": 0.15, "Y": 0.2, "h": 0.25},
    "غ": {"gh": 0, "g": 0.1, "r": 0.3, "k": 0.4, "q": 0.35, "h": 0.5},
    "ف": {"f": 0, "v": 0.1, "p": 0.4},
    "ق": {"q": 0, "k": 0.05, "g": 0.1, "c": 0.15, "gh": 0.25, "j": 0.4, "kh": 0.4},
    "ك": {"k": 0, "c": 0.05, "q": 0.15, "g": 0.25, "ch": 0.25, "č": 0.3, "kh": 0.3},
    "ل": {"l": 0},
    "م": {"m": 0, "n": 0.45},
    "ن": {"n": 0, "m": 0.45},
    "ه": {"h": 0, "a": 0.1, "e": 0.1, "t": 0.5},
    "و": {"w": 0, "u": 0, "U": 0, "o": 0.05, "v": 0.1, "b": 0.6, "a": 0.4},
    "ي": {"y": 0, "i": 0, "I": 0, "Y": 0, "e": 0.1, "j": 0.3, "a": 0.2},
}

VOWEL_SOUNDS = frozenset("aeiouAIUY")

# Latin vowels among themselves; consonants are compared through the Arabic letter behind both.
VOWELS = {
    "ae": 0.05,
    "ai": 0.2,
    "ao": 0.15,
    "au": 0.2,
    "ei": 0.08,
    "eo": 0.25,
    "eu": 0.25,
    "io": 0.3,
    "iu": 0.25,
}
VOWELS |= {
    "ou": 0.03,
    "iy": 0.03,
    "ey": 0.1,
    "uw": 0.05,
    "ow": 0.1,
    "vw": 0.1,
    "uv": 0.3,
    "ay": 0.3,
    "aw": 0.35,
}
# Long ones, written with two letters or a mark: U (ou, oo), I (ee), A (aa), Y (ei, ay).
VOWELS |= {"uU": 0.05, "oU": 0.05, "wU": 0.05, "iI": 0.05, "eI": 0.1, "yI": 0.05, "aA": 0.03, "eA": 0.1}
VOWELS |= {"iY": 0.06, "eY": 0.06, "aY": 0.15, "yY": 0.03, "IY": 0.06}

# Arabic letters one misread, misheard or misplaced stroke apart.
_ONE_DOT = ("بتثني", "جحخ", "دذ", "رز", "سش", "صض", "طظ", "عغ", "فق")
_SEEN = 0.3
SEEN: dict[str, float] = {a + b: _SEEN for group in _ONE_DOT for a in group for b in group if a < b}
SEEN |= {"ضظ": 0.25, "زذ": 0.35, "ثس": 0.4, "تط": 0.4, "سص": 0.4, "دض": 0.5, "ظز": 0.4, "حه": 0.5, "قك": 0.5}
SEEN |= {
    "قغ": 0.5,
    "جغ": 0.6,
    "رو": 0.6,
    "در": 0.6,
    "عا": 0.5,
    "اي": 0.6,
    "اه": 0.6,
    "وي": 0.7,
    "اغ": 0.9,
    "فغ": 0.6,
}
SEEN |= {
    "نم": 0.7,
    "لا": 0.7,
    "كل": 0.6,
    "عح": 0.6,
    "خغ": 0.6,
    "مع": 0.7,
    "مه": 0.7,
    "قو": 0.6,
    "فو": 0.7,
    "شث": 0.5,
}

# A letter that stands alone: how much its absence on the other side weighs.
ALONE_SEEN = {"ا": 0.75, "و": 0.85, "ي": 0.85, "ع": 0.85, "ه": 0.8, "ل": 0.85}
ALONE_ACROSS = {"ا": 0.2, "ع": 0.12, "ه": 0.4, "و": 0.5, "ي": 0.45}
ALONE_ACROSS |= {"a": 0.06, "e": 0.06, "i": 0.15, "o": 0.15, "u": 0.12, "y": 0.3, "w": 0.45, "h": 0.5}
ALONE_ACROSS |= {"A": 0.15, "U": 0.35, "I": 0.35, "Y": 0.4}
ALONE_HEARD = {"a": 0.15, "e": 0.15, "i": 0.25, "o": 0.25, "u": 0.25, "y": 0.35, "w": 0.5, "h": 0.4}
ALONE_HEARD |= {"A": 0.2, "U": 0.35, "I": 0.35, "Y": 0.4}
DOUBLED = 0.12
SWAPPED = 0.5
SWAPPED_LAM_ALEF = 0.15
