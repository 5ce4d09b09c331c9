"""The learned model: how letters are written in another script or another hand, and how common letters are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from portal.kernel.finding.arrays import Bytes, Ints, Shorts, Singles
from portal.kernel.finding.symbols import runs

LEARNED = Path(__file__).with_name("letters.npz")
# Likelihoods are kept as whole steps of their logarithm; the last step is "never".
STEP = 12.0
NEVER = 255


class Channel(NamedTuple):
    """How likely each symbol (rows) is written as each run of letters (columns, by the number of the run)."""

    table: Singles
    columns: Shorts

    def ending(self, written: Bytes) -> Ints:
        """The columns of the runs that end after each letter; -1 for a run that nothing is written as."""
        found = runs(written)
        columns = self.columns[found]
        return np.where(found >= 0, columns, -1).astype(np.int32)


class Model(NamedTuple):
    """Arabic heard in Latin letters, Latin and Arabic in other spellings, and both scripts' usual letters."""

    across: Channel
    latin: Channel
    arabic: Channel
    usual_latin: Singles
    usual_arabic: Singles


def pack(table: npt.NDArray[np.float64]) -> Bytes:
    """Likelihoods as steps of their logarithm."""
    steps = -np.log(np.maximum(table, 1e-12)) * STEP
    return np.clip(np.round(steps), 0, NEVER).astype(np.uint8)


@lru_cache(maxsize=1)
def learned() -> Model:
    """The model that comes with the portal."""
    with np.load(LEARNED) as kept:
        return unpack(dict(kept))


def unpack(kept: Mapping[str, npt.NDArray[np.generic]]) -> Model:
    """The model from its kept form."""
    return Model(
        _channel(kept, "across"),
        _channel(kept, "latin"),
        _channel(kept, "arabic"),
        kept["usual_latin"].astype(np.float32),
        kept["usual_arabic"].astype(np.float32),
    )


def _channel(kept: Mapping[str, npt.NDArray[np.generic]], name: str) -> Channel:
    steps = kept[f"{name}_table"]
    table = np.where(steps == NEVER, 0.0, np.exp(-steps.astype(np.float32) / STEP)).astype(np.float32)
    return Channel(table, kept[f"{name}_columns"].astype(np.int16))
