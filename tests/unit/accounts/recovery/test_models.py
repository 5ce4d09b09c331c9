"""The database's own word: whatever a process above does, no way back opens by one person, early, or twice."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DatabaseError

from portal.accounts.recovery.vocab import Lost, RecoveryState
from portal.kernel.actor import ANONYMOUS, WORKER, Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from tests.conftest import SetClock
from tests.support.actors import an_actor
from tests.support.factories.casework import a_colleague, a_team
from tests.support.factories.recovery import Desk, a_desk, asked, handed, signed

SIGNED = "signed_by = portal_actor(), signed_at = now(), opens_at = now()"
HANDED = "handed_by = portal_actor(), handed_at = opens_at + interval '1 hour', token_hash = '\\x01'"
ENDED = "ended_by = portal_actor(), ended_at = lapses_at - interval '1 hour'"


@pytest.fixture
def desk(place: Workplace) -> Desk:
    return a_desk(place)


@pytest.fixture
def owner(addresses: Addresses) -> Iterator[Connection]:
    engine = create_engine(addresses.owner, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.promise("P6")
def test_the_table_refuses_one_person_in_two_places(place: Workplace, desk: Desk, owner: Connection) -> None:
    recovery_id = signed(place, desk)
    for change in (
        "signed_by = proposed_by",
        "handed_by = signed_by, handed_at = opens_at, token_hash = '\\x01'",
    ):
        assert _refused(owner, f"update recovery set {change} where id = '{recovery_id}'")
    relative = desk.relative.actor.id
    assert _refused(owner, f"update recovery set proposed_by = '{relative}' where id = '{recovery_id}'")


@pytest.mark.promise("P6")
@pytest.mark.parametrize(
    ("who", "change"),
    [
        ("intake", f"state = 'cooling', {SIGNED}"),
        ("intake", f"state = 'handed', {HANDED}"),
        ("intake", "state = 'done', ended_at = now()"),
        ("intake", "lapses_at = lapses_at + interval '1 year'"),
        ("approver", f"state = 'handed', {HANDED}"),
        ("approver", f"state = 'handed', {SIGNED}, {HANDED}"),
        ("approver", "state = 'done', ended_at = now()"),
        ("approver", "state = 'expired', ended_at = lapses_at - interval '1 second'"),
    ],
)
def test_the_desk_cannot_skip_a_step_in_the_table(
    place: Workplace, desk: Desk, who: str, change: str
) -> None:
    recovery_id = asked(place, desk)
    actor: Actor = getattr(desk, who)
    assert _moved(place, actor, DbRole.CASEWORK, recovery_id, change) == 0
    assert _state(place, desk) is RecoveryState.ASKED


@pytest.mark.promise("P6")
def test_a_signed_one_stays_as_it_was_signed(place: Workplace, desk: Desk) -> None:
    recovery_id = signed(place, desk)
    another = a_colleague(place, Role.APPROVER)
    changes = [
        (another, f"state = 'cooling', {SIGNED}"),
        (desk.approver, "opens_at = signed_at"),
        (desk.approver, f"state = 'handed', {HANDED}"),
        (
            desk.intake,
            "state = 'handed', handed_by = portal_actor(), token_hash = '\\x01', handed_at = signed_at",
        ),
        (desk.intake, f"state = 'declined', {ENDED}"),
        (desk.intake, f"state = 'stopped', {ENDED}"),
        (desk.approver, f"state = 'stopped', {ENDED}, stop_seen_at = now()"),
        (desk.intake, "state = 'asked'"),
    ]
    for actor, change in changes:
        assert _moved(place, actor, DbRole.CASEWORK, recovery_id, change) == 0, change
    assert _state(place, desk) is RecoveryState.COOLING


@pytest.mark.asvs("6.4.6")
def test_no_desk_reads_a_link_a_password_or_a_key(place: Workplace, desk: Desk) -> None:
    asked(place, desk)
    for column in ("token_hash", "new_password_hash", "new_totp_secret"):
        for actor, role in ((desk.intake, DbRole.CASEWORK), (an_actor(Role.ADMINISTRATOR), DbRole.ADMIN)):
            with pytest.raises(DatabaseError), place.open(actor, role) as work:
                work.session.execute(text(f"select {column} from recovery"))
    for role in (DbRole.ADMIN, DbRole.OVERSIGHT, DbRole.PUBLIC):
        with pytest.raises(DatabaseError), place.open(an_actor(Role.ADMINISTRATOR), role) as work:
            work.session.execute(text("select id from recovery"))


def test_the_desk_cannot_choose_a_password_or_a_key(place: Workplace, clock: SetClock, desk: Desk) -> None:
    recovery_id = signed(place, desk)
    clock.advance(hours=72)
    handed(place, desk, recovery_id)
    for change in ("new_password_hash = 'x'", "new_totp_secret = '\\x01'", "token_hash = '\\x02'"):
        assert _moved(place, desk.intake, DbRole.CASEWORK, recovery_id, change) == 0
    for actor, role in ((desk.intake, DbRole.CASEWORK), (ANONYMOUS, DbRole.FAMILY), (WORKER, DbRole.WORKER)):
        with pytest.raises(DatabaseError), place.open(actor, role) as work:
            work.session.execute(text("select portal_finish_recovery(now(), null)"))


def test_without_the_link_nothing_finishes(place: Workplace, clock: SetClock, desk: Desk) -> None:
    recovery_id = signed(place, desk, Lost.PASSWORD)
    clock.advance(hours=72)
    handed(place, desk, recovery_id)
    for actor in (ANONYMOUS, desk.relative.actor, desk.intake):
        with pytest.raises(DatabaseError), place.open(actor, DbRole.ACCOUNT) as work:
            work.session.execute(text("select portal_finish_recovery(now(), null)"))
        change = "new_password_hash = 'x'"
        assert _moved(place, actor, DbRole.ACCOUNT, recovery_id, change) == 0


def test_a_stranger_or_another_desk_sees_no_recovery(place: Workplace, desk: Desk) -> None:
    signed(place, desk)
    stranger = a_desk(place).relative.actor
    for actor, role in (
        (ANONYMOUS, DbRole.ACCOUNT),
        (ANONYMOUS, DbRole.FAMILY),
        (stranger, DbRole.ACCOUNT),
        (stranger, DbRole.FAMILY),
        (an_actor(Role.ANALYST), DbRole.CASEWORK),
        (an_actor(Role.LIAISON), DbRole.CASEWORK),
        (an_actor(Role.EDITOR), DbRole.CASEWORK),
        (an_actor(Role.CUSTODIAN), DbRole.CASEWORK),
    ):
        with place.open(actor, role) as work:
            assert work.session.scalar(text("select count(id) from recovery")) == 0


def test_a_declared_conflict_closes_it(place: Workplace, desk: Desk, owner: Connection) -> None:
    signed(place, desk)
    owner.execute(
        text(
            "insert into conflict_of_interest values (gen_random_uuid(), :inquiry, :account, now(), '\\x01')"
        ),
        {"inquiry": desk.relative.inquiry_id, "account": desk.intake.id},
    )
    with place.open(desk.intake, DbRole.CASEWORK) as work:
        assert work.session.scalar(text("select count(id) from recovery")) == 0


@pytest.mark.parametrize(
    "change",
    [
        "account_id = '{other}'",
        "proposed_by = '{approver}'",
        "state = 'cooling'",
        "marks = array['code_word', 'arrest', 'arrest', 'arrest']",
        "marks = array['arrest', 'filed', 'contact']",
    ],
)
def test_asking_is_held_by_the_table_too(
    place: Workplace, desk: Desk, owner: Connection, change: str
) -> None:
    values = {
        "account_id": f"'{desk.relative.actor.id}'",
        "proposed_by": f"'{desk.intake.id}'",
        "state": "'asked'",
        "marks": "array['arrest', 'code_word', 'filed']",
    }
    assert _inserted(place, desk.intake, desk, values)
    owner.execute(text("alter table recovery disable trigger all; delete from recovery"))
    name, _, value = change.partition(" = ")
    other = a_desk(place).relative.actor.id
    values[name] = value.format(other=other, approver=desk.approver.id)
    assert not _inserted(place, desk.intake, desk, values)


def test_only_intake_and_the_liaison_of_the_file_ask(place: Workplace, desk: Desk) -> None:
    team = a_team(place, desk.relative.inquiry_id)
    values = {
        "account_id": f"'{desk.relative.actor.id}'",
        "proposed_by": "portal_actor()",
        "state": "'asked'",
        "marks": "array['arrest', 'code_word', 'filed']",
    }
    others = [a_colleague(place, role) for role in (Role.LIAISON, Role.VERIFIER, Role.APPROVER, Role.ANALYST)]
    for actor in (*others, team.verifier, team.analyst):
        assert not _inserted(place, actor, desk, values)
    assert _inserted(place, team.liaison, desk, values)


def _inserted(place: Workplace, actor: Actor, desk: Desk, values: dict[str, str]) -> bool:
    columns = {"id": "gen_random_uuid()", "inquiry_id": f"'{desk.relative.inquiry_id}'", "lost": "'both'"}
    columns |= {"notes": "'\\x01'", "proposed_at": "now()", "lapses_at": "now()", "version": "1", **values}
    said = f"insert into recovery ({', '.join(columns)}) values ({', '.join(columns.values())})"
    try:
        with place.open(actor, DbRole.CASEWORK) as work:
            work.session.execute(text(said))
    except DatabaseError:
        return False
    return True


def _moved(place: Workplace, actor: Actor, role: DbRole, recovery_id: UUID, change: str) -> int:
    """How many rows such a change reaches; a refusal reaches none."""
    try:
        with place.open(actor, role) as work:
            done = work.session.execute(
                text(f"update recovery set {change} where id = '{recovery_id}' returning id")
            )
            return len(done.all())
    except (DatabaseError, Conflict):
        return 0


def _refused(owner: Connection, statement: str) -> bool:
    owner.execute(text("alter table recovery disable trigger recovery_moves"))
    try:
        owner.execute(text(statement))
    except DatabaseError:
        return True
    return False


def _state(place: Workplace, desk: Desk) -> RecoveryState:
    with place.open(desk.intake, DbRole.CASEWORK) as work:
        return RecoveryState(work.session.scalars(text("select state from recovery")).one())
