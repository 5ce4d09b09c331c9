"""Where two readings of one paper agree, and where they do not; spelling alone is no difference."""

from __future__ import annotations

from portal.records.transcription.vocab import Answer, Reading
from portal.records.values import says_the_same
from portal.records.vocab import Part


def differing(one: Reading, other: Reading) -> tuple[Part, ...]:
    """The parts of which two people read something else; one who reads nothing differs from one who does."""
    return tuple(part for part in Part if not _alike(part, one[part], other[part]))


def _alike(part: Part, one: Answer, other: Answer) -> bool:
    if one.text is None or other.text is None:
        return one == other
    return says_the_same(part, one.text, other.text)
