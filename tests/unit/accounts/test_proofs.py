"""The first step tells nothing to whoever carries it, and lasts five minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from portal.accounts import proofs
from portal.accounts.vocab import Pending, TookTooLong
from portal.kernel.crypto import FieldKeys, encrypt_field, use_field_keys

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _keys() -> None:
    use_field_keys(FieldKeys(b"k" * 32))


def test_what_was_sealed_comes_back() -> None:
    claim = proofs.Claim(proofs.of_login("leen@office.example"), uuid4())
    assert proofs.claim_of(proofs.sealed(claim, NOW), NOW + timedelta(minutes=5)) == claim


@pytest.mark.asvs("6.3.8")
@pytest.mark.promise("P3")
def test_a_step_that_fitted_looks_like_one_that_did_not() -> None:
    index = proofs.of_login("leen@office.example")
    fitting, not_fitting = (proofs.sealed(proofs.Claim(index, who), NOW).sealed for who in (uuid4(), None))
    assert len(fitting) == len(not_fitting)
    assert proofs.claim_of(Pending(not_fitting), NOW).account_id is None


@pytest.mark.asvs("9.2.1")
@pytest.mark.parametrize("seconds", [301, -1])
def test_it_lasts_five_minutes(seconds: int) -> None:
    pending = proofs.sealed(proofs.Claim(b"x" * 32, None), NOW)
    with pytest.raises(TookTooLong):
        proofs.claim_of(pending, NOW + timedelta(seconds=seconds))


@pytest.mark.asvs("9.1.1")
@pytest.mark.parametrize("made_up", ["", "x", "not base64 at all", "AAAA", "é"])
def test_a_made_up_step_is_refused(made_up: str) -> None:
    with pytest.raises(TookTooLong):
        proofs.claim_of(Pending(made_up), NOW)


@pytest.mark.asvs("9.2.2")
def test_another_sealed_text_is_no_first_step() -> None:
    with pytest.raises(TookTooLong):
        proofs.claim_of(Pending(encrypt_field("a b 1", "account.login").hex()), NOW)


def test_a_login_and_a_token_are_recognised_but_not_readable() -> None:
    assert proofs.of_login("Leen@Office.example") == proofs.of_login("leen@office.example")
    assert proofs.of_token("a") != proofs.of_login("a")
