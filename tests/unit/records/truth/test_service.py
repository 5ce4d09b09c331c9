"""What a record says is settled by two people, and every change voids what they signed."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import IntegrityError

from portal.audit.models import AuditEntry
from portal.audit.vocab import Event
from portal.kernel.actor import Actor
from portal.kernel.database import Addresses
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, NotAllowed, NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.truth import queries, service
from portal.records.vocab import FileKind, Part, RecordState
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.records import a_paper, a_reading, available, read_by_two, sample, staged

NAME = {"given": "سامر", "father": "خالد", "grandfather": "مروان", "family": "الزعترولي"}
REST = {"mother": "خديجة", "mother_family": "البيدروشي", "birth_year": "١٩٨٤"}
STATED = {"died_on": "02.11.2019", "place": "مشفى 601", "cause": "توقف القلب", "issued_on": "09.11.2019"}
PAPER = NAME | REST | STATED


@pytest.fixture
def record(place: Workplace, vault: Vault, tmp_path: Path) -> UUID:
    available(place, vault, tmp_path)
    paper, record_id = a_paper(place, FileKind.HOSPITAL_REPORT)
    read_by_two(place, paper, a_reading(**PAPER))
    return record_id


def _propose(place: Workplace, record: UUID, by: Actor | None = None) -> None:
    with place.open(by or an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        service.propose_truth(work, record, "the papers agree")


def _confirm(place: Workplace, record: UUID, version: int, by: Actor | None = None) -> None:
    with place.open(by or an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        service.confirm_truth(work, record, version)


def _facts(place: Workplace, record: UUID) -> queries.RecordFacts:
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        return queries.facts(work, record)


def _another_paper_speaks(place: Workplace, record: UUID) -> None:
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        certificate = next(
            item.id for item in queries.items(work, record) if item.kind is FileKind.DEATH_CERTIFICATE
        )
    read_by_two(place, certificate, a_reading(**PAPER | {"given": "سالم"}))


def test_agreed_readings_become_facts_and_stay_quotations(place: Workplace, record: UUID) -> None:
    facts = _facts(place, record)
    assert (facts.state, facts.version) == (RecordState.TRANSCRIBED, 2)
    assert {name: getattr(facts, name) for name in NAME} == NAME
    assert facts.birth_year == 1984
    assert facts.died_on_stated == "02.11.2019"
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        said = queries.statements(work, record)
    assert {one.part.value: one.value for one in said} == PAPER
    assert {one.source_kind for one in said} == {FileKind.HOSPITAL_REPORT}


@pytest.mark.promise("P13")
def test_a_stated_cause_is_never_a_fact(place: Workplace, record: UUID) -> None:
    facts = _facts(place, record)
    assert "توقف القلب" not in {getattr(facts, name) for name in facts.__slots__}


def test_the_three_kinds_of_date_are_never_mixed(place: Workplace, record: UUID) -> None:
    facts = _facts(place, record)
    assert facts.photographed_on is not None
    assert facts.photographed_on.isoformat() not in {"2019-11-02", "2019-11-09"}
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        said = {one.part: one.value for one in queries.statements(work, record)}
    assert (said[Part.DIED_ON], said[Part.ISSUED_ON]) == ("02.11.2019", "09.11.2019")


@pytest.mark.promise("P6")
def test_truth_is_proposed_by_one_and_confirmed_by_another(place: Workplace, record: UUID) -> None:
    custodian, approver = an_actor(Role.CUSTODIAN), an_actor(Role.APPROVER)
    _propose(place, record, custodian)
    with place.open(approver, DbRole.CASEWORK) as work:
        assert [one.id for one in queries.waiting_for_me(work)] == [record]
    version = _facts(place, record).version
    for wrong in (custodian, an_actor(Role.CUSTODIAN), an_actor(Role.ANALYST)):
        with pytest.raises((NotAllowed, NotFound)):
            _confirm(place, record, version, wrong)
    assert _facts(place, record).state is RecordState.TRANSCRIBED
    _confirm(place, record, version, approver)
    assert (_facts(place, record).state, _facts(place, record).version) == (RecordState.CONFIRMED, version)


@pytest.mark.promise("P6")
def test_the_table_itself_refuses_one_person_in_both_places(
    place: Workplace, record: UUID, addresses: Addresses
) -> None:
    _propose(place, record)
    forged = "update record set state = 'confirmed', signed_by = proposed_by where proposed_by is not null"
    engine = create_engine(addresses.owner)  # the owner passes every policy, not the check
    try:
        with pytest.raises(IntegrityError, match="two_people"), engine.begin() as connection:
            connection.execute(text(forged))
    finally:
        engine.dispose()


def test_nothing_is_confirmed_that_nobody_proposed_or_read(
    place: Workplace, vault: Vault, record: UUID
) -> None:
    with pytest.raises(NotAllowed):
        _confirm(place, record, _facts(place, record).version)
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        unread = work.session.execute(
            text("select id from record where state = 'preliminary' limit 1")
        ).scalar_one()
    with pytest.raises(NotAllowed):
        _propose(place, unread)


@pytest.mark.promise("P7")
def test_a_change_after_the_proposal_voids_it(place: Workplace, record: UUID) -> None:
    _propose(place, record)
    seen = _facts(place, record).version
    _another_paper_speaks(place, record)
    with pytest.raises(NotAllowed):
        _confirm(place, record, seen)
    assert _facts(place, record).state is RecordState.TRANSCRIBED


@pytest.mark.promise("P7")
def test_a_confirmed_record_that_changes_is_a_corrected_one(place: Workplace, record: UUID) -> None:
    _propose(place, record)
    version = _facts(place, record).version
    _confirm(place, record, version)
    _another_paper_speaks(place, record)
    facts = _facts(place, record)
    assert (facts.state, facts.version, facts.given) == (RecordState.CORRECTED, version + 1, "سالم")
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        opened = service.open_record(work, record)
    assert opened.differing == (Part.GIVEN,)
    assert opened.signatures.signed_by is None
    _propose(place, record)
    _confirm(place, record, facts.version)
    assert _facts(place, record).state is RecordState.CONFIRMED


def test_a_stale_page_is_refused(place: Workplace, record: UUID) -> None:
    _propose(place, record)
    with pytest.raises(Conflict):
        _confirm(place, record, 1)
    assert _facts(place, record).state is RecordState.TRANSCRIBED


@pytest.mark.promise("P15")
def test_opening_a_record_is_remembered_with_the_case(place: Workplace, record: UUID) -> None:
    case = UUID(int=7)
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        opened = service.open_record(work, record, case)
    assert opened.photographs > 0
    assert {item.kind for item in opened.papers} >= {FileKind.HOSPITAL_REPORT, FileKind.DEATH_CERTIFICATE}
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        entry = select(AuditEntry.subject_id, AuditEntry.case_id).where(
            AuditEntry.event == Event.RECORDS_RECORD_READ.value
        )
        assert work.session.execute(entry).all() == [(record, case)]


def test_only_what_was_read_and_accepted_can_be_compared(
    place: Workplace, vault: Vault, tmp_path: Path, record: UUID
) -> None:
    staged(place, vault, sample(tmp_path / "second", seed=9))
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        compared = queries.comparable(work)
        everything = work.session.scalar(select(func.count()).select_from(text("record")))
    assert [facts.id for facts in compared] == [record]
    assert compared[0] == _facts(place, record)
    assert (everything or 0) > 20


@pytest.mark.promise("P2")
@pytest.mark.parametrize("role", [Role.INTAKE, Role.VERIFIER, Role.TRANSCRIBER])
def test_for_others_there_is_no_such_record(place: Workplace, record: UUID, role: Role) -> None:
    with pytest.raises(NotFound), place.open(an_actor(role), DbRole.CASEWORK) as work:
        queries.facts(work, record)
    with pytest.raises(NotAllowed), place.open(an_actor(role), DbRole.CASEWORK) as work:
        service.open_record(work, record)


@pytest.mark.promise("P16")
def test_what_papers_say_is_sealed_in_the_database(place: Workplace, record: UUID) -> None:
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        kept = work.session.scalars(text("select value from statement")).all()
    assert kept
    assert not [value for value in kept if "سامر".encode() in bytes(value)]
