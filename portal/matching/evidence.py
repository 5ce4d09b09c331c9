"""What an identification may rest on: the level that a set of grounds carries, and no more; pure.

The levels follow the practice of forensic identification: recognition by sight alone is the weakest of proofs
(in documented disasters a third to a half of visual identifications were wrong), science the strongest.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from portal.matching.vocab import EvidenceLevel, Ground

SCIENCE = frozenset({Ground.DENTAL, Ground.DNA, Ground.FINGERPRINT})
WEAK_LINES = frozenset({Ground.INDEPENDENT_LINE, Ground.UNVERIFIED_PAPER, Ground.VISUAL_RECOGNITION})
_STRONG = frozenset({Ground.AUTHENTICATED_PAPER_TIES_NUMBER, Ground.INDEPENDENT_LINE})


def highest_level(grounds: AbstractSet[Ground]) -> EvidenceLevel:
    """The most that these grounds carry.

    E4 science · E3 an authenticated paper that ties the number to the full civil identity, and an independent
    line · E2 the full civil identity on an authenticated paper, or two weak lines with a distinguishing mark ·
    E1 anything weaker · E0 nothing.
    """
    if grounds & SCIENCE:
        return EvidenceLevel.E4
    if grounds >= _STRONG:
        return EvidenceLevel.E3
    civil = {Ground.CIVIL_IDENTITY_ON_AUTHENTICATED_PAPER, Ground.AUTHENTICATED_PAPER_TIES_NUMBER}
    two_lines = len(grounds & WEAK_LINES) >= 2 and Ground.DISTINGUISHING_MARK in grounds
    if grounds & civil or two_lines:
        return EvidenceLevel.E2
    return EvidenceLevel.E1 if grounds else EvidenceLevel.E0


def is_visual_only(grounds: AbstractSet[Ground]) -> bool:
    """True when nothing but recognition speaks for it; that can never confirm an identification."""
    return bool(grounds) and grounds <= {Ground.VISUAL_RECOGNITION}


def carries(grounds: AbstractSet[Ground], claimed: EvidenceLevel) -> bool:
    """True when the grounds carry at least the level that is claimed."""
    return list(EvidenceLevel).index(claimed) <= list(EvidenceLevel).index(highest_level(grounds))
