"""What was learned can be kept, and says when it was learned."""

from __future__ import annotations

from portal.matching.linkage.vocab import Field, Level
from portal.matching.linkage.weights import EXCLUDED, Weights, from_json, to_json
from tests.unit.matching.linkage.conftest import LEARNED_ON


def test_weights_come_back_as_they_were_kept(weights: Weights) -> None:
    again = from_json(to_json(weights))
    assert to_json(again) == to_json(weights)
    assert again.learned_on == LEARNED_ON
    assert again.fields == weights.fields


def test_agreement_speaks_for_and_contradiction_against(weights: Weights) -> None:
    for field in (Field.BIRTH_YEAR, Field.BRANCH, Field.PLACE):
        levels = weights.fields[field]
        assert levels[Level.SAME] > 0 > levels[Level.CONTRADICTS]
        assert Level.NOT_KNOWN not in levels
    assert weights.fields[Field.DAYS][Level.BEFORE_ARREST] == EXCLUDED
