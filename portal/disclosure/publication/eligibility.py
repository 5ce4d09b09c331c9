"""Whether a name may stand in public (promise P5); pure."""

from __future__ import annotations

from collections.abc import Sequence

from portal.disclosure.publication.vocab import Hindrance, Spelling, Stance, Voice


def hindrances(voices: Sequence[Voice], untold: int) -> tuple[Hindrance, ...]:
    """Everything that stands against publishing; an empty answer means that it may be.

    `untold` is how many known verified relatives have not been told yet. A difference of spelling is no vote:
    it stops, and a person speaks with the relatives.
    """
    found = []
    if untold:
        found.append(Hindrance.SOMEBODY_NOT_TOLD)
    if any(voice.stance is Stance.OBJECTED for voice in voices):
        found.append(Hindrance.SOMEBODY_OBJECTED)
    agreed = agreed_spellings(voices)
    if not agreed:
        found.append(Hindrance.NOBODY_AGREED)
    if len(agreed) > 1:
        found.append(Hindrance.SPELLINGS_DIFFER)
    return tuple(found)


def agreed_spellings(voices: Sequence[Voice]) -> frozenset[Spelling]:
    """The different spellings that relatives agreed to."""
    return frozenset(v.spelling for v in voices if v.stance is Stance.AGREED and v.spelling is not None)
