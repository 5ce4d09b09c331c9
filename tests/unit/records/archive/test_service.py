"""What was staged waits for a second person; sent back, nothing of it is left."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from portal.audit.models import AuditEntry
from portal.audit.vocab import Event
from portal.kernel.actor import ANONYMOUS, OPERATOR, WORKER, Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, NotAllowed, NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.archive import importing, queries, service
from portal.records.archive.models import ImportFile, Record, RecordItem
from portal.records.archive.vocab import Outcome
from portal.records.vocab import BatchState, Fate, FileKind, Oddity
from portal.vault import service as vaults
from portal.vault.models import VaultObject
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.records import LAYOUT, a_paper, accept, available, sample, staged

TABLES = ("import_batch", "import_file", "record", "record_item", "transcription", "reading", "statement")


@pytest.fixture
def outcome(place: Workplace, vault: Vault, tmp_path: Path) -> Outcome:
    return staged(place, vault, sample(tmp_path))


def _id(outcome: Outcome) -> UUID:
    assert outcome.batch_id is not None
    return outcome.batch_id


def _state(place: Workplace, outcome: Outcome) -> BatchState:
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        return queries.batch(work, _id(outcome)).state


def _seen(place: Workplace, actor: Actor, table: str, role: DbRole = DbRole.CASEWORK) -> int:
    with place.open(actor, role) as work:
        return int(work.session.scalar(text(f"select count(*) from {table}")) or 0)


def _events(place: Workplace, event: Event) -> int:
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        wanted = select(func.count()).select_from(AuditEntry).where(AuditEntry.event == event.value)
        return work.session.scalar(wanted) or 0


@pytest.mark.promise("P6")
def test_a_second_custodian_accepts_and_everything_becomes_available(
    place: Workplace, vault: Vault, outcome: Outcome
) -> None:
    analyst = an_actor(Role.ANALYST)
    assert (_seen(place, analyst, "record"), _seen(place, analyst, "record_item")) == (0, 0)
    custodian = an_actor(Role.CUSTODIAN)
    accept(place, outcome.batch_id, custodian)
    with place.open(custodian, DbRole.CASEWORK) as work:
        batch = queries.batch(work, _id(outcome))
        assert (batch.state, batch.signed_by) == (BatchState.ACCEPTED, custodian.id)
        assert queries.waiting_for_me(work) == []
    assert _seen(place, analyst, "record") == outcome.numbers
    assert _seen(place, analyst, "record_item") == outcome.counts.stored
    assert _events(place, Event.RECORDS_BATCH_ACCEPTED) == 1


@pytest.mark.promise("P6")
def test_who_staged_a_batch_cannot_accept_it(place: Workplace, vault: Vault, tmp_path: Path) -> None:
    custodian = an_actor(Role.CUSTODIAN)
    planned = importing.plan(sample(tmp_path), LAYOUT)
    own = importing.stage_folder(place, vault, planned, lambda: None, custodian)
    with pytest.raises(NotAllowed):
        accept(place, own.batch_id, custodian)
    assert _state(place, own) is BatchState.STAGED
    assert _events(place, Event.RECORDS_BATCH_ACCEPTED) == 0
    with pytest.raises((ProgrammingError, IntegrityError)), place.open(custodian, DbRole.CASEWORK) as work:
        work.session.execute(
            text("update import_batch set state = 'accepted', signed_by = :me"), {"me": custodian.id}
        )
    accept(place, own.batch_id)
    assert _state(place, own) is BatchState.ACCEPTED


@pytest.mark.promise("P6")
def test_the_table_itself_refuses_one_person_in_both_places(
    place: Workplace, outcome: Outcome, addresses: Addresses
) -> None:
    with pytest.raises(IntegrityError, match="two_people"):  # the owner passes every policy, not the check
        _as_owner(addresses, "update import_batch set signed_by = proposed_by, state = 'accepted'")
    with pytest.raises(IntegrityError, match="accepted_is_signed"):
        _as_owner(addresses, "update import_batch set state = 'accepted'")


@pytest.mark.promise("P6")
def test_nobody_but_a_custodian_accepts(place: Workplace, outcome: Outcome) -> None:
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        version = queries.batch(work, _id(outcome)).version
    for role in set(Role) - {Role.CUSTODIAN}:
        with pytest.raises((NotAllowed, NotFound)), place.open(an_actor(role), DbRole.CASEWORK) as work:
            service.accept(work, _id(outcome), version)
    assert _state(place, outcome) is BatchState.STAGED


def test_a_stale_page_and_a_second_acceptance_are_refused(place: Workplace, outcome: Outcome) -> None:
    with pytest.raises(Conflict), place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        service.accept(work, _id(outcome), 99)
    accept(place, outcome.batch_id)
    with pytest.raises(Conflict), place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        service.accept(work, _id(outcome), queries.batch(work, _id(outcome)).version)


@pytest.mark.promise("P16")
def test_what_is_rejected_leaves_nothing_but_its_counts(
    place: Workplace, vault: Vault, outcome: Outcome
) -> None:
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        version = queries.batch(work, _id(outcome)).version
        service.reject(work, vault, _id(outcome), version, "another office's archive")
    assert list(vault.objects.names()) == []
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        for table in (ImportFile, Record, RecordItem):
            assert work.session.scalar(select(func.count()).select_from(table)) == 0
        assert set(work.session.scalars(select(VaultObject.wrapped_key))) == {None}
        batch = queries.batch(work, _id(outcome))
    assert (batch.state, batch.counts, batch.reason) == (
        BatchState.REJECTED,
        outcome.counts,
        "another office's archive",
    )
    assert (_events(place, Event.RECORDS_BATCH_STAGED), _events(place, Event.RECORDS_BATCH_REJECTED)) == (
        1,
        1,
    )
    with pytest.raises(Conflict), place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        service.accept(work, _id(outcome), batch.version)


def test_after_a_rejection_the_same_folder_can_come_again(
    place: Workplace, vault: Vault, tmp_path: Path, outcome: Outcome
) -> None:
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        service.reject(work, vault, _id(outcome), queries.batch(work, _id(outcome)).version, "wrong label")
    again = staged(place, vault, tmp_path / "archive")
    assert again.counts == outcome.counts


def test_people_known_from_elsewhere_outlive_a_rejection(
    place: Workplace, vault: Vault, tmp_path: Path
) -> None:
    first = available(place, vault, tmp_path)
    picture = next(path for path in sorted((tmp_path / "archive").rglob("IMG_0002.jpg")))
    picture.with_name("IMG_0055.jpg").write_bytes(picture.read_bytes() + b"more")
    second = staged(place, vault, tmp_path / "archive")
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        service.reject(work, vault, _id(second), queries.batch(work, _id(second)).version, "not ours")
    assert _seen(place, an_actor(Role.ANALYST), "record") == first.numbers
    assert _seen(place, OPERATOR, "record_item") == first.counts.stored
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert all(vaults.verify(work, vault, one.object_id) for one in queries.held(work))


def test_an_accepted_batch_is_never_rejected(place: Workplace, vault: Vault, outcome: Outcome) -> None:
    accept(place, outcome.batch_id)
    with pytest.raises(Conflict), place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        service.reject(work, vault, _id(outcome), queries.batch(work, _id(outcome)).version, "too late")
    assert _seen(place, OPERATOR, "record_item") == outcome.counts.stored


@pytest.mark.promise("P2")
def test_no_other_audience_reaches_the_archive(place: Workplace, outcome: Outcome) -> None:
    accept(place, outcome.batch_id)
    everybody = Actor(uuid4(), frozenset(Role))
    for db_role, table in product(set(DbRole) - {DbRole.CASEWORK}, TABLES):
        if (db_role, table) == (DbRole.WORKER, "record_item"):
            continue
        with pytest.raises(DBAPIError, match="permission denied"):
            _seen(place, everybody, table, db_role)


@pytest.mark.promise("P2")
def test_the_worker_sees_ids_of_accepted_photographs_and_nothing_else(
    place: Workplace, outcome: Outcome
) -> None:
    assert _seen(place, WORKER, "record_item", DbRole.WORKER) == 0
    accept(place, outcome.batch_id)
    with place.open(WORKER, DbRole.WORKER) as work:
        kinds = set(work.session.scalars(text("select kind from record_item")))
    assert kinds == {"photograph"}
    for column in ("file_id", "batch_id", "media_type"):
        with pytest.raises(DBAPIError, match="permission denied"), place.open(WORKER, DbRole.WORKER) as work:
            work.session.execute(text(f"select {column} from record_item"))


@pytest.mark.promise("P2")
def test_the_database_shows_each_role_its_part(place: Workplace, outcome: Outcome) -> None:
    accept(place, outcome.batch_id)
    sees = {
        Role.CUSTODIAN: (True, True, True),
        Role.OPERATOR: (True, True, True),
        Role.ANALYST: (True, True, False),
        Role.APPROVER: (True, True, False),
        Role.TRANSCRIBER: (True, False, False),
    }
    parts = ("record_item where kind <> 'photograph'", "record_item where kind = 'photograph'", "import_file")
    for role in Role:
        seen = tuple(_seen(place, an_actor(role), part) > 0 for part in parts)
        assert seen == sees.get(role, (False, False, False)), role
    assert [_seen(place, ANONYMOUS, part) for part in parts] == [0, 0, 0]


@pytest.mark.asvs("11.3.3")
@pytest.mark.promise("P17")
def test_damage_to_a_stored_file_is_found(
    place: Workplace, vault: Vault, tmp_path: Path, outcome: Outcome
) -> None:
    stored = sorted(p for p in (tmp_path / "data" / "vault").rglob("*") if p.is_file())[0]
    content = stored.read_bytes()
    stored.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        found = [one for one in queries.held(work) if not vaults.verify(work, vault, one.object_id)]
    assert len(found) == 1
    assert _events(place, Event.VAULT_OBJECT_DAMAGED) == 1


@pytest.mark.asvs("5.2.2")
@pytest.mark.asvs("16.3.2")
@pytest.mark.promise("P15")
@pytest.mark.promise("P17")
def test_an_item_is_opened_drawn_anew_and_the_opening_is_remembered(
    place: Workplace, vault: Vault, outcome: Outcome
) -> None:
    accept(place, outcome.batch_id)
    scan, _ = a_paper(place, FileKind.COURT_SIGN_OFF)
    scripted, _ = a_paper(place)
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        opened = service.open_original(work, vault, scan, "comparing")
        paper = service.open_original(work, vault, scripted, "comparing")
    assert [sheet[:2] for sheet in opened.sheets] == [b"\xff\xd8"] * 2
    assert b"JavaScript" not in paper.sheets[0]
    assert _events(place, Event.RECORDS_ORIGINAL_OPENED) == 2


@pytest.mark.asvs("8.3.1")
def test_an_item_is_not_opened_by_who_may_not(place: Workplace, vault: Vault, outcome: Outcome) -> None:
    accept(place, outcome.batch_id)
    photograph, _ = a_paper(place, FileKind.PHOTOGRAPH)
    for role in (Role.TRANSCRIBER, Role.VERIFIER):
        with pytest.raises(NotFound), place.open(an_actor(role), DbRole.CASEWORK) as work:
            service.open_original(work, vault, photograph, "comparing")
    assert _events(place, Event.RECORDS_ORIGINAL_OPENED) == 0


def test_lists_of_files_come_page_by_page(place: Workplace, outcome: Outcome) -> None:
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        refused = queries.files_with(work, _id(outcome), Fate.REFUSED)
        numberless = queries.files_with(work, _id(outcome), Oddity.NO_NUMBER)
        counted = queries.oddities(work, _id(outcome))
    assert len(refused.items) == outcome.counts.refused
    assert len(numberless.items) == counted[Oddity.NO_NUMBER] == outcome.oddities[Oddity.NO_NUMBER]


def test_a_batch_is_named_by_the_beginning_of_its_id(place: Workplace, outcome: Outcome) -> None:
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        assert queries.batch_called(work, str(outcome.batch_id)[:8]).id == outcome.batch_id
        with pytest.raises(NotFound):
            queries.batch_called(work, "ffffffff" if str(outcome.batch_id)[0] != "f" else "00000000")


def test_photographs_date_a_record_and_papers_do_not(place: Workplace, vault: Vault, tmp_path: Path) -> None:
    available(place, vault, tmp_path)
    with place.open(OPERATOR, DbRole.CASEWORK) as work:
        rows = work.session.execute(
            select(Record.photographed_on, func.min(ImportFile.dated))
            .join(RecordItem, RecordItem.record_id == Record.id)
            .join(ImportFile, ImportFile.id == RecordItem.file_id)
            .where(RecordItem.kind == FileKind.PHOTOGRAPH)
            .group_by(Record.id)
        ).all()
        earlier = work.session.scalar(
            select(func.count())
            .select_from(ImportFile)
            .join(RecordItem, RecordItem.file_id == ImportFile.id)
            .join(Record, Record.id == RecordItem.record_id)
            .where(ImportFile.dated < Record.photographed_on)
        )
    assert all(day == first for day, first in rows)
    assert earlier  # certificates name a day before the photographs


def _as_owner(addresses: Addresses, statement: str) -> None:
    engine = create_engine(addresses.owner)
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()
