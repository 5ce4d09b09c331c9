"""An invented town, with what was learned from it."""

from __future__ import annotations

from datetime import date

import pytest

from bench.people import Town, invented_town
from portal.matching.linkage.learning import learn
from portal.matching.linkage.weights import Weights

LEARNED_ON = date(2026, 3, 1)


@pytest.fixture(scope="session")
def town() -> Town:
    return invented_town(1200, 3600, seed=5)


@pytest.fixture(scope="session")
def weights(town: Town) -> Weights:
    return learn(town.accounts, town.readings, LEARNED_ON)
