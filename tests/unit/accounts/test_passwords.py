"""Which passwords are refused, how they are kept, and the gate before the hashing."""

from __future__ import annotations

import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from argon2 import PasswordHasher, extract_parameters
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from portal.accounts import passwords
from portal.accounts.vocab import Refusal
from portal.kernel.errors import TooMany

pytestmark = pytest.mark.full_cost

GOOD = "seven quiet lanterns by the well"


@pytest.mark.asvs("6.2.5")
@pytest.mark.asvs("6.2.8")
@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "زيتون نافذة قطار بعيد",
        "829417365502",
        "           x y z w",
        "a" * 60 + "bcdefgh" * 9,
        "é" * 3 + "tournesol bleu",
    ],
)
def test_any_characters_will_do(password: str) -> None:
    assert passwords.refusal(password) is None


@pytest.mark.asvs("6.2.1")
@pytest.mark.asvs("6.2.9")
@pytest.mark.asvs("6.2.5")
@pytest.mark.parametrize(
    ("length", "reason"), [(11, Refusal.TOO_SHORT), (12, None), (128, None), (129, Refusal.TOO_LONG)]
)
def test_only_the_length_is_prescribed(length: int, reason: Refusal | None) -> None:
    scattered = "".join(chr(0x21 + (i * i * 7 + i * 3) % 90) for i in range(length))
    assert passwords.refusal(scattered) is reason


@pytest.mark.asvs("6.2.4")
@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "PasswordPassword",
        "Welcome 2026!!",
        "123456789012",
        "098765432109",
        "١٢٣٤٥٦٧٨٩٠١٢",
        "aaaaaaaaaaaa",
        "abababababab",
        "abcabcabcabc",
        "qwertyuiopas",
        "abcdefghijklm",
        "كلمة السر 2024",
        "الله الله الله",
        "ضصثقفغعهخحج1",
        "damascus2011",
        "iloveyou!!!!!",
    ],
)
def test_what_people_type_when_a_form_insists_is_refused(password: str) -> None:
    assert passwords.refusal(password) is Refusal.COMMON


@pytest.mark.asvs("6.2.4")
@pytest.mark.asvs("6.2.12")
def test_every_password_of_a_public_list_of_leaks_is_refused() -> None:
    leaked = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= passwords.SHORTEST]
    assert len(leaked) > 200
    assert {passwords.refusal(word) for word in leaked} == {Refusal.COMMON}


@pytest.mark.parametrize("dressed", ["butterfly2015", "Butterfly!!??", "20-butterfly-15"])
def test_digits_and_signs_around_a_common_password_help_nobody(dressed: str) -> None:
    assert passwords.refusal(dressed) is Refusal.COMMON


@pytest.mark.asvs("6.2.11")
@pytest.mark.parametrize(
    "password", ["haddad blue window", "Window-KHALED-blue", "am7k4q2m9x and more", "خالد النافذة البعيدة"]
)
def test_the_persons_own_words_are_refused(password: str) -> None:
    own = ("AM-7K4Q-2M9X", "Khaled Haddad", "خالد")
    assert passwords.refusal(password, own) is Refusal.OWN_WORD


@pytest.mark.asvs("6.2.8")
def test_a_password_fits_itself_and_nothing_else() -> None:
    kept = passwords.hashed(GOOD)
    assert passwords.fits(kept, GOOD)
    assert not passwords.fits(kept, GOOD + " ")
    assert not passwords.fits(kept, GOOD.upper())
    assert GOOD not in kept


@pytest.mark.asvs("6.2.8")
def test_two_ways_to_type_one_letter_are_one_password() -> None:
    text = "café près de la rivière"
    kept = passwords.hashed(unicodedata.normalize("NFD", text))
    assert passwords.fits(kept, unicodedata.normalize("NFC", text))


@pytest.mark.asvs("6.3.8")
def test_nobody_fits_the_hash_of_nobody_at_the_same_cost() -> None:
    assert not passwords.fits(None, GOOD)
    assert extract_parameters(passwords.NOBODY) == extract_parameters(passwords.hashed(GOOD))


@pytest.mark.asvs("11.4.2")
def test_a_weaker_hash_is_outdated() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD)
    assert passwords.is_outdated(weak)
    assert passwords.fits(weak, GOOD)
    assert not passwords.is_outdated(passwords.hashed(GOOD))


def test_a_damaged_hash_fits_nothing() -> None:
    assert not passwords.fits("not a hash", GOOD)


@pytest.mark.asvs("15.2.2")
def test_a_crowd_at_the_gate_is_asked_to_come_later_and_people_we_know_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 0.05)
    with ExitStack() as crowd:
        for _ in range(passwords.AT_ONCE - 1):
            crowd.enter_context(passwords._strangers.turn())
        with pytest.raises(TooMany):
            passwords.fits(None, "some words of no use")
        assert not passwords.fits(None, "some words of no use", known=True)


def test_who_finds_the_queue_full_keeps_no_thread_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    lane = passwords.Lane(at_once=1, queue=0)
    monkeypatch.setattr(passwords, "PATIENCE", 3600)
    with lane.turn(), pytest.raises(TooMany), lane.turn():
        pass
    with lane.turn():
        pass


@pytest.mark.asvs("15.2.2")
def test_never_more_hashes_at_once_than_the_gate_allows() -> None:
    lane = passwords.Lane(at_once=2, queue=30)
    running: list[int] = []
    most: list[int] = []

    def hash_something() -> None:
        with lane.turn():
            running.append(1)
            most.append(len(running))
            time.sleep(0.01)
            running.pop()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: hash_something(), range(16)))
    assert max(most) == 2
