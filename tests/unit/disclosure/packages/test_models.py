"""The tables hold the promises by themselves: what a process may get wrong, they refuse."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.disclosure.vocab import PackageState
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.disclosure import (
    Case,
    a_confirmed_match,
    a_sealed_package,
    a_told_relative,
    a_written_package,
    an_approved_package,
    freeze,
    package,
)

BEGUN = (
    "insert into photograph_opening (id, disclosure_id, account_id, begun_at)"
    " values (gen_random_uuid(), :package, :actor, now())"
)
TABLES = ("disclosure", "disclosure_item", "release", "photograph_opening", "vault_object")


def _refused(place: Workplace, actor: Actor, statement: str, **values: object) -> None:
    """The statement fails, or finds nothing that it could touch."""
    with place.open(actor, DbRole.CASEWORK) as work:
        try:
            found = work.session.execute(text(statement), values)
        except DBAPIError:
            work.session.rollback()
            return
        assert found.rowcount == 0, statement  # type: ignore[attr-defined]
        work.session.rollback()


def _seen(place: Workplace, relative: Actor) -> dict[str, int]:
    with place.open(relative, DbRole.FAMILY) as work:
        return {table: work.session.scalar(text(f"select count(*) from {table}")) or 0 for table in TABLES}


@pytest.mark.asvs("8.2.3")
@pytest.mark.promise("P1")
@pytest.mark.promise("P3")
def test_the_database_shows_a_relative_nothing_before_they_were_told(place: Workplace, vault: Vault) -> None:
    case = an_approved_package(place, vault, face=True)
    assert set(_seen(place, case.relative).values()) == {0}
    with place.open(case.relative, DbRole.FAMILY) as work:
        for statement in (
            "insert into release values (:package, 'fact', :actor, now())",
            BEGUN,
        ):
            values = {"package": package(place, case).id, "actor": case.relative.id}
            with pytest.raises(DBAPIError), work.session.begin_nested():
                work.session.execute(text(statement), values)
        assert work.session.scalar(text("select portal_was_told()")) is False
        assert work.session.scalar(text("select portal_is_told(:id)"), {"id": case.inquiry_id}) is False


@pytest.mark.promise("P1")
@pytest.mark.parametrize("make", [a_written_package, a_sealed_package, an_approved_package])
def test_no_statement_of_the_desk_makes_a_package_told_without_a_conversation(
    place: Workplace, vault: Vault, make: object
) -> None:
    case: Case = make(place, vault)  # type: ignore[operator]
    row = package(place, case)
    told = "update disclosure set state = 'told', told_at = now()"
    for actor in (case.liaison.actor, an_actor(Role.APPROVER)):
        _refused(place, actor, f"{told} where id = :id", id=row.id)
        _refused(
            place,
            actor,
            f"{told}, conversation_id = :other, signed_by = :other, fingerprint = 'x' where id = :id",
            id=row.id,
            other=uuid4(),
        )
    assert set(_seen(place, case.relative).values()) == {0}


@pytest.mark.promise("P1")
def test_a_conversation_in_which_nobody_was_told_opens_nothing(place: Workplace, vault: Vault) -> None:
    case = an_approved_package(place, vault)
    row, talk = package(place, case), uuid4()
    with place.open(case.liaison.actor, DbRole.CASEWORK) as work:
        work.session.execute(
            text("insert into conversation values (:talk, :id, :by, now(), 'telephone', false, 'x', 'x')"),
            {"talk": talk, "id": row.id, "by": case.liaison.actor.id},
        )
        with pytest.raises(DBAPIError), work.session.begin_nested():
            work.session.execute(
                text(
                    "update disclosure set state = 'told', told_at = now(), conversation_id = :talk"
                    " where id = :id"
                ),
                {"talk": talk, "id": row.id},
            )
        with pytest.raises(DBAPIError), work.session.begin_nested():
            work.session.execute(
                text("insert into release values (:id, 'fact', :by, now())"),
                {"id": row.id, "by": case.liaison.actor.id},
            )


@pytest.mark.promise("P1")
@pytest.mark.promise("P6")
def test_only_the_preparer_logs_and_only_what_is_approved(place: Workplace, vault: Vault) -> None:
    case = a_sealed_package(place, vault)
    row = package(place, case)
    said = "insert into conversation values (gen_random_uuid(), :id, :by, now(), 'video', true, 'x', 'x')"
    other = an_actor(Role.LIAISON)
    for actor in (case.liaison.actor, other, an_actor(Role.APPROVER)):
        _refused(place, actor, said, id=row.id, by=actor.id)


@pytest.mark.promise("P6")
def test_no_statement_signs_in_the_preparers_or_anothers_name(place: Workplace, vault: Vault) -> None:
    case = a_sealed_package(place, vault)
    row, approver = package(place, case), an_actor(Role.APPROVER)
    signed = "update disclosure set state = 'approved', signed_at = now(), signed_by = :by where id = :id"
    _refused(place, case.liaison.actor, signed, id=row.id, by=case.liaison.actor.id)
    _refused(place, case.liaison.actor, signed, id=row.id, by=uuid4())
    _refused(place, approver, signed, id=row.id, by=uuid4())
    _refused(place, approver, signed, id=row.id, by=case.liaison.actor.id)
    both = Actor(case.liaison.actor.id, frozenset({Role.LIAISON, Role.APPROVER}))
    _refused(place, both, signed, id=row.id, by=both.id)
    assert package(place, case).state is PackageState.SEALED


@pytest.mark.promise("P7")
@pytest.mark.parametrize("make", [a_sealed_package, an_approved_package, a_told_relative])
def test_the_items_of_a_sealed_package_cannot_be_touched(
    place: Workplace, vault: Vault, make: object
) -> None:
    case: Case = make(place, vault)  # type: ignore[operator]
    row, liaison = package(place, case), case.liaison.actor
    _refused(place, liaison, "delete from disclosure_item where disclosure_id = :id", id=row.id)
    _refused(
        place,
        liaison,
        "insert into disclosure_item (id, disclosure_id, layer, rank, position, text)"
        " values (gen_random_uuid(), :id, 'fact', 0, 7, 'x')",
        id=row.id,
    )
    for change in (
        "fingerprint = 'x'",
        "layers = array['face']",
        "record_version = 7",
        "account_id = gen_random_uuid()",
        "proposed_by = gen_random_uuid()",
    ):
        _refused(place, liaison, f"update disclosure set {change} where id = :id", id=row.id)
    assert package(place, case).items == row.items


@pytest.mark.promise("P14")
def test_what_is_frozen_stays_frozen(place: Workplace, vault: Vault) -> None:
    case = a_told_relative(place, vault)
    freeze(place, case)
    row = package(place, case)
    for state in ("prepared", "approved", "told"):
        for actor in (case.liaison.actor, an_actor(Role.APPROVER)):
            _refused(place, actor, "update disclosure set state = :to where id = :id", id=row.id, to=state)
    assert set(_seen(place, case.relative).values()) == {0}


@pytest.mark.promise("P2")
@pytest.mark.promise("P6")
def test_a_package_rests_on_the_confirmed_match_of_its_own_file(place: Workplace, vault: Vault) -> None:
    case, other = a_confirmed_match(place, vault), a_confirmed_match(place, vault)
    made = (
        "insert into disclosure (id, inquiry_id, account_id, match_id, record_id, record_version, state, layers,"
        " proposed_by, proposed_at, version) values (gen_random_uuid(), :inquiry, :account, :match, :record, 2,"
        " 'prepared', '{}', :by, now(), 1)"
    )
    right = {
        "inquiry": case.inquiry_id,
        "account": case.relative.id,
        "match": case.match_id,
        "record": case.record_id,
        "by": case.liaison.actor.id,
    }
    wrong: dict[str, UUID | None] = {
        "inquiry": other.inquiry_id,
        "account": other.relative.id,
        "match": other.match_id,
        "record": other.record_id,
        "by": other.liaison.actor.id,
    }
    for name, value in wrong.items():
        _refused(place, case.liaison.actor, made, **{**right, name: value})
    _refused(place, other.liaison.actor, made, **{**right, "by": other.liaison.actor.id})
    with place.open(case.liaison.actor, DbRole.CASEWORK) as work:
        work.session.execute(text(made), right)


@pytest.mark.promise("P2")
@pytest.mark.parametrize(
    "role", [role for role in Role if role not in {Role.APPROVER, Role.LIAISON, Role.RELATIVE}]
)
def test_no_other_role_sees_a_package(place: Workplace, vault: Vault, role: Role) -> None:
    a_told_relative(place, vault)
    with place.open(an_actor(role), DbRole.CASEWORK) as work:
        for table in ("disclosure", "disclosure_item", "conversation", "release"):
            assert work.session.scalar(text(f"select count(*) from {table}")) == 0


@pytest.mark.asvs("8.4.1")
@pytest.mark.promise("P2")
def test_a_liaison_sees_only_the_packages_of_their_own_cases(place: Workplace, vault: Vault) -> None:
    case, other = a_told_relative(place, vault), a_told_relative(place, vault)
    with place.open(case.liaison.actor, DbRole.CASEWORK) as work:
        seen = work.session.scalars(text("select inquiry_id from disclosure")).all()
        assert list(seen) == [case.inquiry_id]
        assert work.session.scalar(text("select count(*) from conversation")) == 1
    assert other.inquiry_id != case.inquiry_id
