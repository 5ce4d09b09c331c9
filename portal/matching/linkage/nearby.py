"""The few thousand of the other side that one new account is held against: those whose rare parts come near."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from portal.matching.linkage.ground import parts_of
from portal.matching.linkage.hearing import heard_as, words_of
from portal.matching.linkage.vocab import Account, Reading

MOST = 4000
Other = TypeVar("Other", Account, Reading)


def nearby(one: Account | Reading, others: Sequence[Other], most: int = MOST) -> list[Other]:
    """Those with the rarest parts in common with this one, each part in any spelling; none without any."""
    theirs = [parts_of(each) for each in others]
    counts = Counter(part for found in theirs for part in found)
    words = words_of(counts)
    near = {words.parts[n] for n in heard_as(words, sorted(parts_of(one)))}
    worth = {part: np.log(1.0 + len(others) / counts[part]) for part in near}
    scores = np.array([sum(worth.get(part, 0.0) for part in found) for found in theirs])
    best = np.argsort(-scores, kind="stable")[:most]
    return [others[n] for n in best if scores[n] > 0]
