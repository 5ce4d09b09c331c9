"""How the demo's families are told, and how a name comes to the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Flask

from portal.cli.demo.archive_tale import FoundPerson
from portal.cli.demo.cast import Cast
from portal.disclosure.packages import queries as package_queries
from portal.disclosure.packages import service as packages
from portal.disclosure.packages import suggestions
from portal.disclosure.packages.queries import PackageDesk
from portal.disclosure.publication import queries as name_queries
from portal.disclosure.publication import service as names
from portal.disclosure.publication.vocab import Consent, NameState, Spelling
from portal.disclosure.telling import service as telling
from portal.disclosure.telling.vocab import Conversation
from portal.disclosure.vocab import FaceCrop, Item, Manner, Package
from portal.inquiries.vocab import Layer
from portal.kernel.actor import Actor
from portal.kernel.db import DbRole
from portal.kernel.names import romanise
from portal.kernel.permissions import Role
from portal.notifications.vocab import Rhythm
from portal.records.vocab import Part
from portal.vault.service import Vault
from portal.web import language

DESCRIPTIONS = {
    "ar": "يرتدي قميصاً داكناً. العينان مغمضتان.",
    "en": "He wears a dark shirt. His eyes are closed.",
}
TOLD = frozenset({Part.CAUSE, Part.DIED_ON})
ASKED = {
    "ar": "أوافق على أن يظهر هذا الاسم، مكتوباً هكذا تماماً، في سجلّ الأسماء العام.",
    "en": "I agree that this name, spelled exactly like this, stands in the public register of names.",
}


@dataclass(frozen=True, slots=True)
class Teller:
    """The people who tell, and what they need for it."""

    cast: Cast
    vault: Vault

    def prepare(self, inquiry_id: UUID) -> None:
        """The liaison writes and seals."""
        liaison = self.cast.one(Role.LIAISON)
        with self.cast.place.open(liaison, DbRole.CASEWORK) as work:
            package_id = packages.prepare(work, inquiry_id)
        with self.cast.place.open(liaison, DbRole.CASEWORK) as work:
            desk = packages.open_desk(work, inquiry_id)
            packages.write(work, package_id, self._package(inquiry_id).version, _items(desk))
        with self.cast.place.open(liaison, DbRole.CASEWORK) as work:
            desk = packages.open_desk(work, inquiry_id)
            crop = FaceCrop(desk.photographs[0], 30, 10, 70, 60)
            packages.choose_face(work, self.vault, package_id, self._package(inquiry_id).version, crop)
        with self.cast.place.open(liaison, DbRole.CASEWORK) as work:
            packages.seal(work, package_id, self._package(inquiry_id).version)

    def approve_and_announce(self, inquiry_id: UUID) -> None:
        """An approver signs; the one message that says nothing leaves."""
        seen = self._package(inquiry_id)
        with self.cast.place.open(self.cast.one(Role.APPROVER), DbRole.CASEWORK) as work:
            packages.approve(work, seen.id, seen.version, seen.fingerprint or "")
        with self.cast.place.open(self.cast.one(Role.LIAISON), DbRole.CASEWORK) as work:
            packages.announce(work, Rhythm(immediate=True), seen.id, self._package(inquiry_id).version)

    def tell(self, inquiry_id: UUID) -> None:
        """The liaison speaks with the relative and writes it down."""
        seen = self._package(inquiry_id)
        said = Conversation(
            Manner.TELEPHONE,
            True,
            "a sister sat beside her",
            "asked for the date; wished to stop there; we speak again in two days",
            frozenset({Layer.DATE_PLACE}),
        )
        with self.cast.place.open(self.cast.one(Role.LIAISON), DbRole.CASEWORK) as work:
            telling.log_conversation(work, seen.id, seen.version, said)

    def ask_for_name(self, record_id: UUID) -> None:
        """An editor asks the relatives for the register."""
        with self.cast.place.open(self.cast.one(Role.EDITOR), DbRole.CASEWORK) as work:
            names.ask(work, record_id)

    def agree(self, relative: Actor, found: FoundPerson) -> None:
        """The relative agrees to an exact spelling, and the editor proposes it."""
        parts = (found.name.given, found.name.father, found.name.family)
        name_ar = " ".join(part.arabic for part in parts)
        consent = Consent(Spelling(name_ar, romanise(name_ar)), ASKED["ar"], "ar")
        with self.cast.place.open(relative, DbRole.FAMILY) as work:
            names.agree(work, consent)
        with self.cast.place.open(self.cast.one(Role.EDITOR), DbRole.CASEWORK) as work:
            ready = next(file for file in name_queries.name_files(work) if file.may_propose)
            names.propose(work, ready.id, ready.version)

    def sign_name(self, wait: timedelta) -> None:
        """A second person signs the newest proposal."""
        with self.cast.place.open(self.cast.one(Role.APPROVER), DbRole.CASEWORK) as work:
            proposed = [f for f in name_queries.name_files(work) if f.state is NameState.PROPOSED]
            newest = proposed[-1]
            names.sign(work, newest.id, newest.version, wait)

    def take_off(self, relative: Actor) -> None:
        """The relative thinks otherwise; the name is off at once."""
        with self.cast.place.open(relative, DbRole.FAMILY) as work:
            names.object_to(work)

    def _package(self, inquiry_id: UUID) -> Package:
        with self.cast.place.open(self.cast.one(Role.LIAISON), DbRole.CASEWORK) as work:
            found = package_queries.package_of(work, inquiry_id)
        if found is None:
            raise ValueError("no package yet")
        return found


def _items(desk: PackageDesk) -> list[Item]:
    """The words the house suggests, which a liaison would read and change, and two quotations of the certificate."""
    with speaking().app_context():
        words = suggestions.words_for(desk)
        quoted = suggestions.quotations(desk.statements, desk.language)
    description = {Layer.DESCRIPTION: DESCRIPTIONS[desk.language]}
    written = [Item(layer, 0, text) for layer, text in {**words, **description}.items()]
    return written + [item for item in quoted.values() if item.part in TOLD]


def speaking() -> Flask:
    """An application that does nothing but know the words of the house."""
    app = Flask("portal")
    language.install(app)
    return app
