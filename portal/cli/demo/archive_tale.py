"""How the demo's archive came in: staged, accepted by a second person, read by two, its truth confirmed by two."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from portal.cli.demo.cast import Cast
from portal.cli.demo.invented import InventedName, SamplePerson
from portal.cli.demo.papers import died_on
from portal.cli.demo.sample_archive import SampleArchive, make_sample_archive
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Work
from portal.records.archive import importing
from portal.records.archive import queries as archive_queries
from portal.records.archive import service as archive
from portal.records.transcription import service as transcription
from portal.records.transcription.vocab import Answer, Reading
from portal.records.truth import queries as truth_queries
from portal.records.truth import service as truth
from portal.records.vocab import FileKind, Part
from portal.vault.service import Vault


@dataclass(frozen=True, slots=True)
class Size:
    """How many people an archive holds, of how many a paper tells the name, and how many pictures there are of each."""

    people: int
    named: int
    pictures: int


SHOWN = Size(people=26, named=20, pictures=2)
STAGED = Size(people=10, named=4, pictures=2)
LEFT_OPEN = 4


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A record whose papers tell a name, confirmed by two people."""

    record_id: UUID
    person: SamplePerson

    @property
    def name(self) -> InventedName:
        """The name its papers tell."""
        if self.person.name is None:
            raise ValueError("no paper tells this name")
        return self.person.name


@dataclass(frozen=True, slots=True)
class _Papers:
    record_id: UUID
    person: SamplePerson
    items: tuple[UUID, ...]


def tell(cast: Cast, vault: Vault, folder: Path, size: Size = SHOWN) -> list[FoundPerson]:
    """Bring one archive in and read it; a second one still waits for another custodian."""
    sample, batch_id = _stage(cast, vault, folder / "first", size)
    with cast.place.open(cast.one(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        archive.accept(work, batch_id, archive_queries.batch(work, batch_id).version)
    papers = _papers(cast, sample.people)
    _leave_open(cast, papers[:LEFT_OPEN])
    found = [_read_and_confirm(cast, each) for each in papers[LEFT_OPEN:]]
    _stage(cast, vault, folder / "second", STAGED)
    return found


def _stage(cast: Cast, vault: Vault, folder: Path, size: Size) -> tuple[SampleArchive, UUID]:
    seed = sum(folder.name.encode())
    sample = make_sample_archive(folder, seed, size.people, size.named, size.pictures)
    planned = importing.plan(sample.folder, sample.layout)
    outcome = importing.stage_folder(cast.place, vault, planned, lambda: None)
    if outcome.batch_id is None:
        raise ValueError("the sample archive brought nothing new")
    return sample, outcome.batch_id


def _papers(cast: Cast, people: tuple[SamplePerson, ...]) -> list[_Papers]:
    named = {(person.branch, person.number): person for person in people if person.name}
    with cast.place.open(cast.one(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        return [
            _Papers(record.id, named[record.branch or "", record.number], _readable(work, record.id))
            for record in truth_queries.unread(work)
            if (record.branch, record.number) in named and _readable(work, record.id)
        ]


def _readable(work: Work, record_id: UUID) -> tuple[UUID, ...]:
    items = truth_queries.items(work, record_id)
    return tuple(item.id for item in items if item.kind is FileKind.DEATH_CERTIFICATE)


def _read_and_confirm(cast: Cast, papers: _Papers) -> FoundPerson:
    _read_and_propose(cast, papers)
    with cast.place.open(cast.one(Role.APPROVER), DbRole.CASEWORK) as work:
        truth.confirm_truth(work, papers.record_id, truth_queries.facts(work, papers.record_id).version)
    return FoundPerson(papers.record_id, papers.person)


def _read_and_propose(cast: Cast, papers: _Papers) -> None:
    for item_id in papers.items:
        for reader in (0, 1):
            _read(cast, item_id, papers.person, reader)
    with cast.place.open(cast.one(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        truth.propose_truth(
            work, papers.record_id, "two readings of the certificate agree, and the number fits"
        )


def _leave_open(cast: Cast, papers: list[_Papers]) -> None:
    """One paper read once, one in dispute, one settled by a third, one record that waits for its second signature."""
    once, disputed, settled, proposed = papers
    _read(cast, once.items[0], once.person, 0)
    for each in (disputed, settled):
        _read(cast, each.items[0], each.person, 0)
        _read(cast, each.items[0], each.person, 1, born=-9)
    with cast.place.open(cast.one(Role.TRANSCRIBER, 2), DbRole.CASEWORK) as work:
        transcription.settle_dispute(work, settled.items[0], _reading(settled.person))
    _read_and_propose(cast, proposed)


def _read(cast: Cast, item_id: UUID, person: SamplePerson, reader: int, born: int = 0) -> None:
    with cast.place.open(cast.one(Role.TRANSCRIBER, reader), DbRole.CASEWORK) as work:
        transcription.write_reading(work, item_id, _reading(person, born))


def _reading(person: SamplePerson, born: int = 0) -> Reading:
    name = person.name
    if name is None:
        return Reading({})
    said = {
        Part.GIVEN: name.given.arabic,
        Part.FATHER: name.father.arabic,
        Part.GRANDFATHER: name.grandfather.arabic,
        Part.FAMILY: name.family.arabic,
        Part.MOTHER: name.mother.arabic,
        Part.MOTHER_FAMILY: name.mother_family.arabic,
        Part.BIRTH_YEAR: str(name.birth_year + born),
        Part.NUMBER: person.number,
        Part.BRANCH: person.branch,
        Part.DIED_ON: f"{died_on(person):%d.%m.%Y}",  # as the certificate has it
        Part.CAUSE: "توقف القلب والتنفس",
    }
    return Reading({part: Answer(words) for part, words in said.items()})
