"""Setting up an account from its link: what is refused, and that the link opens it once."""

from __future__ import annotations

from typing import Protocol

import pytest

from portal.accounts import service as accounts
from portal.accounts.opening import service
from portal.accounts.vocab import CodeRefused, PasswordRefused
from portal.kernel.actor import ANONYMOUS
from portal.kernel.db import DbRole
from portal.kernel.errors import NotFound
from portal.kernel.ids import new_file_number
from portal.kernel.work import Workplace
from tests.support.factories.accounts import PASSWORD, set_up


class Clock(Protocol):
    """The clock of the test's workplace, which can be set forward."""

    def advance(self, **delta: float) -> None: ...


def test_setting_up_asks_for_a_password_then_for_the_phone(place: Workplace) -> None:
    token = _opening(place)
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        assert service.look_up(work, token).totp_secret is None
        service.choose_password(work, token, PASSWORD)
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        found = service.look_up(work, token)
    assert found.is_relative
    assert found.totp_secret is not None


def test_choosing_again_pairs_the_phone_anew(place: Workplace) -> None:
    token = _opening(place)
    secrets = set()
    for _ in range(2):
        with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
            service.choose_password(work, token, PASSWORD)
        with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
            secrets.add(service.look_up(work, token).totp_secret)
    assert len(secrets) == 2


@pytest.mark.asvs("6.2.4")
@pytest.mark.asvs("6.2.11")
@pytest.mark.parametrize("password", ["short", "Nour likes lanterns", "password1234"])
def test_a_password_easily_guessed_is_refused(place: Workplace, password: str) -> None:
    token = _opening(place)
    with pytest.raises(PasswordRefused), place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        service.choose_password(work, token, password)


@pytest.mark.asvs("6.3.3")
def test_without_the_right_code_the_account_stays_closed(place: Workplace) -> None:
    token = _opening(place)
    with pytest.raises(CodeRefused), place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        service.confirm_factor(work, token, "000000")
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        service.choose_password(work, token, PASSWORD)
    with pytest.raises(CodeRefused), place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        service.confirm_factor(work, token, "000000")


@pytest.mark.asvs("6.4.1")
def test_a_link_is_used_once(place: Workplace) -> None:
    login, token = new_file_number(), ""
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        opening = accounts.open_relative_account(work, login, "Nour Test")
        token = opening.token
    set_up(place, opening.account_id, login, token)
    for act in (_look_up, _choose, _confirm):
        with pytest.raises(NotFound):
            act(place, token)


@pytest.mark.asvs("6.4.1")
@pytest.mark.asvs("9.2.1")
def test_a_link_ends_by_itself(place: Workplace, clock: Clock) -> None:
    token = _opening(place)
    clock.advance(days=14, seconds=1)
    with pytest.raises(NotFound):
        _look_up(place, token)


@pytest.mark.asvs("9.1.1")
@pytest.mark.parametrize("token", ["", "made-up", "x" * 500])
def test_a_made_up_link_leads_nowhere(place: Workplace, token: str) -> None:
    with pytest.raises(NotFound):
        _look_up(place, token)


def _opening(place: Workplace) -> str:
    with place.open(ANONYMOUS, DbRole.FAMILY) as work:
        return accounts.open_relative_account(work, new_file_number(), "Nour Test").token


def _look_up(place: Workplace, token: str) -> None:
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        service.look_up(work, token)


def _choose(place: Workplace, token: str) -> None:
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        service.choose_password(work, token, PASSWORD)


def _confirm(place: Workplace, token: str) -> None:
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        service.confirm_factor(work, token, "000000")
