"""How papers are misread and forms mistyped: the finder's letters, and letters taken for those that look like them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from portal.kernel.finding.model import Channel, Model, learned
from portal.kernel.finding.spelling import numbered
from portal.kernel.finding.symbols import CONTEXTS
from portal.kernel.finding.weights import Noise
from portal.kernel.names.letters import SEEN

# A faded or handwritten paper is misread far more often than a query is mistyped.
NOISE = Noise(dropped=0.008, instead=0.0008, added=0.006, turned=0.003, article=0.01)
# How often a letter is taken for one that differs by a dot, and how fast that falls with the distance of the two.
BY_A_DOT, FALLS, A_DOT = 0.02, 5.0, 0.3


@lru_cache(maxsize=1)
def channels() -> Model:
    """The learned model, in which an Arabic letter may also be read as one that looks like it."""
    model = learned()
    table = model.arabic.table.copy()
    for pair, far in SEEN.items():
        one, other = (int(number) for number in numbered(pair))
        likely = BY_A_DOT * np.exp(-FALLS * (far - A_DOT))
        for letter, read in ((one, other), (other, one)):
            column = model.arabic.columns[read]
            if column >= 0:
                table[letter * CONTEXTS : (letter + 1) * CONTEXTS, column] += likely
    return model._replace(arabic=Channel(table, model.arabic.columns))
