"""What the database itself lets each role read and write of matches, their reasons and the verdicts on them."""

from __future__ import annotations

from itertools import combinations
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from portal.casework import service as casework
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.matching import evidence, queries
from portal.matching.models import CARRIED
from portal.matching.vocab import EvidenceLevel, Ground
from tests.support.actors import an_actor
from tests.support.factories.casework import a_team
from tests.support.factories.matching import (
    SUPPORTED,
    Pair,
    a_confirmed_match,
    judge,
    propose,
)

DESK = DbRole.CASEWORK
TABLES = ("match", "match_reasoning", "match_review")
JUDGES = {Role.ANALYST, Role.APPROVER}
CONFIRM = "update match set state = 'confirmed', level = 'E3', signed_by = '{by}', signed_at = now()"
VERDICT = (
    "insert into match_review (id, match_id, reviewer_id, verdict, reason, reviewed_at)"
    " values (gen_random_uuid(), '{match}', '{by}', '{verdict}', '', now())"
)
NEW = (
    "insert into match (id, inquiry_id, record_id, record_version, state, proposed_by, proposed_at, version)"
    " values ('{id}', '{inquiry}', '{record}', 3, '{state}', '{by}', now(), 1)"
)
REASONING = (
    "insert into match_reasoning (match_id, level, grounds, reason)"
    " values ('{match}', '{level}', '{grounds}', '')"
)


@pytest.fixture
def proposer() -> Actor:
    return an_actor(Role.ANALYST)


@pytest.fixture
def match_id(place: Workplace, pair: Pair, proposer: Actor) -> UUID:
    return propose(place, pair, by=proposer)


@pytest.mark.promise("P2")
@pytest.mark.promise("P4")
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("db_role", [role for role in DbRole if role is not DESK])
def test_outside_the_desk_there_is_no_match_at_all(place: Workplace, db_role: DbRole, table: str) -> None:
    for role in Role:
        with pytest.raises(ProgrammingError, match="permission denied"):
            _ask(place, an_actor(role), f"select count(*) from {table}", db_role)


@pytest.mark.promise("P9")
def test_once_it_stands_the_desk_reads_why_and_nobody_else_does(
    place: Workplace, match_id: UUID, proposer: Actor
) -> None:
    judge(place, match_id, by=an_actor(Role.APPROVER))
    for role in Role:
        assert _seen(place, an_actor(role)) == ([1, 1, 1] if role in JUDGES else [0, 0, 0])
    assert _seen(place, ANONYMOUS) == [0, 0, 0]


@pytest.mark.promise("P9")
def test_reasons_open_with_ones_own_verdict(place: Workplace, pair: Pair, proposer: Actor) -> None:
    match_id = propose(place, pair, EvidenceLevel.E2, SUPPORTED, by=proposer)
    first, second = an_actor(Role.APPROVER), an_actor(Role.ANALYST)
    assert [_seen(place, each) for each in (proposer, first, second)] == [[1, 1, 0], [1, 0, 0], [1, 0, 0]]
    judge(place, match_id, by=first)
    assert [_seen(place, each) for each in (proposer, first, second)] == [[1, 1, 1], [1, 1, 1], [1, 0, 0]]
    assert _ask(place, second, "select count(*) from match where level is not null") == 0
    judge(place, match_id, by=second)
    assert _seen(place, second) == [1, 1, 2]


@pytest.mark.asvs("2.3.1")
@pytest.mark.promise("P6")
@pytest.mark.promise("P9")
def test_no_signature_without_ones_own_verdict(place: Workplace, match_id: UUID, proposer: Actor) -> None:
    for actor in (proposer, an_actor(Role.ANALYST), an_actor(Role.APPROVER)):
        with pytest.raises(DBAPIError, match=r"row-level security|two_people"):
            _write(place, actor, CONFIRM.format(by=actor.id))
    with pytest.raises(DBAPIError, match="row-level security"):
        _write(place, proposer, VERDICT.format(match=match_id, by=proposer.id, verdict="same"))
    with pytest.raises(DBAPIError, match="row-level security"):
        _write(place, an_actor(Role.ANALYST), VERDICT.format(match=match_id, by=uuid4(), verdict="same"))


@pytest.mark.promise("P6")
def test_a_match_stands_only_on_verdicts_that_hold(place: Workplace, pair: Pair, proposer: Actor) -> None:
    match_id = propose(place, pair, EvidenceLevel.E2, SUPPORTED, by=proposer)
    reviewer = an_actor(Role.ANALYST)
    with pytest.raises(DBAPIError, match="row-level security"):
        _write(
            place,
            reviewer,
            VERDICT.format(match=match_id, by=reviewer.id, verdict="different"),
            CONFIRM.format(by=reviewer.id).replace("E3", "E2"),
        )
    for level in ("E2", "E3", "E4"):  # one verdict is no panel, and no level but the proposed one holds
        with pytest.raises(DBAPIError, match="row-level security"):
            _write(
                place,
                reviewer,
                VERDICT.format(match=match_id, by=reviewer.id, verdict="same"),
                CONFIRM.format(by=reviewer.id).replace("E3", level),
            )


@pytest.mark.promise("P7")
def test_a_match_stands_only_on_the_record_that_was_compared(place: Workplace, match_id: UUID) -> None:
    reviewer = an_actor(Role.ANALYST)
    changed = "state = 'corrected', version = version + 1, signed_by = null, signed_at = null"
    _write(place, an_actor(Role.CUSTODIAN), f"update record set {changed}")
    with pytest.raises(DBAPIError, match="row-level security"):
        _write(
            place,
            reviewer,
            VERDICT.format(match=match_id, by=reviewer.id, verdict="same"),
            CONFIRM.format(by=reviewer.id),
        )


@pytest.mark.asvs("2.2.3")
@pytest.mark.promise("P8")
@pytest.mark.parametrize("level", ["E0", "E1"])
def test_the_table_confirms_nothing_on_weak_evidence(place: Workplace, match_id: UUID, level: str) -> None:
    reviewer = an_actor(Role.ANALYST)
    with pytest.raises(DBAPIError, match=r"row-level security|confirmed_on_evidence"):
        _write(
            place,
            reviewer,
            VERDICT.format(match=match_id, by=reviewer.id, verdict="same"),
            CONFIRM.format(by=reviewer.id).replace("E3", level),
        )


@pytest.mark.promise("P8")
def test_the_table_takes_no_proposal_on_recognition(place: Workplace, pair: Pair) -> None:
    analyst, match_id = an_actor(Role.ANALYST), uuid4()
    new = NEW.format(
        id=match_id, inquiry=pair.inquiry_id, record=pair.record_id, state="proposed", by=analyst.id
    )
    for level in EvidenceLevel:
        words = REASONING.format(match=match_id, level=level, grounds="{visual_recognition}")
        with pytest.raises(DBAPIError, match=r"row-level security|grounds_carry_level"):
            _write(place, analyst, new, words)


@pytest.mark.promise("P8")
def test_the_table_knows_the_rules_of_evidence(place: Workplace) -> None:
    asked = text(
        f"select {CARRIED} from (select cast(:level as text), cast(:grounds as text[])) a(level, grounds)"
    )
    sets = [frozenset(few) for count in range(4) for few in combinations(Ground, count)]
    with place.open(an_actor(Role.ANALYST), DESK) as work:
        for grounds in sets:
            for level in EvidenceLevel:
                found = work.session.scalar(asked, {"level": level.value, "grounds": list(map(str, grounds))})
                weak = level in {EvidenceLevel.E0, EvidenceLevel.E1}
                assert found is (weak or evidence.carries(grounds, level)), (level, grounds)


@pytest.mark.parametrize("state", ["confirmed", "panel", "returned", "reversed"])
def test_a_match_begins_as_a_proposal_in_ones_own_name(place: Workplace, pair: Pair, state: str) -> None:
    analyst = an_actor(Role.ANALYST)
    both = {"inquiry": pair.inquiry_id, "record": pair.record_id}
    with pytest.raises((ProgrammingError, IntegrityError), match=r"row-level security|ck_match"):
        _write(place, analyst, NEW.format(id=uuid4(), state=state, by=analyst.id, **both))
    with pytest.raises(DBAPIError, match="row-level security"):
        _write(place, analyst, NEW.format(id=uuid4(), state="proposed", by=uuid4(), **both))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ANALYST])
def test_only_an_analyst_proposes(place: Workplace, pair: Pair, role: Role) -> None:
    actor = an_actor(role)
    new = NEW.format(
        id=uuid4(), inquiry=pair.inquiry_id, record=pair.record_id, state="proposed", by=actor.id
    )
    with pytest.raises(DBAPIError, match="row-level security"):
        _write(place, actor, new)


@pytest.mark.promise("P7")
@pytest.mark.parametrize(
    "change", ["update match set proposed_by = gen_random_uuid()", "update match_reasoning set level = 'E4'"]
)
def test_what_was_written_is_never_rewritten(place: Workplace, match_id: UUID, change: str) -> None:
    for statement in (change, "update match_review set verdict = 'same'", "delete from match"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            _write(place, an_actor(Role.ANALYST), statement)


def test_a_match_that_stands_is_not_touched_again(place: Workplace, pair: Pair) -> None:
    a_confirmed_match(place, pair)
    back = "update match set state = 'returned', signed_by = null"
    for role in set(Role) - {Role.ANALYST, Role.APPROVER}:
        assert _write(place, an_actor(role), back) == 0
    for role in (Role.ANALYST, Role.APPROVER):
        with pytest.raises(DBAPIError, match="renewed or reversed"):
            _write(place, an_actor(role), back)


@pytest.mark.promise("P2")
@pytest.mark.parametrize("table", ["record", "record_item", "statement"])
def test_a_liaison_reads_the_record_of_an_assigned_case_once_it_is_confirmed(
    place: Workplace, pair: Pair, table: str
) -> None:
    rows = f"select count(*) from {table}"
    with place.open(an_actor(Role.INTAKE), DESK) as work:
        work.session.execute(text("update inquiry set state = 'submitted'"))
    team = a_team(place, pair.inquiry_id)
    with place.open(team.intake, DESK) as work:
        work.session.execute(text("update inquiry set state = 'active'"))
    match_id = propose(place, pair)
    assert _ask(place, team.liaison, rows) == 0
    judge(place, match_id)
    assert _ask(place, team.liaison, rows) > 0  # type: ignore[operator]  # a count
    assert _seen(place, team.liaison) == [1, 0, 0]
    assert _ask(place, an_actor(Role.LIAISON), rows) == 0
    with place.open(team.liaison, DESK) as work:
        assert queries.confirmed_match(work, pair.inquiry_id) is not None
    with place.open(team.intake, DESK) as work:
        casework.end_assignment(work, pair.inquiry_id, Role.LIAISON)
    assert _ask(place, team.liaison, rows) == 0
    with place.open(team.liaison, DESK) as work:
        assert queries.confirmed_match(work, pair.inquiry_id) is None


@pytest.mark.parametrize(
    "call", ["portal_has_judged('{id}')", "portal_knows_reasons('{id}')", "portal_match_holds('{id}', 'E3')"]
)
def test_only_the_desk_may_ask_who_has_judged(place: Workplace, call: str) -> None:
    for db_role in DbRole:
        if db_role is not DESK:
            with pytest.raises(ProgrammingError, match="permission denied"):
                _ask(place, an_actor(Role.ANALYST), f"select {call.format(id=uuid4())}", db_role)


def _seen(place: Workplace, actor: Actor) -> list[object]:
    return [_ask(place, actor, f"select count(*) from {table}") for table in TABLES]


def _ask(place: Workplace, actor: Actor, statement: str, role: DbRole = DESK) -> object:
    with place.open(actor, role) as work:
        return work.session.scalar(text(statement))


def _write(place: Workplace, actor: Actor, *statements: str) -> int:
    with place.open(actor, DESK) as work:
        counts = [work.session.execute(text(each)).rowcount for each in statements]  # type: ignore[attr-defined]
        return int(counts[-1])
