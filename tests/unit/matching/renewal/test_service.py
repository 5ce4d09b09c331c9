"""A match after its record has changed: renewed or reversed, by two people, blind and on evidence."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.inquiries import queries as inquiries
from portal.inquiries.vocab import InquiryState
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, Invalid, NotAllowed, SamePerson
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.matching import queries as matches
from portal.matching import service as matching
from portal.matching.models import Match
from portal.matching.renewal import queries, service
from portal.matching.renewal.vocab import Standing
from portal.matching.vocab import EvidenceLevel, Ground, MatchProposal, MatchState, Verdict
from portal.records.vocab import Part
from tests.support.actors import an_actor
from tests.support.factories.matching import STRONG, Pair, a_confirmed_match, judge
from tests.support.factories.revision import correct, withdraw


@pytest.fixture
def stale(place: Workplace, pair: Pair) -> UUID:
    """A confirmed match whose record was corrected afterwards."""
    match_id = a_confirmed_match(place, pair)
    correct(place, pair.record_id, without={Part.FATHER})
    return match_id


def _renew(
    place: Workplace,
    pair: Pair,
    match_id: UUID,
    level: EvidenceLevel = EvidenceLevel.E3,
    grounds: frozenset[Ground] = STRONG,
    by: Actor | None = None,
) -> UUID:
    with place.open(by or an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        proposal = MatchProposal(*pair, level, grounds, "compared anew without the father's name")
        return service.propose_renewal(work, match_id, proposal)


def _reverse(place: Workplace, match_id: UUID) -> None:
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        service.propose_reversal(work, match_id, "the father's name was what it rested on")
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        service.sign_reversal(work, match_id, 1)


def _states(place: Workplace) -> dict[UUID, MatchState]:
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        return {row.id: row.state for row in work.session.query(Match)}


def test_the_reviewer_sees_what_changed_since(place: Workplace, stale: UUID) -> None:
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        desk = service.open_desk(work, stale)
        assert [(each.id, each.why) for each in queries.stale(work)] == [(stale, Standing.CHANGED)]
    changed = {each.name: (each.then is not None, each.now) for each in desk.fields if each.is_changed}
    assert changed == {"father": (True, None)}
    assert [each.part for each in desk.dropped] == [Part.FATHER]
    assert not desk.added


@pytest.mark.promise("P9")
@pytest.mark.promise("P6")
def test_a_renewal_is_judged_blind_by_another_and_takes_the_former_ones_place(
    place: Workplace, pair: Pair, stale: UUID
) -> None:
    first = an_actor(Role.ANALYST)
    renewal_id = _renew(place, pair, stale, by=first)
    with pytest.raises((NotAllowed, SamePerson)), place.open(first, DbRole.CASEWORK) as work:
        matching.review_match(work, renewal_id, Verdict.SAME, "I think so still", 1)
    second = an_actor(Role.ANALYST)
    with place.open(second, DbRole.CASEWORK) as work:
        assert matches.match_file(work, renewal_id).reasoning is None
    judge(place, renewal_id, by=second)
    assert _states(place) == {stale: MatchState.RENEWED, renewal_id: MatchState.CONFIRMED}
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        standing = matches.confirmed_match(work, pair.inquiry_id)
        assert standing is not None
        assert standing.id == renewal_id
        assert not queries.stale(work)
        assert inquiries.state_of(work, pair.inquiry_id) is InquiryState.OUTCOME_READY


@pytest.mark.promise("P8")
@pytest.mark.parametrize(
    ("level", "grounds"),
    [
        (EvidenceLevel.E3, frozenset({Ground.VISUAL_RECOGNITION})),
        (EvidenceLevel.E1, frozenset({Ground.VISUAL_RECOGNITION})),
        (EvidenceLevel.E3, frozenset({Ground.CIVIL_IDENTITY_ON_AUTHENTICATED_PAPER})),
    ],
)
def test_a_renewal_needs_evidence_of_its_own(
    place: Workplace, pair: Pair, stale: UUID, level: EvidenceLevel, grounds: frozenset[Ground]
) -> None:
    with pytest.raises(Invalid):
        _renew(place, pair, stale, level, grounds)
    assert _states(place) == {stale: MatchState.CONFIRMED}


def test_a_match_whose_record_has_not_changed_is_not_renewed(place: Workplace, pair: Pair) -> None:
    match_id = a_confirmed_match(place, pair)
    with pytest.raises(Conflict):
        _renew(place, pair, match_id)


@pytest.mark.parametrize("verdict", [Verdict.DIFFERENT, Verdict.NOT_ENOUGH])
def test_a_renewal_that_a_colleague_does_not_carry_leaves_the_former_match_stopped(
    place: Workplace, pair: Pair, stale: UUID, verdict: Verdict
) -> None:
    renewal_id = _renew(place, pair, stale)
    judge(place, renewal_id, verdict)
    assert _states(place) == {stale: MatchState.CONFIRMED, renewal_id: MatchState.RETURNED}
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        assert [each.id for each in queries.stale(work)] == [stale]


@pytest.mark.promise("P14")
def test_two_people_reverse_a_match_and_its_file_is_searched_for_again(
    place: Workplace, pair: Pair, stale: UUID
) -> None:
    _reverse(place, stale)
    assert _states(place) == {stale: MatchState.REVERSED}
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        assert matches.confirmed_match(work, pair.inquiry_id) is None
        assert inquiries.state_of(work, pair.inquiry_id) is InquiryState.ACTIVE


def test_nobody_signs_the_reversal_they_proposed(place: Workplace, stale: UUID) -> None:
    analyst = an_actor(Role.ANALYST)
    with place.open(analyst, DbRole.CASEWORK) as work:
        service.propose_reversal(work, stale, "the father's name was what it rested on")
    with pytest.raises((NotAllowed, SamePerson)), place.open(analyst, DbRole.CASEWORK) as work:
        service.sign_reversal(work, stale, 1)
    assert _states(place) == {stale: MatchState.CONFIRMED}


def test_a_match_on_a_withdrawn_record_can_only_be_reversed(place: Workplace, pair: Pair) -> None:
    match_id = a_confirmed_match(place, pair)
    withdraw(place, pair.record_id)
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        assert [each.why for each in queries.stale(work)] == [Standing.WITHDRAWN]
    with pytest.raises(Conflict):
        _renew(place, pair, match_id)
    _reverse(place, match_id)
    assert _states(place) == {match_id: MatchState.REVERSED}


FORBIDDEN: dict[str, Callable[[UUID], str]] = {
    "renewed by nobody": lambda _: "update match set state = 'renewed' where state = 'confirmed'",
    "reversed by one": lambda _: "update match set state = 'reversed' where state = 'confirmed'",
    "given back": lambda _: "update match set state = 'returned' where state = 'confirmed'",
    "its level raised": lambda _: "update match set level = 'E4' where state = 'confirmed'",
    "a reversal signed at once": lambda match: (
        "insert into match_reversal (id, match_id, reason, proposed_by, proposed_at, signed_by, signed_at,"
        f" version) values (gen_random_uuid(), '{match}', '', gen_random_uuid(), now(), portal_actor(), now(), 1)"
    ),
}


@pytest.mark.promise("P6")
@pytest.mark.parametrize("role", [Role.ANALYST, Role.APPROVER])
@pytest.mark.parametrize("wrong", FORBIDDEN)
def test_the_database_itself_refuses(place: Workplace, stale: UUID, wrong: str, role: Role) -> None:
    try:
        with place.open(an_actor(role), DbRole.CASEWORK) as work:
            work.session.execute(text(FORBIDDEN[wrong](stale)))
    except DBAPIError:
        pass  # refused loudly, or there was no row to change: what counts is that nothing did
    assert _states(place) == {stale: MatchState.CONFIRMED}
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        assert queries.reversal_of(work, stale) is None
        assert work.session.scalar(text("select level from match")) == "E3"
