"""What the database itself lets each role read and write of decisions."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.support.actors import an_actor
from tests.support.factories.verification import an_inquiry_to_verify, propose

READERS = {Role.VERIFIER, Role.APPROVER}
ROWS = "select count(*) from decision"
SIGN = "update decision set state = 'signed', signed_by = '{by}', signed_at = now()"
NEW = (
    "insert into decision (id, inquiry_id, kind, finding, basis, reason, state, proposed_by, proposed_at, version)"
    " values (gen_random_uuid(), '{case}', 'kinship', 'accepted', array['witness'], '', '{state}', '{by}', now(), 1)"
)


@pytest.fixture
def case(place: Workplace) -> UUID:
    inquiry_id = an_inquiry_to_verify(place)
    propose(place, inquiry_id)
    return inquiry_id


@pytest.mark.promise("P2")
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("db_role", DbRole)
def test_only_those_who_decide_read_decisions(
    place: Workplace, case: UUID, db_role: DbRole, role: Role
) -> None:
    if db_role is not DbRole.CASEWORK:
        with pytest.raises(ProgrammingError, match="permission denied"):
            _ask(place, an_actor(role), db_role)
        return
    assert _ask(place, an_actor(role), db_role) == (1 if role in READERS else 0)


def test_nobody_in_particular_reads_no_decision(place: Workplace, case: UUID) -> None:
    assert _ask(place, ANONYMOUS, DbRole.CASEWORK) == 0


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.VERIFIER])
def test_only_a_verifier_writes_one(place: Workplace, case: UUID, role: Role) -> None:
    actor = an_actor(role)
    with pytest.raises(DBAPIError, match="row-level security"):
        _write(place, actor, NEW.format(case=case, by=actor.id, state="proposed"))


@pytest.mark.promise("P6")
def test_nobody_writes_in_another_name_nor_signs_in_ones_own(place: Workplace, case: UUID) -> None:
    verifier = an_actor(Role.VERIFIER)
    with pytest.raises(DBAPIError, match="row-level security"):
        _write(place, verifier, NEW.format(case=case, by=uuid4(), state="proposed"))
    with pytest.raises(DBAPIError, match=r"row-level security|answered_by_somebody"):
        _write(place, verifier, NEW.format(case=case, by=verifier.id, state="signed"))
    assert _write(place, verifier, NEW.format(case=case, by=verifier.id, state="proposed")) == 1
    with pytest.raises(DBAPIError, match=r"row-level security|two_people"):
        _write(place, verifier, SIGN.format(by=verifier.id) + " where kind = 'kinship'")
    with pytest.raises(DBAPIError, match="row-level security"):
        _write(place, verifier, SIGN.format(by=uuid4()) + " where kind = 'identity'")


@pytest.mark.asvs("2.3.5")
@pytest.mark.promise("P6")
@pytest.mark.parametrize(
    "change", ["signed_by = proposed_by", "returned_by = proposed_by, state = 'returned'"]
)
def test_the_table_refuses_one_person_in_two_places(place: Workplace, case: UUID, change: str) -> None:
    with pytest.raises((IntegrityError, ProgrammingError), match=r"row-level security|ck_decision"):
        _write(place, an_actor(Role.APPROVER), f"update decision set {change}")


@pytest.mark.promise("P7")
@pytest.mark.parametrize("change", ["finding = 'refused'", "reason = ''", "proposed_by = gen_random_uuid()"])
def test_what_was_proposed_is_never_rewritten(place: Workplace, case: UUID, change: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        _write(place, an_actor(Role.APPROVER), f"update decision set {change}")
    with pytest.raises(ProgrammingError, match="permission denied"):
        _write(place, an_actor(Role.APPROVER), "delete from decision")


@pytest.mark.promise("P16")
def test_reasons_are_kept_sealed(place: Workplace, case: UUID) -> None:
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        kept = work.session.scalar(text("select reason from decision"))
    assert b"booklet" not in bytes(kept)  # type: ignore[arg-type]  # a bytea column


def _ask(place: Workplace, actor: Actor, role: DbRole) -> object:
    with place.open(actor, role) as work:
        return work.session.scalar(text(ROWS))


def _write(place: Workplace, actor: Actor, statement: str) -> int:
    with place.open(actor, DbRole.CASEWORK) as work:
        return int(work.session.execute(text(statement)).rowcount)  # type: ignore[attr-defined]  # a change has it
