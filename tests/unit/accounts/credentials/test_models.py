"""What the database itself allows with recovery codes and notices, whatever a service might ask."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from portal.accounts import proofs
from portal.accounts.credentials import service
from portal.kernel.actor import ANONYMOUS, Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Work, Workplace
from tests.support.actors import an_actor
from tests.support.factories.accounts import Person, a_relative_account, a_staff_account

HASH = "sha256('invented')"
pytestmark = pytest.mark.promise("P2")


@pytest.fixture
def relative(place: Workplace) -> Person:
    person = a_relative_account(place)
    with place.open(_actor(person), DbRole.ACCOUNT) as work:
        service.make_codes(work)
    return person


def _actor(person: Person) -> Actor:
    return Actor(person.account_id, frozenset({Role.RELATIVE}))


def _count(work: Work, table: str) -> int:
    return work.session.scalar(text(f"select count(*) from {table}")) or 0


def _changed(work: Work, statement: str, account_id: UUID) -> int:
    result = work.session.execute(text(f"{statement} returning id"), {"account": account_id, "now": work.now})
    return len(result.all())


@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize("table", ["recovery_code", "account_notice"])
def test_only_the_owner_or_whoever_brings_the_login_sees_rows(
    place: Workplace, relative: Person, table: str
) -> None:
    with place.open(_actor(relative), DbRole.ACCOUNT) as work:
        assert _count(work, table) > 0
    other = _actor(a_relative_account(place, "Huda Test"))
    for stranger in (ANONYMOUS, other, an_actor(Role.ADMINISTRATOR)):
        with place.open(stranger, DbRole.ACCOUNT) as work:
            assert _count(work, table) == 0
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        proofs.present(work, proofs.of_login(relative.login))
        assert _count(work, table) > 0


@pytest.mark.asvs("13.2.2")
@pytest.mark.parametrize("role", [role for role in DbRole if role is not DbRole.ACCOUNT])
@pytest.mark.parametrize("table", ["recovery_code", "account_notice"])
def test_no_other_role_reads_them(place: Workplace, role: DbRole, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), place.open(ANONYMOUS, role) as work:
        _count(work, table)


def test_a_login_makes_and_voids_no_codes(place: Workplace, relative: Person) -> None:
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        proofs.present(work, proofs.of_login(relative.login))
        assert (
            _changed(work, "delete from recovery_code where account_id = :account", relative.account_id) == 0
        )
    made = (
        "insert into recovery_code (id, account_id, code_hash, made_at)"
        f" values (gen_random_uuid(), :account, {HASH}, :now)"
    )
    with pytest.raises(ProgrammingError, match="row-level"), place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        proofs.present(work, proofs.of_login(relative.login))
        _changed(work, made, relative.account_id)
    stranger = _actor(a_relative_account(place, "Huda Test"))
    with pytest.raises(ProgrammingError, match="row-level"), place.open(stranger, DbRole.ACCOUNT) as work:
        _changed(work, made, relative.account_id)


@pytest.mark.asvs("6.5.1")
def test_a_code_that_was_used_is_never_made_good_again(place: Workplace, relative: Person) -> None:
    use = "update recovery_code set used_at = :now where account_id = :account"
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        proofs.present(work, proofs.of_login(relative.login))
        assert _changed(work, use, relative.account_id) == 10
        assert _changed(work, use, relative.account_id) == 0
        unused = "update recovery_code set used_at = null where account_id = :account"
        assert _changed(work, unused, relative.account_id) == 0


@pytest.mark.parametrize("column", ["account_id", "code_hash", "made_at"])
def test_nothing_of_a_code_but_its_use_is_written_later(
    place: Workplace, relative: Person, column: str
) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        place.open(_actor(relative), DbRole.ACCOUNT) as work,
    ):
        work.session.execute(text(f"update recovery_code set {column} = {column}"))


def test_nobody_takes_a_notice_away_or_writes_another_in_its_place(
    place: Workplace, relative: Person
) -> None:
    for act in ("delete from account_notice", "update account_notice set kind = 'new_device'"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            place.open(_actor(relative), DbRole.ACCOUNT) as work,
        ):
            work.session.execute(text(act))


def test_only_the_owner_says_that_a_notice_was_seen_and_never_takes_it_back(
    place: Workplace, relative: Person
) -> None:
    seen = "update account_notice set seen_at = :now where account_id = :account"
    with place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        proofs.present(work, proofs.of_login(relative.login))
        assert _changed(work, seen, relative.account_id) == 0
    with place.open(_actor(relative), DbRole.ACCOUNT) as work:
        assert _changed(work, seen, relative.account_id) == 1
        again = "update account_notice set seen_at = null where account_id = :account"
        assert _changed(work, again, relative.account_id) == 0


@pytest.mark.promise("P10")
def test_this_door_writes_to_colleagues_about_themselves_and_never_to_a_family(
    place: Workplace, relative: Person
) -> None:
    colleague = a_staff_account(place, Role.ANALYST)
    own = Actor(colleague.account_id, frozenset({Role.ANALYST}))
    wanted = (
        "insert into envelope (id, recipient_ref, address, language, hour_from, hour_to, quiet_weekdays,"
        " quiet_dates, zone, urgency, state, attempts, queued_at, send_after)"
        " values (gen_random_uuid(), :to, 'x', 'ar', 10, 18, '{}', '{}', 'Asia/Damascus', 'calm', 'queued',"
        " 0, :now, :now)"
    )
    with place.open(own, DbRole.ACCOUNT) as work:
        work.session.execute(text(wanted), {"to": colleague.account_id, "now": work.now})
    for writer, receiver in (
        (own, relative.account_id),
        (own, uuid4()),
        (_actor(relative), relative.account_id),
        (ANONYMOUS, colleague.account_id),
    ):
        with pytest.raises(ProgrammingError, match="row-level"), place.open(writer, DbRole.ACCOUNT) as work:
            work.session.execute(text(wanted), {"to": receiver, "now": work.now})


def test_a_code_is_kept_as_a_hash_or_not_at_all(place: Workplace, relative: Person) -> None:
    plain = (
        "insert into recovery_code (id, account_id, code_hash, made_at)"
        " values (gen_random_uuid(), :account, '7K4Q2M9XWR5T08HB', :now)"
    )
    with (
        pytest.raises(IntegrityError, match="only_a_hash"),
        place.open(_actor(relative), DbRole.ACCOUNT) as work,
    ):
        _changed(work, plain, relative.account_id)


def test_nothing_is_used_or_seen_before_it_is_there(place: Workplace, relative: Person) -> None:
    early = "cast(:now as timestamptz) - interval '1 day'"
    with pytest.raises(DBAPIError, match="used_after_making"), place.open(ANONYMOUS, DbRole.ACCOUNT) as work:
        proofs.present(work, proofs.of_login(relative.login))
        _changed(
            work,
            f"update recovery_code set used_at = {early} where account_id = :account",
            relative.account_id,
        )
    with (
        pytest.raises(DBAPIError, match="seen_after"),
        place.open(_actor(relative), DbRole.ACCOUNT) as work,
    ):
        _changed(
            work,
            f"update account_notice set seen_at = {early} where account_id = :account",
            relative.account_id,
        )
