"""What grounds carry: every rule, and what no combination of them can reach."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.matching import policy
from portal.matching.evidence import carries, highest_level, is_visual_only
from portal.matching.vocab import EvidenceLevel, Ground

E, G = EvidenceLevel, Ground
PAPERS = frozenset({G.AUTHENTICATED_PAPER_TIES_NUMBER, G.CIVIL_IDENTITY_ON_AUTHENTICATED_PAPER})
SCIENCE = frozenset({G.DENTAL, G.DNA, G.FINGERPRINT})
GROUNDS = st.frozensets(st.sampled_from(Ground))


@pytest.mark.parametrize(
    ("grounds", "level"),
    [
        (set(), E.E0),
        ({G.VISUAL_RECOGNITION}, E.E1),
        ({G.UNVERIFIED_PAPER}, E.E1),
        ({G.INDEPENDENT_LINE}, E.E1),
        ({G.DISTINGUISHING_MARK}, E.E1),
        ({G.VISUAL_RECOGNITION, G.UNVERIFIED_PAPER}, E.E1),
        ({G.VISUAL_RECOGNITION, G.DISTINGUISHING_MARK}, E.E1),
        ({G.VISUAL_RECOGNITION, G.INDEPENDENT_LINE, G.DISTINGUISHING_MARK}, E.E2),
        ({G.UNVERIFIED_PAPER, G.INDEPENDENT_LINE, G.DISTINGUISHING_MARK}, E.E2),
        ({G.CIVIL_IDENTITY_ON_AUTHENTICATED_PAPER}, E.E2),
        ({G.CIVIL_IDENTITY_ON_AUTHENTICATED_PAPER, G.INDEPENDENT_LINE}, E.E2),
        ({G.AUTHENTICATED_PAPER_TIES_NUMBER}, E.E2),
        ({G.AUTHENTICATED_PAPER_TIES_NUMBER, G.VISUAL_RECOGNITION}, E.E2),
        ({G.AUTHENTICATED_PAPER_TIES_NUMBER, G.INDEPENDENT_LINE}, E.E3),
        ({G.DNA}, E.E4),
        ({G.DENTAL, G.VISUAL_RECOGNITION}, E.E4),
        ({G.FINGERPRINT}, E.E4),
    ],
)
def test_grounds_carry_this_level_and_no_more(grounds: set[Ground], level: EvidenceLevel) -> None:
    found = frozenset(grounds)
    assert highest_level(found) is level
    assert [each for each in E if carries(found, each)] == list(E)[: list(E).index(level) + 1]


@pytest.mark.promise("P8")
@given(GROUNDS)
def test_without_an_authenticated_paper_or_science_nothing_is_strong(grounds: frozenset[Ground]) -> None:
    level = highest_level(grounds - PAPERS - SCIENCE)
    assert level not in policy.CONFIRMABLE
    assert not policy.is_enough(level, 1)


@pytest.mark.promise("P8")
@given(st.frozensets(st.sampled_from([G.VISUAL_RECOGNITION, G.UNVERIFIED_PAPER])), st.integers(0, 50))
def test_recognition_and_an_unverified_paper_are_never_enough(
    grounds: frozenset[Ground], verdicts: int
) -> None:
    assert highest_level(grounds) in policy.TOO_WEAK
    assert not policy.is_enough(highest_level(grounds), verdicts)


@pytest.mark.promise("P8")
@given(GROUNDS)
def test_recognition_alone_is_known_for_what_it_is(grounds: frozenset[Ground]) -> None:
    assert is_visual_only(grounds) is (grounds == {G.VISUAL_RECOGNITION})


@given(GROUNDS, GROUNDS)
def test_more_grounds_never_carry_less(some: frozenset[Ground], more: frozenset[Ground]) -> None:
    assert carries(some | more, highest_level(some))
