"""Learning from the data themselves, whatever they are."""

from __future__ import annotations

from datetime import date

import pytest

from bench.people import Town, invented_town
from portal.matching.linkage.learning import learn
from portal.matching.linkage.vocab import Account, Field, Level, Reading
from portal.matching.linkage.weights import Weights


def test_the_same_data_teach_the_same(town: Town, weights: Weights) -> None:
    again = learn(town.accounts, town.readings, weights.learned_on)
    assert again.fields == weights.fields
    assert again.found == weights.found


def test_it_learns_how_many_are_in_the_archive(town: Town, weights: Weights) -> None:
    share = len(town.truth) / len(town.accounts)
    assert weights.found == pytest.approx(share, abs=0.1)


def test_where_nobody_is_in_the_archive_little_is_claimed() -> None:
    one, other = invented_town(300, 900, seed=11), invented_town(300, 900, seed=12)
    learned = learn(one.accounts, other.readings, date(2026, 3, 1))
    assert learned.found < 0.25


def test_a_misread_name_is_counted_for_the_name_it_misreads(weights: Weights) -> None:
    given = weights.names[0]
    assert given["خالد"] > 20 * given.get("حالد", 0.0)


@pytest.mark.parametrize("readings", [[], [Reading("r", "سامر")]])
@pytest.mark.parametrize("accounts", [[], [Account("i", given="سامر")]])
def test_too_little_to_learn_from_leaves_what_was_believed(
    accounts: list[Account], readings: list[Reading]
) -> None:
    learned = learn(accounts, readings, date(2026, 3, 1))
    assert learned.fields[Field.BIRTH_YEAR][Level.CONTRADICTS] < learned.fields[Field.BIRTH_YEAR][Level.SAME]
