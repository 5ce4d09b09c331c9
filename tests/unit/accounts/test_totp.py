"""Codes work around their moment, once, in every script."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.accounts import totp
from tests.support.factories.accounts import code_at

NOW = datetime(2026, 3, 2, 9, 0, 10, tzinfo=UTC)
SECRET = totp.new_secret()
STEP_NOW = int(NOW.timestamp()) // 30


@pytest.mark.asvs("6.5.5")
@pytest.mark.parametrize("seconds", range(-120, 121, 5))
def test_a_code_lasts_for_its_own_half_minute(seconds: int) -> None:
    made_at = NOW + timedelta(seconds=seconds)
    distance = int(made_at.timestamp()) // 30 - STEP_NOW
    found = totp.matching_step(SECRET, code_at(SECRET, made_at), NOW, None)
    assert found == (STEP_NOW + distance if distance == 0 else None)


@pytest.mark.asvs("6.5.1")
def test_a_code_used_before_is_refused_and_so_are_older_ones() -> None:
    code = code_at(SECRET, NOW)
    assert totp.matching_step(SECRET, code, NOW, STEP_NOW - 1) == STEP_NOW
    assert totp.matching_step(SECRET, code, NOW, STEP_NOW) is None
    assert totp.matching_step(SECRET, code_at(SECRET, NOW - timedelta(seconds=30)), NOW, STEP_NOW) is None


@pytest.mark.parametrize("typed", ["", "abcdef", "12345", "1234567", "not digits at all"])
def test_what_is_no_code_fits_nothing(typed: str) -> None:
    assert totp.matching_step(SECRET, typed, NOW, None) is None


def test_digits_may_be_eastern_and_spaced() -> None:
    code = code_at(SECRET, NOW)
    eastern = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert totp.matching_step(SECRET, eastern, NOW, None) == STEP_NOW
    assert totp.matching_step(SECRET, f" {code[:3]} {code[3:]} ", NOW, None) == STEP_NOW


@pytest.mark.asvs("6.5.3")
def test_secrets_are_long_and_never_the_same() -> None:
    made = {totp.new_secret() for _ in range(200)}
    assert len(made) == 200
    assert all(len(secret) == 32 for secret in made)


def test_the_link_names_issuer_and_login() -> None:
    link = urlsplit(totp.uri(SECRET, "AM-0000-0000", "Amana"))
    assert link.scheme == "otpauth"
    assert parse_qs(link.query)["secret"] == [SECRET]
    assert parse_qs(link.query)["issuer"] == ["Amana"]


def test_the_picture_keeps_the_content_policy() -> None:
    drawn = totp.picture(totp.uri(SECRET, "AM-0000-0000", "Amana"))
    assert drawn.startswith("<svg")
    assert "style" not in drawn
    assert SECRET not in drawn


def test_the_secret_can_be_typed_in_groups_of_four() -> None:
    assert "".join(totp.groups(SECRET)) == SECRET
    assert {len(group) for group in totp.groups(SECRET)} == {4}
