"""What holds of every search: how a name is typed changes nothing, nothing typed makes it stumble or toil."""

import sys
import unicodedata
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portal.inquiries.alike import may_be_one
from portal.inquiries.vocab import Sought
from portal.kernel.errors import Invalid
from portal.kernel.finding.finder import LONGEST_TYPED, Answer, TooLong, search
from portal.kernel.finding.index import Index, build
from portal.kernel.finding.spelling import LONGEST_PART, MOST_PARTS, name_parts
from portal.kernel.names import compare_part, parts, spelled_alike
from tests.unit.kernel.test_finding_families import PEOPLE

MEGABYTE = 1_000_000
INDEX = build((number.to_bytes(16, "big"), name) for number, name in enumerate(PEOPLE))
HAMZA = {"أ": "اإآٱ", "إ": "اأآ", "آ": "اأ", "ا": "أإٱ", "ؤ": "و", "ى": "ي", "ي": "ىی", "ة": "ه", "ك": "ک"}
MARKS = "\u064b\u064e\u064f\u0650\u0651\u0652\u0670"
BIDI = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
BLANKS = " \t\u00a0\u2003\u3000"
NAMES = st.sampled_from(PEOPLE)
SEEDS = st.integers(0, 10**6)
# Any code point at all, with those that hardly any text holds more often than chance would bring them.
ANY = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cf", "Mn"]),
        st.sampled_from("\x00\ufeff\ufdfa\ufdfdـء١۹٣'’عبدالله abdulla3h5"),
    ),
    max_size=120,
)


def _after_letters(extra: str) -> Callable[[str, Random], str]:
    """Put some of these behind some letters."""

    def typed(name: str, chance: Random) -> str:
        return "".join(
            c + (chance.choice(extra) if c.isalpha() and chance.random() < 0.4 else "") for c in name
        )

    return typed


def _hamza(name: str, chance: Random) -> str:
    return "".join(chance.choice(HAMZA[c]) if c in HAMZA and chance.random() < 0.7 else c for c in name)


def _wide(name: str, chance: Random) -> str:
    del chance
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)


def _blanks(name: str, chance: Random) -> str:
    spaced = ("".join(chance.choices(BLANKS, k=chance.randint(1, 4))) for _ in name.split())
    return " \n" + "".join(word + blank for word, blank in zip(name.split(), spaced, strict=True))


WAYS: dict[str, Callable[[str, Random], str]] = {
    "tatweel": lambda name, chance: "".join(
        c + ("ـ" * chance.randint(0, 3) if "\u0620" <= c <= "\u064a" else "") for c in name
    ),
    "diacritics": lambda name, chance: _after_letters(MARKS)(name, chance) if name[0] > "\u0600" else name,
    "hamza": _hamza,
    "composed": lambda name, chance: unicodedata.normalize("NFC", name),
    "decomposed": lambda name, chance: unicodedata.normalize("NFD", name),
    "width": _wide,
    "bidi": _after_letters(BIDI),
    "blanks": _blanks,
    "capitals": lambda name, chance: name.upper() if chance.random() < 0.5 else name.title(),
}


@pytest.mark.parametrize("way", WAYS)
@given(NAMES, SEEDS)
@settings(deadline=None, max_examples=40)
def test_how_a_name_is_written_changes_no_answer(way: str, name: str, seed: int) -> None:
    typed = WAYS[way](name, Random(seed))  # noqa: S311 - no secret
    assume(len(typed) <= LONGEST_TYPED)
    assert name_parts(typed) == name_parts(name)
    assert parts(typed) == parts(name)
    assert search(INDEX, typed) == search(INDEX, name)


@given(NAMES, st.lists(st.sampled_from(sorted(WAYS)), min_size=2, max_size=4), SEEDS)
@settings(deadline=None)
def test_nor_do_several_ways_at_once(name: str, ways: list[str], seed: int) -> None:
    typed = name
    for way in ways:
        typed = WAYS[way](typed, Random(seed))  # noqa: S311 - no secret
    assume(len(typed) <= 200)  # more is not read
    assert search(INDEX, typed) == search(INDEX, name)


@given(NAMES, st.sets(st.integers(0, len(PEOPLE) - 1), max_size=12))
@settings(deadline=None, max_examples=40)
def test_what_a_name_is_worth_does_not_depend_on_who_else_is_there(typed: str, others: set[int]) -> None:
    among = {answer.key: answer.score for answer in search(INDEX, typed)}
    few = build((n.to_bytes(16, "big"), PEOPLE[n]) for n in {*others, PEOPLE.index(typed)})
    best = search(few, typed)[0]
    assert best.score == pytest.approx(among[best.key])


PART = st.one_of(st.none(), st.sampled_from([word for name in PEOPLE for word in name.split()]), ANY)
YEAR = st.one_of(st.none(), st.integers(1900, 2020))


def _sought(names: list[str | None], year: int | None) -> Sought:
    fields = ("given", "father", "grandfather", "family", "mother", "mother_family")
    empty: dict[str, Any] = dict.fromkeys(Sought.__dataclass_fields__)
    return Sought(**{**empty, **dict(zip(fields, names, strict=True)), "birth_year": year})


ACCOUNT = st.builds(_sought, st.lists(PART, min_size=6, max_size=6), YEAR)


@given(ACCOUNT, ACCOUNT)
@settings(deadline=None)
def test_two_files_are_alike_whichever_is_opened(one: Sought, other: Sought) -> None:
    assert may_be_one(one, other) == may_be_one(other, one)


@given(ANY, ANY)
@settings(deadline=None)
def test_two_names_agree_whichever_is_said_first(one: str, other: str) -> None:
    assert compare_part(one, other) == compare_part(other, one)
    assert spelled_alike(one, other) == spelled_alike(other, one)
    assert spelled_alike(one, one) or not parts(one)


@given(ANY)
@settings(deadline=None, max_examples=200)
def test_no_code_point_makes_it_stumble(text: str) -> None:
    assert all(isinstance(answer, Answer) for answer in search(INDEX, text))
    assert len(name_parts(text)) <= MOST_PARTS
    assert all(0 < len(part) <= LONGEST_PART for part in name_parts(text))
    assert search(_laid(text), "سامر الحلاق") is not None


@pytest.mark.parametrize(
    "text", ["\ud800", "\udfff" * 50, "سام\udc80ر", "\x00", "a\x00b", "\U0010ffff", "\ufffe"]
)
def test_halves_of_code_points_and_nulls_are_no_letters(text: str) -> None:
    assert search(INDEX, text) is not None
    assert name_parts("سام\ud800ر") == name_parts("سامر")


@given(st.text(min_size=LONGEST_TYPED + 1, max_size=LONGEST_TYPED + 50))
@settings(deadline=None, max_examples=10)
def test_what_is_longer_than_any_name_is_refused(text: str) -> None:
    with pytest.raises(TooLong, match=f"at most {LONGEST_TYPED} letters"):
        search(INDEX, text)


@pytest.mark.asvs("1.3.12")
@pytest.mark.parametrize(
    "piece", ["ا", "al ", "عبد ", "الله ", "abdoou", "x y ", "\u0640", "ﷺ", "7'3", "\ud800"]
)
def test_a_megabyte_is_refused_before_it_is_looked_at(piece: str) -> None:
    text = (piece * MEGABYTE)[:MEGABYTE]
    with pytest.raises(Invalid, match="1000000 letters are longer than a name"):
        search(INDEX, text)
    assert _acts(lambda: _refused(text)) < 60


# One code point (ﷺ) may be folded to eighteen letters.
CALLS_A_LETTER, CALLS_AT_LEAST = 60, 4000
HOSTILE = (
    "ا",
    "al ",
    "عبد ",
    "الله ",
    "abdoou",
    "x y ",
    "\u0640",
    "ﷺ",
    "محمد ",
    "7'3",
    "'",
    "bin ",
    "\u064b",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_work_of_a_search_grows_no_faster_than_what_was_typed(piece: str) -> None:
    """Counted in calls, not in time; compiled code has its bounds in `MOST_PARTS` and `LONGEST_PART`."""
    search(INDEX, "سامر Samer")  # what is loaded or compiled once is no work of a search
    text = piece * LONGEST_TYPED
    for letters in (50, 100, 200, 400, 1000):
        typed = text[:letters]
        assert _acts(lambda: search(INDEX, typed)) <= CALLS_A_LETTER * letters + CALLS_AT_LEAST  # noqa: B023


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_long_name_is_laid_out_and_compared_at_bounded_cost(piece: str) -> None:
    short, long = piece * 300, piece * 3000
    for act in (_laid, parts, lambda text: compare_part(text, text[::-1])):
        assert _acts(lambda: act(long)) <= 1.5 * _acts(lambda: act(short)) + 400  # noqa: B023


def _laid(name: str) -> Index:
    return build([(bytes(16), name)])


def _refused(text: str) -> None:
    with pytest.raises(TooLong):
        search(INDEX, text)


def _acts(act: Callable[[], object]) -> int:
    """How many functions are called, of Python and of C, when nothing is remembered from before."""
    counted = 0
    _forget()

    def seen(frame: object, event: str, argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        act()
    finally:
        sys.setprofile(before)
    return counted


def _forget() -> None:
    read = ("portal.kernel.names.", "portal.kernel.finding.spelling")
    for module in [module for name, module in sys.modules.items() if name.startswith(read)]:
        for each in vars(module).values():
            if hasattr(each, "cache_clear"):
                each.cache_clear()
