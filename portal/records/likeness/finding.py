"""Which photographs look alike: every new one against all, by counting the signs in which they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

import numpy as np
import numpy.typing as npt

from portal.vault.vocab import SIGNS

# Of 256 signs.  Saved anew, smaller or cut by a hundredth at each side a picture differs in up to 28, mostly in fewer
# than 15; two scenes before one wall differ in 41 and more (measured on generated scenes: bench/README.md).
ALIKE = 28
_AT_ONCE = 64
_WORDS = SIGNS // 64


def alike(new: Mapping[UUID, int], known: Mapping[UUID, int]) -> Iterator[tuple[UUID, UUID]]:
    """Each pair that looks alike of which at least one is new, the smaller id first; memory stays small."""
    everything = {**known, **new}
    ids = list(everything)
    signs = _words_of(list(everything.values()))
    asked = [number for number, each in enumerate(ids) if each in new]
    for start in range(0, len(asked), _AT_ONCE):
        some = np.array(asked[start : start + _AT_ONCE])
        apart = np.bitwise_count(signs[some][:, None, :] ^ signs[None, :, :]).sum(axis=2, dtype=np.uint16)
        for row, column in zip(*np.nonzero(apart <= ALIKE), strict=True):
            one, other = ids[some[row]], ids[column]
            if one < other or (other not in new and one != other):
                yield min(one, other), max(one, other)


def _words_of(signs: list[int]) -> npt.NDArray[np.uint64]:
    packed = b"".join(each.to_bytes(SIGNS // 8, "big") for each in signs)
    return np.frombuffer(packed, np.uint64).reshape(-1, _WORDS)
