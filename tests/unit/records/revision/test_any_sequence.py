"""Whatever is read, decided and corrected: only quotations stand, read by two, and no date becomes another."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.records.archive.models import RecordItem
from portal.records.revision import queries
from portal.records.transcription import service as transcription
from portal.records.transcription.vocab import ABSENT, UNREADABLE, Answer, Reading, ReadingState
from portal.records.truth import queries as truth
from portal.records.truth.vocab import RecordFacts, Statement
from portal.records.vocab import Part
from portal.vault.service import Vault
from tests.support.actors import an_actor
from tests.support.factories.matching import settle
from tests.support.factories.records import accept, read, staged
from tests.support.factories.revision import correct
from tests.support.factories.vault import pdf

# The words of each part are its own, so that one that slipped into another place would be seen.
WORDS = {
    Part.GIVEN: ("سامر", "نادر"),
    Part.FATHER: ("يوسف", "خليل"),
    Part.DIED_ON: ("2013-01-04", "2013-06-05"),
    Part.ISSUED_ON: ("2014-02-06", "2014-07-08"),
    Part.BIRTH_YEAR: ("1984", "1991"),
    Part.CAUSE: ("توقف القلب", "نزيف"),
}
ANSWERS = st.fixed_dictionaries(
    {part: st.sampled_from((ABSENT, UNREADABLE, *map(Answer, words))) for part, words in WORDS.items()}
)
READINGS = ANSWERS.map(Reading)
CORRECTIONS = st.lists(st.frozensets(st.sampled_from(list(WORDS))), max_size=3)


def _a_record(place: Workplace, vault: Vault) -> tuple[UUID, UUID]:
    number = str(uuid4().int % 50_000_000 + 10_000)
    with TemporaryDirectory() as folder:
        paper = Path(folder) / "death certificate" / f"901-{number}" / "paper.pdf"
        paper.parent.mkdir(parents=True)
        paper.write_bytes(pdf(1) + f"\n% {number}\n".encode())
        outcome = staged(place, vault, Path(folder), "{kind}/{branch}-{number}/{file}")
        accept(place, outcome.batch_id)
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        wanted = select(RecordItem.id, RecordItem.record_id).where(RecordItem.batch_id == outcome.batch_id)
        item_id, record_id = work.session.execute(wanted).one()
    return item_id, record_id


def _shown(place: Workplace, record_id: UUID) -> tuple[RecordFacts, list[Statement]]:
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        former = [said for version in queries.history(work, record_id).versions for said in version.held]
        said = [*truth.statements(work, record_id), *truth.set_aside(work, record_id), *former]
        return truth.facts(work, record_id), said


def _holds(place: Workplace, record_id: UUID, item_id: UUID, settled: Reading | None) -> None:
    facts, said = _shown(place, record_id)
    quoted = settled.quoted if settled else {}
    assert {(each.part, each.value, each.item_id) for each in said} <= {
        (part, words, item_id) for part, words in quoted.items()
    }
    assert facts.photographed_on is None
    assert facts.given in (None, quoted.get(Part.GIVEN))
    assert facts.father in (None, quoted.get(Part.FATHER))
    assert facts.died_on_stated in (None, quoted.get(Part.DIED_ON))
    assert str(facts.birth_year) in ("None", quoted.get(Part.BIRTH_YEAR))


@pytest.mark.promise("P13")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=READINGS, second=READINGS, third=READINGS, agree=st.booleans(), corrections=CORRECTIONS)
def test_only_quotations_read_by_two_stand_and_no_date_becomes_another(
    place: Workplace,
    vault: Vault,
    *,
    first: Reading,
    second: Reading,
    third: Reading,
    agree: bool,
    corrections: list[frozenset[Part]],
) -> None:
    item_id, record_id = _a_record(place, vault)
    read(place, item_id, first)
    _holds(place, record_id, item_id, None)
    settled = first
    if read(place, item_id, first if agree else second) is ReadingState.DISPUTED:
        _holds(place, record_id, item_id, None)
        with place.open(an_actor(Role.TRANSCRIBER), DbRole.CASEWORK) as work:
            transcription.settle_dispute(work, item_id, third)
        settled = third
    _holds(place, record_id, item_id, settled)
    if not settled.quoted:
        return
    settle(place, record_id)
    left_out: frozenset[Part] = frozenset()
    for wished in corrections:
        without = wished & settled.quoted.keys()
        if without != left_out and without != settled.quoted.keys():
            correct(place, record_id, without=without)
            left_out = frozenset(without)
        _holds(place, record_id, item_id, settled)
        assert not {each.part for each in _stands(place, record_id)} & left_out


def _stands(place: Workplace, record_id: UUID) -> list[Statement]:
    with place.open(an_actor(Role.ANALYST), DbRole.CASEWORK) as work:
        return truth.statements(work, record_id)
