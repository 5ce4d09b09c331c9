"""Find, propose, judge blind: two people, enough evidence, and a record that has not changed since."""

from __future__ import annotations

import random
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from portal.inquiries import queries as inquiries
from portal.inquiries import service as inquiry_service
from portal.inquiries.vocab import FamilyStatus, InquiryState, Purpose
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.kernel.names import Agreement
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.matching import queries, service
from portal.matching.vocab import (
    EvidenceLevel,
    Ground,
    MatchState,
    Obstacle,
    RecordNotConfirmed,
    Verdict,
    VisualOnly,
)
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.casework import a_colleague, a_team
from tests.support.factories.inquiries import a_signed_up_relative, with_a_reason
from tests.support.factories.matching import (
    REASON,
    SUPPORTED,
    Pair,
    a_confirmed_match,
    a_proposal,
    a_record,
    judge,
    propose,
    settle,
)
from tests.support.factories.verification import a_verified_inquiry, an_inquiry_to_verify

DESK = DbRole.CASEWORK
ANALYST = an_actor(Role.ANALYST)


def test_the_record_of_the_person_sought_is_found_with_what_agrees(place: Workplace, pair: Pair) -> None:
    with_a_reason(place, ANALYST, pair.inquiry_id)
    with place.open(ANALYST, DESK) as work:
        found = service.candidates(work, pair.inquiry_id)
    assert [each.record_id for each in found.candidates] == [pair.record_id]
    marks = {each.part.value for each in found.candidates[0].with_agreement(Agreement.AGREES)}
    assert {"given", "father", "grandfather", "family", "mother", "birth_year"} <= marks
    assert found.candidates[0].with_agreement(Agreement.CONTRADICTS)[0].part.value == "branch"


def test_a_second_person_confirms_and_the_outcome_is_ready(place: Workplace, pair: Pair) -> None:
    match_id = a_confirmed_match(place, pair)
    with place.open(an_actor(Role.APPROVER), DESK) as work:
        found = queries.confirmed_match(work, pair.inquiry_id)
        assert queries.inquiries_matched_to(work, pair.record_id) == [pair.inquiry_id]
    assert found is not None
    assert (found.id, found.record_id, found.level) == (match_id, pair.record_id, EvidenceLevel.E3)
    assert found.proposed_by != found.signed_by
    assert _state(place, pair.inquiry_id) is InquiryState.OUTCOME_READY


@pytest.mark.promise("P3")
def test_a_confirmed_match_changes_nothing_that_a_relative_reads(
    place: Workplace, vault: Vault, tmp_path: Path
) -> None:
    relative = a_signed_up_relative(place)
    a_team(place, relative.inquiry_id)
    with place.open(relative.actor, DbRole.FAMILY) as work:
        assert inquiries.own_inquiry(work) is not None
    _activate(place, relative.inquiry_id)
    with place.open(relative.actor, DbRole.FAMILY) as work:
        before = inquiries.own_file(work)
    a_confirmed_match(place, Pair(relative.inquiry_id, a_record(place, vault, tmp_path)))
    with place.open(relative.actor, DbRole.FAMILY) as work:
        assert inquiries.own_file(work) == before
    assert before.inquiry.status is FamilyStatus.SEARCHING


@pytest.mark.asvs("2.3.5")
@pytest.mark.promise("P6")
def test_the_proposer_cannot_judge(place: Workplace, pair: Pair) -> None:
    match_id = propose(place, pair, by=ANALYST)
    before = _entries(place)
    with pytest.raises(NotAllowed), place.open(ANALYST, DESK) as work:
        service.review_match(work, match_id, Verdict.SAME, "it is my own proposal", 1)
    assert _match(place, match_id) == (MatchState.PROPOSED, 0, 1)
    after = _entries(place)
    assert after.pop("audit:access:refused") == before.pop("audit:access:refused", 0) + 1
    assert after == before


@pytest.mark.promise("P8")
@pytest.mark.parametrize("level", EvidenceLevel)
@pytest.mark.parametrize("grounds", [{Ground.VISUAL_RECOGNITION}, {Ground.UNVERIFIED_PAPER}, set()])
def test_recognition_alone_is_refused_at_any_level(
    place: Workplace, level: EvidenceLevel, grounds: set[Ground]
) -> None:
    pair = Pair(uuid4(), uuid4())  # refused before anything is looked at
    expected = VisualOnly if grounds == {Ground.VISUAL_RECOGNITION} or level <= "E1" else Invalid
    with pytest.raises(expected):
        propose(place, pair, level, frozenset(grounds))


@pytest.mark.promise("P8")
def test_a_proposal_claims_no_more_than_its_grounds_carry(place: Workplace, pair: Pair) -> None:
    before = _entries(place)
    for level in (EvidenceLevel.E3, EvidenceLevel.E4):
        with pytest.raises(Invalid):
            propose(place, pair, level, SUPPORTED)
    assert _entries(place) == before
    assert _standing(place, pair) == []


@pytest.mark.promise("P6")
def test_supported_evidence_needs_a_panel_of_three(place: Workplace, pair: Pair) -> None:
    match_id = propose(place, pair, EvidenceLevel.E2, SUPPORTED, by=ANALYST)
    second, third = an_actor(Role.APPROVER), an_actor(Role.ANALYST)
    judge(place, match_id, by=second)
    assert _match(place, match_id)[0] is MatchState.PANEL
    assert _state(place, pair.inquiry_id) is InquiryState.ACTIVE
    with pytest.raises(Conflict), place.open(second, DESK) as work:
        service.review_match(work, match_id, Verdict.SAME, "I say it a second time", 2)
    with pytest.raises(NotAllowed), place.open(ANALYST, DESK) as work:
        service.review_match(work, match_id, Verdict.SAME, "it is my own proposal", 2)
    judge(place, match_id, by=third)
    with place.open(third, DESK) as work:
        found = queries.confirmed_match(work, pair.inquiry_id)
    assert found is not None
    assert (found.level, found.signed_by) == (EvidenceLevel.E2, third.id)


@pytest.mark.parametrize("verdict", [Verdict.DIFFERENT, Verdict.NOT_ENOUGH])
def test_another_verdict_gives_it_back_and_it_may_be_proposed_anew(
    place: Workplace, pair: Pair, verdict: Verdict
) -> None:
    match_id = propose(place, pair, by=ANALYST)
    judge(place, match_id, verdict)
    assert _match(place, match_id)[0] is MatchState.RETURNED
    assert _state(place, pair.inquiry_id) is InquiryState.ACTIVE
    late = an_actor(Role.ANALYST)
    for each in (ANALYST, late):
        with_a_reason(place, each, pair.inquiry_id)
    with place.open(ANALYST, DESK) as work:
        assert [each.verdict for each in service.open_match(work, match_id)[0].reviews] == [verdict]
    with pytest.raises(Conflict):
        judge(place, match_id, by=late)
    a_confirmed_match(place, pair)


def test_a_panel_is_broken_by_one_other_verdict(place: Workplace, pair: Pair) -> None:
    match_id = propose(place, pair, EvidenceLevel.E2, SUPPORTED)
    judge(place, match_id)
    judge(place, match_id, Verdict.NOT_ENOUGH)
    assert _match(place, match_id)[0] is MatchState.RETURNED


@pytest.mark.promise("P9")
@pytest.mark.parametrize("seed", range(4))
def test_nobody_reads_a_reason_or_a_verdict_before_writing_their_own(
    place: Workplace, pair: Pair, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - an order of people, not a secret
    people = [a_colleague(place, role) for role in (Role.ANALYST, Role.APPROVER, Role.ANALYST)]
    for each in people:
        with_a_reason(place, each, pair.inquiry_id)
    match_id = propose(place, pair, EvidenceLevel.E2, SUPPORTED, by=ANALYST)
    judged: set[UUID | None] = set()
    for step in range(8):
        actor = chance.choice(people)
        with place.open(actor, DESK) as work:
            file, _ = service.open_match(work, match_id)
            is_open = queries.match_file(work, match_id).may_review
        is_settled = file.state in {MatchState.CONFIRMED, MatchState.RETURNED}
        if actor.id not in judged and not is_settled:
            assert (file.reasoning, file.reviews, file.state) == (None, (), MatchState.PROPOSED)
            assert is_open
            if chance.random() < 0.6:
                verdict = chance.choice([Verdict.SAME, Verdict.SAME, Verdict.NOT_ENOUGH])
                judge(place, match_id, verdict, by=actor)
                judged.add(actor.id)
        elif actor.id in judged:
            assert file.reasoning is not None, step
            assert file.reasoning.reason == REASON
            assert {each.reviewer_id for each in file.reviews} >= {actor.id}
        elif file.state is MatchState.RETURNED:
            assert (file.reasoning, file.reviews) == (None, ())


@pytest.mark.promise("P9")
def test_the_desk_learns_nothing_of_a_proposal_it_has_not_judged(place: Workplace, pair: Pair) -> None:
    match_id = propose(place, pair, EvidenceLevel.E2, SUPPORTED)
    judge(place, match_id)
    with place.open(an_actor(Role.ANALYST), DESK) as work:
        waiting = queries.waiting_for_me(work)
        file, comparison = service.open_match(work, match_id)
    assert [each.id for each in waiting] == [match_id]
    assert REASON not in str((waiting, file, comparison))
    assert "E2" not in str((waiting, file))


def test_a_record_that_two_people_have_not_confirmed_carries_no_match(
    place: Workplace, vault: Vault, tmp_path: Path
) -> None:
    pair = Pair(a_verified_inquiry(place), a_record(place, vault, tmp_path, confirmed=False))
    with_a_reason(place, ANALYST, pair.inquiry_id)
    with place.open(ANALYST, DESK) as work:
        assert service.compare(work, *pair).obstacle is Obstacle.RECORD_UNCONFIRMED
    with pytest.raises(RecordNotConfirmed):
        propose(place, pair)
    settle(place, pair.record_id)
    a_confirmed_match(place, pair)


@pytest.mark.promise("P7")
def test_a_record_that_has_changed_since_is_never_confirmed_under_the_old_page(
    place: Workplace, pair: Pair
) -> None:
    match_id = propose(place, pair)
    changed = "state = 'corrected', version = version + 1, signed_by = null, signed_at = null"
    with place.open(an_actor(Role.CUSTODIAN), DESK) as work:
        work.session.execute(text(f"update record set {changed}"))
    reviewer = an_actor(Role.ANALYST)
    with place.open(reviewer, DESK) as work:
        _, comparison = service.open_match(work, match_id)
    assert comparison.obstacle is Obstacle.RECORD_CHANGED
    with pytest.raises(Conflict):
        judge(place, match_id, by=reviewer)
    assert _match(place, match_id) == (MatchState.PROPOSED, 0, 1)
    judge(place, match_id, Verdict.NOT_ENOUGH, by=reviewer)
    assert _match(place, match_id)[0] is MatchState.RETURNED


@pytest.mark.asvs("2.3.4")
def test_a_stale_page_judges_nothing(place: Workplace, pair: Pair) -> None:
    match_id = propose(place, pair)
    with pytest.raises(Conflict), place.open(an_actor(Role.ANALYST), DESK) as work:
        service.review_match(work, match_id, Verdict.SAME, "I compared another page", 9)
    assert _match(place, match_id) == (MatchState.PROPOSED, 0, 1)


def test_another_person_is_set_apart_with_the_reason_and_may_still_be_proposed(
    place: Workplace, pair: Pair
) -> None:
    with place.open(ANALYST, DESK) as work:
        service.exclude(work, *pair, "the father is a different person")
    with pytest.raises(Conflict), place.open(ANALYST, DESK) as work:
        service.exclude(work, *pair, "the father is a different person")
    with_a_reason(place, ANALYST, pair.inquiry_id)
    with place.open(ANALYST, DESK) as work:
        found = service.candidates(work, pair.inquiry_id)
    assert found.candidates == ()
    assert [(each.record_id, each.reason) for each in found.excluded] == [
        (pair.record_id, "the father is a different person")
    ]
    a_confirmed_match(place, pair)


def test_a_pair_is_proposed_once_at_a_time(place: Workplace, pair: Pair) -> None:
    match_id = propose(place, pair)
    for act in (propose, _exclude):
        with pytest.raises(Conflict):
            act(place, pair)
    judge(place, match_id)
    with pytest.raises(Conflict):
        propose(place, pair)


@pytest.mark.asvs("2.3.1")
def test_only_a_verified_file_is_compared(place: Workplace, vault: Vault, tmp_path: Path) -> None:
    pair = Pair(an_inquiry_to_verify(place), a_record(place, vault, tmp_path))
    with_a_reason(place, ANALYST, pair.inquiry_id)
    with pytest.raises(Conflict), place.open(ANALYST, DESK) as work:
        service.candidates(work, pair.inquiry_id)
    with pytest.raises(Conflict):
        propose(place, pair)


@pytest.mark.promise("P18")
def test_without_consent_to_search_nothing_goes_on(place: Workplace, vault: Vault, tmp_path: Path) -> None:
    relative = a_signed_up_relative(place)
    a_team(place, relative.inquiry_id)
    _activate(place, relative.inquiry_id)
    pair = Pair(relative.inquiry_id, a_record(place, vault, tmp_path))
    match_id = propose(place, pair)
    with place.open(relative.actor, DbRole.FAMILY) as work:
        inquiry_service.withdraw_consent(work, Purpose.SEARCH)
    with pytest.raises(Conflict):
        judge(place, match_id)
    with_a_reason(place, ANALYST, pair.inquiry_id)
    with pytest.raises(Conflict), place.open(ANALYST, DESK) as work:
        service.candidates(work, pair.inquiry_id)
    with place.open(ANALYST, DESK) as work:
        assert service.compare(work, *pair).obstacle is Obstacle.NOT_SEARCHING


@pytest.mark.asvs("8.3.1")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ANALYST])
def test_nobody_but_an_analyst_finds_or_proposes(place: Workplace, role: Role) -> None:
    pair = Pair(uuid4(), uuid4())
    for act in (
        lambda work: service.candidates(work, pair.inquiry_id),
        lambda work: service.propose_match(work, a_proposal(pair)),
        lambda work: service.exclude(work, *pair, "another person"),
        service.desk,
    ):
        with pytest.raises(NotAllowed), place.open(an_actor(role), DESK) as work:
            act(work)


def test_what_does_not_exist_is_not_found(place: Workplace, pair: Pair) -> None:
    with_a_reason(place, ANALYST, pair.inquiry_id)
    for wrong in (Pair(uuid4(), pair.record_id), Pair(pair.inquiry_id, uuid4())):
        with pytest.raises(NotFound):
            propose(place, wrong)
        with pytest.raises(NotFound), place.open(ANALYST, DESK) as work:
            service.compare(work, *wrong)
    with pytest.raises(NotFound):
        judge(place, uuid4())


def test_the_desk_shows_what_waits(place: Workplace, pair: Pair) -> None:
    match_id = propose(place, pair, by=ANALYST)
    with place.open(ANALYST, DESK) as work:
        own = service.desk(work)
    with place.open(an_actor(Role.ANALYST), DESK) as work:
        other = service.desk(work)
    assert [each.id for each in own.files] == [pair.inquiry_id]
    assert own.proposed == {pair.inquiry_id}
    assert own.waiting == ()
    assert [each.id for each in other.waiting] == [match_id]


@pytest.mark.asvs("16.3.2")
@pytest.mark.promise("P15")
def test_each_look_and_each_act_is_remembered_with_the_case_and_without_words(
    place: Workplace, pair: Pair
) -> None:
    with_a_reason(place, ANALYST, pair.inquiry_id)
    with place.open(ANALYST, DESK) as work:
        service.candidates(work, pair.inquiry_id)
    a_confirmed_match(place, pair)
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        wanted = text("select event, detail::text from audit_entry where case_id = :case")
        rows = work.session.execute(wanted, {"case": pair.inquiry_id}).all()
    events = [row.event for row in rows]
    assert {
        "inquiries:inquiry:read",
        "matching:candidates:read",
        "matching:match:confirmed",
        "matching:match:proposed",
        "matching:match:reviewed",
        "records:record:read",
    } <= set(events)
    assert REASON not in str(rows)


def _exclude(place: Workplace, pair: Pair) -> None:
    with place.open(an_actor(Role.ANALYST), DESK) as work:
        service.exclude(work, *pair, "another person, by the father")


def _activate(place: Workplace, inquiry_id: UUID) -> None:
    with place.open(an_actor(Role.INTAKE), DESK) as work:
        inquiry_service.advance(work, inquiry_id, InquiryState.ACTIVE)


def _state(place: Workplace, inquiry_id: UUID) -> InquiryState:
    with place.open(an_actor(Role.INTAKE), DESK) as work:
        return inquiries.state_of(work, inquiry_id)


def _standing(place: Workplace, pair: Pair) -> list[MatchState]:
    with place.open(an_actor(Role.APPROVER), DESK) as work:
        return [each.state for each in queries.standing(work, pair.inquiry_id)]


def _match(place: Workplace, match_id: UUID) -> tuple[MatchState, int, int]:
    """State, verdicts and version as the table holds them; an onlooker cannot count verdicts, the owner can."""
    reader = Actor(_proposer(place, match_id), frozenset({Role.ANALYST}))
    with place.open(reader, DESK) as work:
        wanted = text("select state, version from match where id = :id")
        state, version = work.session.execute(wanted, {"id": match_id}).one()
        counted = text("select count(*) from match_review where match_id = :id")
        return MatchState(state), work.session.scalar(counted, {"id": match_id}) or 0, version


def _proposer(place: Workplace, match_id: UUID) -> UUID:
    with place.open(an_actor(Role.APPROVER), DESK) as work:
        found = work.session.scalar(text("select proposed_by from match where id = :id"), {"id": match_id})
    assert isinstance(found, UUID)
    return found


def _entries(place: Workplace) -> dict[str, int]:
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        rows = work.session.execute(text("select event, count(*) from audit_entry group by event"))
        return {row[0]: row[1] for row in rows}
