"""How numbers, branches, dates, kinds and photographers are written, and the one form they are kept in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from anyascii import anyascii

from portal.kernel import names as spelling
from portal.records.vocab import FileKind, Oddity, Part

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")  # they carry meaning in Persian and Kurdish words
_DIGITS = {
    ord(letter): str(value) for row in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, letter in enumerate(row)
}
_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})
_LONGEST = 80
_YEARS = range(1900, 2101)
_NAMES = frozenset({Part.GIVEN, Part.FATHER, Part.GRANDFATHER, Part.FAMILY, Part.MOTHER, Part.MOTHER_FAMILY})
_DAYS = frozenset({Part.DIED_ON, Part.ISSUED_ON})

_YEAR_FIRST = re.compile(
    r"([0-9]{4})([-._/ ]?)([0-9]{2})\2([0-9]{2})|([0-9]{4})[-._/]([0-9]{1,2})[-._/]([0-9]{1,2})"
)
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-._/])([0-9]{1,2})\2([0-9]{4})")
_CLOCK = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?Z?$")

_COPY_WORDS = frozenset({"copy", "duplicate", "new", "old", "backup", "temp", "نسخه", "نسخ", "جديد", "قديم"})
_PICTURES = frozenset({"bmp", "gif", "heic", "jpe", "jpeg", "jpg", "png", "tif", "tiff", "webp"})
_KINDS = {
    FileKind.CARD: "card|cards|number card|بطاقة|بطاقات|كرت|لوحة الرقم",
    FileKind.COURT_SIGN_OFF: "court sign off|court signoff|court|court decision|court paper|prosecutor|"
    "قرار محكمة|محكمة|موافقة محكمة|قرار قضائي|النيابة العامة|نيابة",
    FileKind.DEATH_CERTIFICATE: "death certificate|death certificates|death cert|certificate of death|"
    "شهادة وفاة|شهادات وفاة|بيان وفاة",
    FileKind.HOSPITAL_REPORT: "hospital report|hospital|medical report|"
    "تقرير طبي|تقرير مشفى|تقرير مستشفى|مشفى|مستشفى",
    FileKind.OTHER_PAPER: "other paper|paper|papers|document|documents|other|وثيقة|وثائق|ورقة|أوراق|أخرى",
    FileKind.PHOTOGRAPH: "photograph|photographs|photo|photos|picture|pictures|image|images|صورة|صور",
}


@dataclass(frozen=True, slots=True)
class Tidied:
    """A piece of text in its kept form, and what was odd in the way it was written."""

    text: str
    oddities: frozenset[Oddity]


def tidy(text: str) -> Tidied:
    """Fold digits, spaces and composed letters, and take out marks that only change how a name looks."""
    folded = fold_characters(text)
    return Tidied(" ".join(folded.split()), oddities_of(text))


def fold_characters(text: str) -> str:
    """Do what `tidy` does, except to the spaces."""
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text).translate(_DIGITS)
    return "".join(_kept(letter) for letter in composed)


def oddities_of(text: str) -> frozenset[Oddity]:
    """Name what a reader would not notice: turned directions, other digits, undecodable bytes."""
    if text.isascii() and text.isprintable():
        return frozenset()
    found = set()
    if _BIDI.intersection(text):
        found.add(Oddity.BIDI_CONTROL_IN_NAME)
    if any(ord(letter) in _DIGITS for letter in text):
        found.add(Oddity.ARABIC_INDIC_DIGITS)
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in text):
        found.add(Oddity.UNREADABLE_NAME)
    return frozenset(found)


def is_plain_name(name: str) -> bool:
    """Nothing in this name is invisible, undecodable or turns the direction of reading."""
    return shown(name) == name


def shown(path: str) -> str:
    """Write a file's name so that it cannot deceive: what is invisible or undecodable becomes a code."""
    return "".join(letter if _is_plain(letter) else f"\\u{ord(letter):04x}" for letter in path)


def read_number(text: str) -> str | None:
    """A detainee's number: digits only, kept as written (a leading zero may matter)."""
    number = tidy(text).text
    return number if re.fullmatch(r"[0-9]{1,12}", number) else None


def read_branch(text: str) -> str | None:
    """A branch as a folder's name has it: a number or one word, never a phrase such as "copy of 227"."""
    branch = tidy(text).text
    if not re.fullmatch(r"[0-9]{1,5}[^\W\d_]?|[^\W\d_]{1,30}", branch):
        return None
    return None if fold_words(branch) in _COPY_WORDS else branch


def read_name(text: str) -> str | None:
    """A name as somebody wrote it down: short, and with a letter or digit in it."""
    name = tidy(text).text
    return name if 0 < len(name) <= _LONGEST and any(map(str.isalnum, name)) else None


def read_photographer(text: str) -> str | None:
    """A photographer's name: short, and with at least one letter."""
    name = read_name(text)
    return name if name is not None and any(map(str.isalpha, name)) else None


def read_date(text: str) -> date | None:
    """A calendar day; 04/11/2019 is refused, for some mean April and some November, and we do not guess."""
    written = _CLOCK.sub("", tidy(text).text)
    if match := _YEAR_FIRST.fullmatch(written):
        year, month, day = (part for part in match.group(1, 3, 4, 5, 6, 7) if part is not None)
    elif match := _DAY_FIRST.fullmatch(written):
        day, separator, month, year = match.groups()
        # With points everybody writes the day first.
        if separator != "." and int(day) <= 12 and int(day) != int(month):
            return None
    else:
        return None
    return _day(int(year), int(month), int(day))


def read_kind(text: str) -> FileKind | None:
    """The kind of file that an English or Arabic word for it names."""
    return _KIND_OF.get(fold_words(text))


def guess_kind(path: str) -> FileKind:
    """The kind that a file's name, else its folders, speak of.

    An unknown picture is held to be a photograph, because photographs are the more closely guarded.
    """
    *folders, name = path.split("/")
    stem, _, suffix = name.rpartition(".")
    for part in (stem or name, *reversed(folders)):
        if kind := _kind_within(part):
            return kind
    return FileKind.PHOTOGRAPH if suffix.casefold() in _PICTURES else FileKind.OTHER_PAPER


def fold_words(text: str) -> str:
    """Words for comparison: no case, no vowel signs, no hyphens, one form for each Arabic letter."""
    if text.isascii():
        return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_LETTERS).casefold())
    bare = "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())


def sound(name: str) -> str:
    """The consonants of a name: Ahmed, ahmad and أحمد fall together; good for a suggestion, no more."""
    letters = re.sub(r"[^a-z]", "", anyascii(name).casefold().replace("@", "h"))
    consonants = re.sub(r"[aeiouwy]", "", letters).replace("q", "k")
    single = re.sub(r"(.)\1+", r"\1", consonants)
    return single.removesuffix("h") or single


def says_the_same(part: Part, one: str, other: str) -> bool:
    """True when two wordings of one part of a paper differ at most in the way they are spelled."""
    if part in _NAMES:
        return spelling.spelled_alike(one, other)
    if part in _DAYS:
        days = (read_date(one), read_date(other))
        if None not in days:
            return days[0] == days[1]
    return spelling.normalise(one) == spelling.normalise(other)


def read_year(text: str) -> int | None:
    """A year of four digits, in the digits of any script."""
    year = tidy(text).text
    return int(year) if re.fullmatch(r"[0-9]{4}", year) and int(year) in _YEARS else None


def _kept(letter: str) -> str:
    if letter in _JOINERS:
        return letter
    category = unicodedata.category(letter)
    if category == "Cf":
        return ""
    if category == "Cs":  # a byte of the name that is no letter in any known encoding
        return "\ufffd"
    return " " if category in {"Cc", "Zs", "Zl", "Zp"} else letter


def _is_plain(letter: str) -> bool:
    return letter in _JOINERS or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def _kind_within(part: str) -> FileKind | None:
    text = f" {fold_words(part)} "
    return next((kind for words, kind in _LONGEST_FIRST if f" {words} " in text), None)


_KIND_OF = {fold_words(word): kind for kind, words in _KINDS.items() for word in words.split("|")}
_LONGEST_FIRST = sorted(_KIND_OF.items(), key=lambda item: -len(item[0]))
