"""Logins have one spelling, and duties stay apart."""

from __future__ import annotations

from itertools import combinations

import pytest

from portal.accounts.vocab import ARCHIVE, DESK, STAFF, folded, may_combine, western_digits
from portal.kernel.ids import new_file_number
from portal.kernel.permissions import Role


@pytest.mark.parametrize("typed", ["Leen@Office.Example", " leen@office.example ", "LEEN@OFFICE.EXAMPLE"])
def test_an_email_is_the_same_however_it_is_capitalised(typed: str) -> None:
    assert folded(typed) == "leen@office.example"


def test_a_file_number_is_the_same_however_it_is_typed() -> None:
    number = new_file_number()
    bare = number.removeprefix("AM-").replace("-", "")
    arabic = number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for typed in (number, number.lower(), bare, f" {number} ", number.replace("-", " "), arabic):
        assert folded(typed) == number


def test_digits_of_every_script_are_understood() -> None:
    assert western_digits("١٢٣ ۴۵۶ 789") == "123 456 789"


@pytest.mark.promise("P6")
@pytest.mark.parametrize("role", sorted(STAFF))
def test_every_staff_role_may_stand_alone(role: Role) -> None:
    assert may_combine(frozenset({role}))


@pytest.mark.promise("P6")
@pytest.mark.parametrize(("one", "other"), list(combinations(sorted(Role), 2)))
def test_two_roles_go_together_only_within_one_circle(one: Role, other: Role) -> None:
    pair = frozenset({one, other})
    assert may_combine(pair) is (pair <= DESK or pair <= ARCHIVE)


@pytest.mark.promise("P6")
@pytest.mark.parametrize("roles", [set(), {Role.RELATIVE}, {Role.OPERATOR}, {Role.WORKER}, DESK | ARCHIVE])
def test_what_nobody_can_be_invited_as(roles: set[Role]) -> None:
    assert not may_combine(frozenset(roles))
