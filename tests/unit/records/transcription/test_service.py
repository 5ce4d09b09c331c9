"""Two people read a paper apart from each other; where they differ a third decides."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from portal.audit.models import AuditEntry
from portal.audit.vocab import Event
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.transcription import queries, service
from portal.records.transcription.models import ReadingRow, Transcription
from portal.records.transcription.vocab import ReadingState, unreadable
from portal.records.truth import queries as truth
from portal.records.vocab import FileKind, Part, RecordState
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.records import a_paper, a_reading, available, read

ONE = {"given": "سامر", "father": "خالد", "family": "الزعترولي", "birth_year": "١٩٨٤"}


@pytest.fixture
def paper(place: Workplace, vault: Vault, tmp_path: Path) -> UUID:
    available(place, vault, tmp_path)
    return a_paper(place)[0]


def _events(place: Workplace, *events: Event) -> list[int]:
    with place.open(an_actor(Role.AUDITOR), DbRole.OVERSIGHT) as work:
        return [
            work.session.scalar(
                select(func.count()).select_from(AuditEntry).where(AuditEntry.event == event.value)
            )
            or 0
            for event in events
        ]


def _readings_seen(place: Workplace, actor: Actor, paper: UUID) -> int:
    with place.open(actor, DbRole.CASEWORK) as work:
        found = select(func.count()).select_from(ReadingRow).where(ReadingRow.item_id == paper)
        return work.session.scalar(found) or 0


def _said(place: Workplace, paper: UUID) -> dict[Part, str]:
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        rows = work.session.execute(text("select record_id from record_item where id = :id"), {"id": paper})
        return {said.part: said.value for said in truth.statements(work, rows.scalar_one())}


def test_two_equal_readings_make_the_quotations(place: Workplace, paper: UUID) -> None:
    assert read(place, paper, a_reading(**ONE)) is ReadingState.READ_ONCE
    assert _said(place, paper) == {}
    again = a_reading(**ONE | {"birth_year": "1984", "father": "خالِد"})
    assert read(place, paper, again) is ReadingState.AGREED
    assert _said(place, paper) == {Part(part): value for part, value in ONE.items()}
    assert _events(place, Event.RECORDS_READING_WRITTEN, Event.RECORDS_READING_AGREED) == [2, 1]


@pytest.mark.promise("P9")
def test_the_second_reader_cannot_see_the_first_reading(place: Workplace, paper: UUID) -> None:
    first, second = an_actor(Role.TRANSCRIBER), an_actor(Role.TRANSCRIBER, Role.CUSTODIAN)
    read(place, paper, a_reading(**ONE), first)
    assert _readings_seen(place, first, paper) == 1
    assert _readings_seen(place, second, paper) == 0
    with place.open(second, DbRole.CASEWORK) as work:
        assert work.session.scalar(select(func.portal_reading_beside(paper))) is None
        with pytest.raises(NotFound):
            queries.dispute(work, paper)
    assert read(place, paper, a_reading(given="سالم"), second) is ReadingState.DISPUTED
    assert _readings_seen(place, first, paper) == _readings_seen(place, second, paper) == 1


def test_a_difference_goes_to_a_third_person_who_sees_both_without_names(
    place: Workplace, paper: UUID
) -> None:
    readers = [an_actor(Role.TRANSCRIBER) for _ in range(3)]
    read(place, paper, a_reading(**ONE), readers[0])
    read(place, paper, a_reading(**ONE | {"given": "سالم"}), readers[1])
    assert _said(place, paper) == {}
    for reader in readers[:2]:
        with pytest.raises(NotAllowed), place.open(reader, DbRole.CASEWORK) as work:
            service.settle_dispute(work, paper, a_reading(**ONE))
    with place.open(readers[2], DbRole.CASEWORK) as work:
        assert queries.next_dispute(work) == paper
        found = queries.dispute(work, paper)
        assert found.differing == (Part.GIVEN,)
        assert {found.one[Part.GIVEN].text, found.other[Part.GIVEN].text} == {"سامر", "سالم"}
    with place.open(readers[2], DbRole.CASEWORK) as work:
        service.settle_dispute(work, paper, a_reading(**ONE))
    assert _said(place, paper)[Part.GIVEN] == "سامر"
    assert _events(place, Event.RECORDS_READING_DISPUTED, Event.RECORDS_READING_SETTLED) == [1, 1]
    with pytest.raises(NotAllowed), place.open(an_actor(Role.TRANSCRIBER), DbRole.CASEWORK) as work:
        service.settle_dispute(work, paper, a_reading(given="another"))


@pytest.mark.promise("P6")
def test_one_person_reads_a_paper_once(place: Workplace, paper: UUID) -> None:
    reader = an_actor(Role.TRANSCRIBER)
    read(place, paper, a_reading(**ONE), reader)
    with pytest.raises(NotAllowed):
        read(place, paper, a_reading(**ONE), reader)
    assert _readings_seen(place, reader, paper) == 1
    with place.open(reader, DbRole.CASEWORK) as work, pytest.raises(NotFound):
        queries.paper(work, paper)


def test_a_settled_paper_takes_no_more_readings(place: Workplace, paper: UUID) -> None:
    for _ in range(2):
        read(place, paper, a_reading(**ONE))
    with pytest.raises(NotAllowed):
        read(place, paper, a_reading(**ONE))


def test_a_paper_nobody_can_read_says_nothing_and_changes_nothing(place: Workplace, paper: UUID) -> None:
    read(place, paper, unreadable())
    assert read(place, paper, unreadable()) is ReadingState.AGREED
    assert _said(place, paper) == {}
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        record = work.session.execute(
            text("select record_id from record_item where id = :id"), {"id": paper}
        ).scalar_one()
        assert truth.facts(work, record).state is RecordState.PRELIMINARY


def test_the_queue_offers_papers_only_once_and_passes_over(place: Workplace, paper: UUID) -> None:
    reader = an_actor(Role.TRANSCRIBER)
    with place.open(reader, DbRole.CASEWORK) as work:
        waiting, _ = queries.waiting(work)
        first = queries.next_paper(work)
        second = queries.next_paper(work, first)
    assert waiting > 1
    assert first is not None
    assert second not in {first, None}
    read(place, first, unreadable(), reader)
    with place.open(reader, DbRole.CASEWORK) as work:
        assert queries.waiting(work) == (waiting - 1, 0)
        assert queries.next_paper(work, second) != first


def test_a_transcriber_opens_papers_but_no_photographs(place: Workplace, vault: Vault, paper: UUID) -> None:
    photograph, _ = a_paper(place, FileKind.PHOTOGRAPH)
    with place.open(an_actor(Role.TRANSCRIBER), DbRole.CASEWORK) as work:
        assert service.open_paper(work, vault, paper).sheets
        with pytest.raises(NotFound):
            service.open_paper(work, vault, photograph)
    with pytest.raises(NotFound):
        read(place, photograph, a_reading(**ONE))


@pytest.mark.parametrize("role", [Role.CUSTODIAN, Role.ANALYST, Role.APPROVER])
def test_others_do_not_read_papers_into_the_record(place: Workplace, paper: UUID, role: Role) -> None:
    with pytest.raises(NotAllowed):
        read(place, paper, a_reading(**ONE), an_actor(role))
    assert _events(place, Event.RECORDS_READING_WRITTEN) == [0]


@pytest.mark.promise("P9")
def test_the_database_takes_no_quotation_from_an_unsettled_paper(place: Workplace, paper: UUID) -> None:
    reader = an_actor(Role.TRANSCRIBER)
    read(place, paper, a_reading(**ONE), reader)
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        place.open(reader, DbRole.CASEWORK) as work,
    ):
        service.truth.take_over(work, paper, {Part.GIVEN: "made up"})
    with place.open(reader, DbRole.CASEWORK) as work:
        assert work.session.get(Transcription, paper) is not None
        work.session.execute(select(func.portal_record_says_more(paper)))
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        record = work.session.execute(text("select max(version) from record")).scalar_one()
    assert record == 1
