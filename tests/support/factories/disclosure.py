"""Cases on their way to a conversation: matched, written, sealed, signed, told; each act by whom it belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select

from portal.casework import service as casework
from portal.disclosure.packages import queries, service
from portal.disclosure.telling import service as telling
from portal.disclosure.telling.vocab import Conversation
from portal.disclosure.vocab import FaceCrop, Item, Manner, Package
from portal.inquiries import queries as inquiries
from portal.inquiries.vocab import InquiryState, Layer
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.permissions import Role
from portal.kernel.work import Workplace
from portal.notifications.vocab import Rhythm
from portal.records.archive.models import Record, RecordItem
from portal.records.vocab import FileKind, Part
from portal.vault.service import Vault
from portal.verification.vocab import DecisionKind
from tests.support.actors import an_actor
from tests.support.factories import matching, verification
from tests.support.factories.accounts import Person, a_staff_account
from tests.support.factories.inquiries import SOUGHT, a_filed_inquiry, a_signed_up_relative, advance
from tests.support.factories.records import a_reading, accept, read_by_two, staged
from tests.support.factories.vault import picture, saved

CAUSE = "توقف القلب"
BRANCH = "901"
SAID = {name: getattr(SOUGHT, name) for name in ("given", "father", "grandfather", "family", "mother")}
WORDS = (
    Item(Layer.FACT, 0, "The documents show that Samer died."),
    Item(Layer.DATE_PLACE, 0, "A paper gives a day in November 2014."),
    Item(Layer.PAPERS, 0, "What follows are words of a paper."),
    Item(Layer.PAPERS, 1, CAUSE, "The death certificate", part=Part.CAUSE),
    Item(Layer.PHOTOGRAPHS_EXIST, 0, "There are photographs."),
    Item(Layer.DESCRIPTION, 0, "He wears a dark shirt. His eyes are closed."),
)
TOLD = Conversation(Manner.TELEPHONE, True, "her sister", "she wept, and asked for the place", frozenset())
ARRANGED = Conversation(Manner.TELEPHONE, False, "nobody", "we agreed to speak on Tuesday", frozenset())


class Liaison(NamedTuple):
    """A liaison who can sign in."""

    actor: Actor
    person: Person


class Case(NamedTuple):
    """One relative's case: its file, its record, and the people on both sides."""

    inquiry_id: UUID
    record_id: UUID
    match_id: UUID
    relative: Actor
    person: Person | None
    liaison: Liaison


def a_liaison(place: Workplace) -> Liaison:
    """Somebody who speaks with families."""
    person = a_staff_account(place, Role.LIAISON, display_name="Nour Test")
    return Liaison(Actor(person.account_id, frozenset({Role.LIAISON})), person)


def a_record(place: Workplace, vault: Vault) -> UUID:
    """A confirmed record of Samer: a death certificate that gives a cause, and two photographs."""
    number = str(uuid4().int % 50_000 + 10_000)
    with TemporaryDirectory() as folder:
        _place_files(Path(folder), int(number))
        accept(place, staged(place, vault, Path(folder), "{kind}/{branch}-{number}/{file}").batch_id)
    with place.open(an_actor(Role.CUSTODIAN), DbRole.CASEWORK) as work:
        paper, record_id = work.session.execute(
            select(RecordItem.id, Record.id)
            .join(Record, Record.id == RecordItem.record_id)
            .where(RecordItem.kind == FileKind.DEATH_CERTIFICATE, Record.number == number)
        ).one()
    read_by_two(place, paper, a_reading(**SAID, birth_year="1984", died_on="٢٠١٤", cause=CAUSE))
    matching.settle(place, record_id)
    return record_id


def an_active_case(
    place: Workplace,
    vault: Vault,
    *,
    record_id: UUID | None = None,
    liaison: Liaison | None = None,
    signs_in: bool = False,
) -> Case:
    """A verified file with its liaison, and a record of the person it seeks; nobody has put them together."""
    found = record_id or a_record(place, vault)
    inquiry_id, relative, person = _filed(place, signs_in=signs_in)
    teller = liaison or a_liaison(place)
    with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
        casework.assign(work, inquiry_id, teller.actor.id, Role.LIAISON)  # type: ignore[arg-type]
    for kind in DecisionKind:
        verification.sign(place, inquiry_id, verification.propose(place, inquiry_id, kind))
    return Case(inquiry_id, found, UUID(int=0), relative, person, teller)


def match(place: Workplace, case: Case) -> Case:
    """Two analysts find that file and record are one person."""
    pair = matching.Pair(case.inquiry_id, case.record_id)
    return case._replace(match_id=matching.a_confirmed_match(place, pair))


def a_confirmed_match(
    place: Workplace,
    vault: Vault,
    *,
    record_id: UUID | None = None,
    liaison: Liaison | None = None,
    signs_in: bool = False,
) -> Case:
    """A verified file with its liaison, matched with a record by two analysts."""
    return match(place, an_active_case(place, vault, record_id=record_id, liaison=liaison, signs_in=signs_in))


def a_written_package(
    place: Workplace, vault: Vault, case: Case | None = None, items: Iterable[Item] = WORDS
) -> Case:
    """A package with words, not sealed."""
    case = case or a_confirmed_match(place, vault)
    with place.open(case.liaison.actor, DbRole.CASEWORK) as work:
        service.prepare(work, case.inquiry_id)
    write(place, case, items)
    return case


def a_sealed_package(place: Workplace, vault: Vault, case: Case | None = None, *, face: bool = False) -> Case:
    """A package that its liaison has closed."""
    case = a_written_package(place, vault, case)
    if face:
        choose_face(place, vault, case)
    seal(place, case)
    return case


def an_approved_package(
    place: Workplace, vault: Vault, case: Case | None = None, *, face: bool = False
) -> Case:
    """A package that another person has signed."""
    case = a_sealed_package(place, vault, case, face=face)
    approve(place, case)
    return case


def a_told_relative(
    place: Workplace,
    vault: Vault,
    case: Case | None = None,
    *,
    face: bool = False,
    wished: frozenset[Layer] = frozenset(),
) -> Case:
    """A relative whom a person has told."""
    case = an_approved_package(place, vault, case, face=face)
    log(place, case, TOLD, wished)
    return case


def package(place: Workplace, case: Case) -> Package:
    """The package as an approver reads it."""
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        found = queries.package_of(work, case.inquiry_id)
    assert found is not None
    return found


def write(place: Workplace, case: Case, items: Iterable[Item]) -> None:
    """The liaison writes the layers."""
    seen = package(place, case)
    with place.open(case.liaison.actor, DbRole.CASEWORK) as work:
        service.write(work, seen.id, seen.version, items)


def choose_face(place: Workplace, vault: Vault, case: Case) -> None:
    """The liaison cuts a face out of the first photograph."""
    seen = package(place, case)
    with place.open(case.liaison.actor, DbRole.CASEWORK) as work:
        first = service.open_desk(work, case.inquiry_id).photographs[0]
        service.choose_face(work, vault, seen.id, seen.version, FaceCrop(first, 10, 10, 60, 80))


def seal(place: Workplace, case: Case) -> None:
    """The liaison closes the package."""
    seen = package(place, case)
    with place.open(case.liaison.actor, DbRole.CASEWORK) as work:
        service.seal(work, seen.id, seen.version)


def approve(place: Workplace, case: Case, by: Actor | None = None) -> None:
    """Somebody else reads it and signs."""
    seen = package(place, case)
    with place.open(by or an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        service.approve(work, seen.id, seen.version, seen.fingerprint or "")


def log(
    place: Workplace, case: Case, said: Conversation = TOLD, wished: frozenset[Layer] = frozenset()
) -> None:
    """The liaison writes down a conversation."""
    seen = package(place, case)
    talk = Conversation(said.manner, said.was_told, said.beside, said.notes, wished)
    with place.open(case.liaison.actor, DbRole.CASEWORK) as work:
        telling.log_conversation(work, seen.id, seen.version, talk)


def announce(place: Workplace, case: Case) -> None:
    """The liaison asks the relative to get in touch."""
    seen = package(place, case)
    with place.open(case.liaison.actor, DbRole.CASEWORK) as work:
        service.announce(work, Rhythm(), seen.id, seen.version)


def freeze(place: Workplace, case: Case) -> None:
    """Somebody stops it."""
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        found = queries.package_of(work, case.inquiry_id)
        assert found is not None
        service.freeze(work, found.id)


def change_record(place: Workplace, vault: Vault, case: Case) -> None:
    """Another paper of the same person is read: the record now says more than when it was matched."""
    with place.open(an_actor(Role.APPROVER), DbRole.CASEWORK) as work:
        number = work.session.scalar(
            select(RecordItem.id).where(
                RecordItem.record_id == case.record_id, RecordItem.kind == FileKind.CARD
            )
        )
    assert number is not None
    read_by_two(place, number, a_reading(given="سامر"))


def _filed(place: Workplace, *, signs_in: bool) -> tuple[UUID, Actor, Person | None]:
    if signs_in:
        signed_up = a_signed_up_relative(place)
        inquiry_id, relative, person = signed_up.inquiry_id, signed_up.actor, signed_up.person
    else:
        inquiry_id, person = a_filed_inquiry(place).inquiry_id, None
        with place.open(an_actor(Role.INTAKE), DbRole.CASEWORK) as work:
            relative = Actor(inquiries.relative_of(work, inquiry_id), frozenset({Role.RELATIVE}))
    advance(place, inquiry_id, InquiryState.TRIAGE, InquiryState.VERIFYING)
    return inquiry_id, relative, person


def _place_files(folder: Path, number: int) -> None:
    """Files that are like no other record's, since the archive takes the same file only once."""
    wide, high = 64 + number % 250, 64 + number // 250
    files = {
        "death certificate": [("paper.png", saved(picture(wide, high), "PNG"))],
        "card": [("card.png", saved(picture(wide + 250, high), "PNG"))],
        "photograph": [
            ("one.jpg", saved(picture(wide + 100, high + 250), "JPEG")),
            ("two.jpg", saved(picture(wide + 400, high + 250), "JPEG")),
        ],
    }
    for kind, contents in files.items():
        place_of = folder / kind / f"{BRANCH}-{number}"
        place_of.mkdir(parents=True)
        for name, content in contents:
            (place_of / name).write_bytes(content)
