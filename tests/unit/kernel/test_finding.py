"""The finder: a name comes first among others however it is typed, and nothing typed makes it stumble."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.finding.finder import Answer, search
from portal.kernel.finding.index import Index, build, load, save
from portal.kernel.finding.model import learned
from portal.kernel.finding.warm import make_ready

GIVEN = ("سامر", "نزار", "هيثم", "رنا", "عبد الكريم", "ابو زيد", "نور الدين", "فرات", "شيرين", "جمان")
FAMILY = ("الحلاق", "النوراني", "القنطوري", "الزرقوني", "الغزلوني", "دربكاني", "الشمروخ", "طبشوري")
NAMES = [f"{one} {two} {three}" for one in GIVEN for two in GIVEN[:4] for three in FAMILY]
LATIN = ["Djamel Boukantour", "Haytham Derbas", "Şêrîn Zarqun"]


def laid(names: list[str]) -> Index:
    return build((number.to_bytes(16, "big"), name) for number, name in enumerate(names))


INDEX = laid(NAMES + LATIN)


def found(typed: str, index: Index = INDEX) -> list[str]:
    return [(NAMES + LATIN)[int.from_bytes(answer.key, "big")] for answer in search(index, typed)]


@given(st.sampled_from(NAMES + LATIN))
@settings(deadline=None)
def test_a_name_always_finds_itself_first(name: str) -> None:
    assert found(name)[0] == name


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Samer Rana Hallaq", "سامر رنا الحلاق"),
        ("Samir Rana al-Hallak", "سامر رنا الحلاق"),
        ("Nizar Haitham Noorani", "نزار هيثم النوراني"),
        ("Abdelkarim Samer Kantouri", "عبد الكريم سامر القنطوري"),
        ("Abd al-Kareem Samer al-Qanturi", "عبد الكريم سامر القنطوري"),
        ("Abou Zeid Nizar Zarkouni", "ابو زيد نزار الزرقوني"),
        ("Noureddine Rana Chamroukh", "نور الدين رنا الشمروخ"),
        ("Nur ad-Din Rana Schamruch", "نور الدين رنا الشمروخ"),
        ("الحلاق سامر رنا", "سامر رنا الحلاق"),
        ("ساَمر بن رنا الحلاق", "سامر رنا الحلاق"),
        ("سامر رنا احللاق", "سامر رنا الحلاق"),
        ("شيرين نزار طبشورى", "شيرين نزار طبشوري"),
        ("جمال بوقنطور", "Djamel Boukantour"),
        ("Jamal Bukantur", "Djamel Boukantour"),
    ],
)
def test_a_name_is_found_first_in_another_spelling(typed: str, meant: str) -> None:
    assert found(typed)[0] == meant


def test_given_and_family_name_are_enough() -> None:
    assert all(name.startswith("فرات") and name.endswith("الشمروخ") for name in found("Furat Shamroukh")[:4])


@pytest.mark.parametrize("typed", ["", " ", "12", "؟", "\u0640", "Wxyz Pqpq", "ضظضظ غخغخ"])
def test_what_is_no_name_here_finds_nothing(typed: str) -> None:
    assert search(INDEX, typed) == []


def test_an_empty_index_answers_nothing() -> None:
    assert search(laid([]), "سامر") == []


def test_one_name_in_two_scripts_answers_once() -> None:
    both = build([(bytes(16), "سامر الحلاق"), (bytes(16), "Samer al-Hallaq")])
    assert [answer.key for answer in search(both, "Samer Hallaq")] == [bytes(16)]


def test_answers_of_two_indexes_may_be_held_together() -> None:
    alone = search(laid(NAMES[:1]), "Samer Hallaq")
    among = next(answer for answer in search(INDEX, "Samer Hallaq") if answer.key == alone[0].key)
    assert among.score == pytest.approx(alone[0].score)


def test_a_kept_index_answers_like_the_one_in_hand(tmp_path: Path) -> None:
    save(INDEX, tmp_path / "kept")
    kept = load(tmp_path / "kept")
    assert isinstance(kept.key.base, np.memmap)
    for typed in ("Samer Hallaq", "نزار الزرقوني", "Jamal Bukantur"):
        assert search(kept, typed) == search(INDEX, typed)


@given(st.text(max_size=80))
@settings(deadline=None)
def test_no_text_makes_the_finder_stumble(text: str) -> None:
    assert all(isinstance(answer, Answer) for answer in search(INDEX, text))
    assert search(laid([text]), "سامر الحلاق") is not None


def test_the_learned_model_knows_what_a_letter_is_written_as() -> None:
    for channel in (learned().across, learned().latin, learned().arabic):
        written = channel.table.sum(axis=1)
        assert ((written > 0.9) & (written < 1.1) | (written == 0)).all()


def test_after_getting_ready_no_search_compiles_anything(tmp_path: Path) -> None:
    make_ready()
    save(INDEX, tmp_path / "laid")
    compiled = [each for each in vars_of_the_finder() if hasattr(each, "signatures")]
    before = [len(each.signatures) for each in compiled]
    for index in (INDEX, load(tmp_path / "laid")):
        for typed in (NAMES[0], LATIN[0], "سامر بن رنا", "Şêrîn"):
            search(index, typed)
    assert compiled
    assert [len(each.signatures) for each in compiled] == before


def vars_of_the_finder() -> list[Any]:
    """Everything that the modules of the finder define."""
    modules = [module for name, module in sys.modules.items() if name.startswith("portal.kernel.finding.")]
    return [each for module in modules for each in vars(module).values()]
