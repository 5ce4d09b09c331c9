"""Prepare, seal, approve and announce what one relative may be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.casework import queries as casework
from portal.disclosure.packages import policy, queries
from portal.disclosure.packages.models import Disclosure, DisclosureItem
from portal.disclosure.packages.queries import PackageDesk
from portal.disclosure.packages.seal import names_the_cause, seal_of
from portal.disclosure.protection import service as protection
from portal.disclosure.vocab import BEFORE_A_FACE, LAYERS, CauseInOwnWords, FaceCrop, Item, PackageState
from portal.inquiries import queries as inquiry_queries
from portal.inquiries import service as inquiries
from portal.inquiries.vocab import Channel, Layer
from portal.kernel.dual_control import all_different, second_person
from portal.kernel.errors import Conflict, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.matching import queries as matching
from portal.notifications import service as notifications
from portal.notifications.rhythm import next_moment
from portal.notifications.vocab import Rhythm
from portal.records.truth import queries as records
from portal.records.vocab import FileKind, Part
from portal.vault import service as vaults
from portal.vault.service import Vault
from portal.vault.vocab import Recipe

SMALL = 480


@dataclass(frozen=True, slots=True)
class Announcement:
    """When the one message would leave; never, when the relative is not to be written to."""

    desk: PackageDesk
    channel: Channel
    leaves_at: datetime | None
    is_paused: bool


def open_desk(work: Work, inquiry_id: UUID) -> PackageDesk:
    """Open the package of a file and what it is written from; the reading is remembered."""
    desk = queries.desk(work, inquiry_id, casework.is_assigned(work, inquiry_id, work.actor_id))
    if desk.facts is not None:
        audit.record(work, Event.RECORDS_RECORD_READ, desk.facts.id, case_id=inquiry_id)
    if desk.package is not None:
        audit.record(work, Event.DISCLOSURE_PACKAGE_READ, desk.package.id, case_id=inquiry_id)
    return desk


def photograph_of(work: Work, record_id: UUID, item_id: UUID) -> UUID:
    """The stored photograph behind one item of a record; a paper is none."""
    for item in records.items(work, record_id):
        if item.id == item_id and item.kind is FileKind.PHOTOGRAPH:
            return item.object_id
    raise NotFound("no such photograph in this record")


def prepare(work: Work, inquiry_id: UUID) -> UUID:
    """Begin the package of a file whose match is confirmed; whoever took part in the match may not tell it."""
    match = matching.confirmed_match(work, inquiry_id)
    if match is None:
        raise NotFound("no confirmed match for this file")
    assigned = casework.is_assigned(work, inquiry_id, work.actor_id)
    work.require(policy.may_prepare, assigned, (match.proposed_by, match.signed_by))
    all_different(match.proposed_by, match.signed_by, work.actor_id)
    _make_room(work, inquiry_id, match.id)
    row = Disclosure(
        id=new_id(),
        inquiry_id=inquiry_id,
        account_id=inquiry_queries.relative_of(work, inquiry_id),
        match_id=match.id,
        record_id=match.record_id,
        record_version=match.record_version,
        state=PackageState.PREPARED,
        proposed_by=work.actor_id,
        proposed_at=work.now,
    )
    work.session.add(row)
    _record(work, Event.DISCLOSURE_PACKAGE_PREPARED, row)
    return row.id


def write(work: Work, package_id: UUID, seen_version: int, items: Iterable[Item]) -> None:
    """Replace the words of a package; a seal or signature that stood on it is void from this moment.

    A cause of death that a paper gives is quoted as the paper's or left out; it never becomes our own words.
    """
    row = _mine(work, package_id, seen_version)
    wished = list(items)
    said = records.statements(work, row.record_id)
    if names_the_cause(wished, [each.value for each in said if each.part is Part.CAUSE]):
        raise CauseInOwnWords("the paper's cause of death stands in our own words")
    _replace(work, row, [item for item in row.items if item.object_id is not None], wished)


def choose_face(work: Work, vault: Vault, package_id: UUID, seen_version: int, crop: FaceCrop) -> None:
    """Cut a small grey face out of one photograph, by hand; the original stays as it is."""
    row = _mine(work, package_id, seen_version)
    photograph = photograph_of(work, row.record_id, crop.item_id)
    original = vaults.read(work, vault, photograph, "face crop", case_id=row.inquiry_id)
    seen = vault.sandbox.sniff(original)
    recipe = Recipe(longest_side=SMALL, greyscale=True, crop=crop.box(seen.width or 0, seen.height or 0))
    drawn = vault.sandbox.draw(original, recipe)
    deposit = vaults.Deposit("face", str(row.id), "image/jpeg", photograph, recipe)
    stored = vaults.store(work, vault, deposit, [drawn])
    _replace(work, row, _words(row), [Item(Layer.FACE, 0, object_id=stored.id)])


def leave_face_out(work: Work, package_id: UUID, seen_version: int) -> None:
    """Take the face out of a package again."""
    row = _mine(work, package_id, seen_version)
    _replace(work, row, _words(row), [])


def seal(work: Work, package_id: UUID, seen_version: int) -> None:
    """Close the package: from now on it says exactly this, or its seal is void."""
    row = _mine(work, package_id, seen_version)
    if row.state is not PackageState.PREPARED:
        raise Conflict("this package is sealed already")
    held = {item.layer for item in row.items}
    if Layer.FACT not in held:
        raise Conflict("a package begins with the fact and how sure we are")
    if Layer.FACE in held and not held >= BEFORE_A_FACE:
        raise Conflict("words come before a face: that photographs exist, and what they show")
    _require_standing(work, row)
    row.fingerprint, row.state = _seal(row), PackageState.SEALED
    row.layers = [layer.value for layer in LAYERS if layer in held]
    _record(work, Event.DISCLOSURE_PACKAGE_SEALED, row)


def approve(work: Work, package_id: UUID, seen_version: int, seen_fingerprint: str) -> None:
    """Sign what another sealed; the signature covers exactly the fingerprint that was read."""
    row = _locked(work, package_id)
    work.require(policy.may_approve, row.proposed_by, row.state)
    if row.fingerprint != seen_fingerprint or _seal(row) != row.fingerprint:
        raise Conflict("the content is not what was sealed")
    _require_standing(work, row)
    protection.require_none(work, row.inquiry_id)
    second_person(row, work.actor_id, seen_version)
    row.state, row.signed_at = PackageState.APPROVED, work.now
    _record(work, Event.DISCLOSURE_PACKAGE_APPROVED, row)


def plan_announcement(work: Work, calm: Rhythm, inquiry_id: UUID) -> Announcement:
    """When the message would leave by the relative's own rules; looking at them is remembered."""
    desk = open_desk(work, inquiry_id)
    contact = inquiries.read_contact(work, inquiry_id)
    envelope = inquiries.envelope_to(work, inquiry_id, contact)
    leaves_at = None if envelope is None else next_moment(work.now, envelope.rules, calm)
    return Announcement(desk, contact.channel, leaves_at, _is_paused(work, inquiry_id))


def announce(work: Work, calm: Rhythm, package_id: UUID, seen_version: int) -> None:
    """Send the one content-free message; it says nothing, and the family's page says only to get in touch."""
    row = _mine(work, package_id, seen_version)
    if row.state is not PackageState.APPROVED:
        raise Conflict("only an approved package is followed by a message")
    if _is_paused(work, row.inquiry_id):
        raise Conflict("the family has paused; nobody contacts them")
    protection.require_none(work, row.inquiry_id)
    _require_standing(work, row)
    contact = inquiries.read_contact(work, row.inquiry_id)
    envelope = inquiries.envelope_to(work, row.inquiry_id, contact)
    if envelope is not None:
        notifications.queue(work, envelope, calm)
    inquiries.ask_to_contact(work, row.inquiry_id)
    row.state, row.contacted_at = PackageState.CONTACTED, work.now
    _record(work, Event.DISCLOSURE_PACKAGE_ANNOUNCED, row)


def freeze(work: Work, package_id: UUID) -> None:
    """Stop at once: nothing of this package is shown any more, whatever was released."""
    work.require(policy.may_freeze)
    row = _locked(work, package_id)
    row.state = PackageState.FROZEN
    _record(work, Event.DISCLOSURE_PACKAGE_FROZEN, row)


def _make_room(work: Work, inquiry_id: UUID, match_id: UUID) -> None:
    """One package for each file; one whose match was renewed gives way, and stays readable in the log."""
    former = queries.package_of(work, inquiry_id)
    if former is None:
        return
    if former.match_id == match_id:
        raise Conflict("this file has its package already")
    row = _locked(work, former.id)
    row.state = PackageState.SUPERSEDED
    work.session.flush()  # the table has room for one
    _record(work, Event.DISCLOSURE_PACKAGE_SUPERSEDED, row)


def _locked(work: Work, package_id: UUID) -> Disclosure:
    row = work.session.scalar(select(Disclosure).where(Disclosure.id == package_id).with_for_update())
    if row is None:
        raise NotFound("no such package")
    return row


def _mine(work: Work, package_id: UUID, seen_version: int) -> Disclosure:
    row = _locked(work, package_id)
    work.require(policy.may_change, row.proposed_by, row.state)
    if row.version != seen_version:
        raise Conflict("this package has changed since it was read")
    return row


def _require_standing(work: Work, row: Disclosure) -> None:
    """A record that changed since, or a match that no longer stands, stops everything that rests on it."""
    if not queries.stands(work, row):
        raise Conflict("the record has changed since this package was prepared")


def _is_paused(work: Work, inquiry_id: UUID) -> bool:
    return inquiry_queries.inquiry_file(work, inquiry_id).is_paused


def _words(row: Disclosure) -> list[DisclosureItem]:
    return [item for item in row.items if item.object_id is None]


def _replace(work: Work, row: Disclosure, kept: list[DisclosureItem], added: list[Item]) -> None:
    """Void whatever was signed, then exchange the items; the database takes them in this order only."""
    if row.state is not PackageState.PREPARED:
        _record(work, Event.DISCLOSURE_PACKAGE_UNSEALED, row)
    row.state, row.fingerprint, row.layers = PackageState.PREPARED, None, []
    row.signed_by, row.signed_at = None, None
    row.proposed_at = work.now
    flag_modified(row, "proposed_at")  # a change within the same moment is a new version too
    work.session.flush()  # items of a sealed package are refused by the database
    row.items = kept
    work.session.flush()  # an item leaves its place before another takes it
    row.items.extend(_item(item) for item in added)
    _record(work, Event.DISCLOSURE_ITEM_CHANGED, row)


def _item(item: Item) -> DisclosureItem:
    return DisclosureItem(
        layer=item.layer,
        rank=LAYERS.index(item.layer),
        position=item.position,
        text=item.text,
        source=item.source,
        object_id=item.object_id,
        part=item.part,
    )


def _seal(row: Disclosure) -> str:
    return seal_of(row.inquiry_id, row.record_id, row.record_version, queries.items_of(row))


def _record(work: Work, event: Event, row: Disclosure) -> None:
    audit.record(work, event, row.id, case_id=row.inquiry_id, detail={"state": row.state.value})
