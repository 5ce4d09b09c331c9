"""What was learned, with the day on which it was learned, and how it is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

import numpy as np

from portal.matching.linkage.frame import LEVELS
from portal.matching.linkage.naming import Belief
from portal.matching.linkage.vocab import Field, Level

EXCLUDED = -40.0
# What is believed before anything was learned: how often each level is found between two accounts of one person.
FIRST: Mapping[Field, Mapping[Level, float]] = {
    Field.BIRTH_YEAR: {
        Level.SAME: 0.7, Level.ONE_YEAR: 0.12, Level.TWO_YEARS: 0.06,
        Level.NEAR: 0.03, Level.ONE_DIGIT: 0.06, Level.CONTRADICTS: 0.03,
    },
    Field.BRANCH: {Level.SAME: 0.7, Level.CONTRADICTS: 0.3},
    Field.PLACE: {Level.SAME: 0.8, Level.CONTRADICTS: 0.2},
    Field.SEX: {Level.SAME: 0.99, Level.CONTRADICTS: 0.01},
    Field.DAYS: {
        Level.WITHIN_MONTH: 0.1, Level.WITHIN_QUARTER: 0.1, Level.WITHIN_HALF_YEAR: 0.15, Level.WITHIN_YEAR: 0.2,
        Level.WITHIN_TWO_YEARS: 0.2, Level.WITHIN_FOUR_YEARS: 0.15, Level.LATER: 0.1,
    },
    Field.YEARS: {
        Level.WITHIN_YEAR: 0.4, Level.WITHIN_TWO_YEARS: 0.3, Level.WITHIN_FOUR_YEARS: 0.2, Level.LATER: 0.1,
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weights:
    """All that a link rests on; `fields` are logarithms by level, `names` how often each name is borne by role.

    `found` is the share of inquiries whose record is expected in the archive.
    """

    learned_on: date
    found: float
    fields: Mapping[Field, Mapping[Level, float]]
    other: Sequence[float]
    layouts: Sequence[Sequence[float]]
    shared: Sequence[float]
    siblings: Sequence[float]
    mother_alone: Sequence[float]
    names: Sequence[Mapping[str, float]] = field(default=())

    def belief(self) -> Belief:
        """The part that concerns names, as the machine code reads it."""
        return Belief(
            np.array(self.other),
            np.array(self.layouts),
            np.array(self.shared),
            np.array(self.siblings),
            np.array(self.mother_alone),
        )

    def by_place(self) -> list[list[float]]:
        """The logarithms of each plain field in the order of its levels; what is not known weighs nothing."""
        return [[self.fields[name].get(level, 0.0) for level, _ in levels] for name, levels in LEVELS.items()]


def to_json(weights: Weights) -> str:
    """The weights as a text that can be kept and read by people."""
    return json.dumps(asdict(weights) | {"learned_on": weights.learned_on.isoformat()}, ensure_ascii=False)


def from_json(text: str) -> Weights:
    """The weights from the kept text."""
    kept = json.loads(text)
    fields = {
        Field(name): {Level(level): float(weight) for level, weight in levels.items()}
        for name, levels in kept.pop("fields").items()
    }
    return Weights(learned_on=date.fromisoformat(kept.pop("learned_on")), fields=fields, **kept)
