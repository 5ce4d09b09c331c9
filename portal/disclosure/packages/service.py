"""Prepare, seal, approve and announce what one relative may be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.casework import queries as casework
from portal.disclosure.packages import policy, queries
from portal.disclosure.packages.models import Disclosure, DisclosureItem
from portal.disclosure.packages.seal import seal_of
from portal.disclosure.vocab import LAYERS, Item, Package, PackageState
from portal.inquiries import queries as inquiry_queries
from portal.inquiries import service as inquiries
from portal.inquiries.vocab import Channel, Layer
from portal.kernel.dual_control import all_different, second_person
from portal.kernel.errors import Conflict, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.matching import queries as matching
from portal.matching.vocab import ConfirmedMatch
from portal.notifications import service as notifications
from portal.notifications.vocab import DeliveryRules, Envelope, Rhythm
from portal.records.truth import queries as records
from portal.vault import service as vaults
from portal.vault.service import Vault
from portal.vault.vocab import Recipe

SMALL = 480


@dataclass(frozen=True, slots=True)
class FaceCrop:
    """Which photograph, and which part of it in hundredths of its width and height: left, top, right, bottom."""

    item_id: UUID
    left: int
    top: int
    right: int
    bottom: int


def open_package(work: Work, inquiry_id: UUID) -> Package | None:
    """Open the package of a file; the reading is remembered."""
    package = queries.package_of(work, inquiry_id)
    if package is not None:
        audit.record(work, Event.DISCLOSURE_PACKAGE_READ, package.id, case_id=inquiry_id)
    return package


def prepare(work: Work, inquiry_id: UUID) -> UUID:
    """Begin the package of a file whose match is confirmed; whoever took part in the match may not tell it."""
    match = _confirmed(work, inquiry_id)
    assigned = casework.is_assigned(work, inquiry_id, work.actor_id)
    work.require(policy.may_prepare, assigned, (match.proposed_by, match.signed_by))
    all_different(match.proposed_by, match.signed_by, work.actor_id)
    if queries.package_of(work, inquiry_id) is not None:
        raise Conflict("this file has its package already")
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
    """Replace the texts of a package; a seal or signature that stood on it is void from this moment."""
    row = _mine(work, package_id, seen_version)
    pictures = [item for item in row.items if item.object_id is not None]
    row.items = pictures + [_item(item) for item in items]
    _changed(work, row)


def choose_face(work: Work, vault: Vault, package_id: UUID, seen_version: int, crop: FaceCrop) -> None:
    """Cut a small grey face out of one photograph, by hand; the original stays as it is."""
    row = _mine(work, package_id, seen_version)
    photograph = next((i for i in records.items(work, row.record_id) if i.id == crop.item_id), None)
    if photograph is None:
        raise NotFound("no such photograph in this record")
    original = vaults.read(work, vault, photograph.object_id, "face crop", case_id=row.inquiry_id)
    recipe = _recipe(vault, original, crop)
    drawn = vault.sandbox.draw(original, recipe)
    deposit = vaults.Deposit("face", str(row.id), "image/jpeg", photograph.object_id, recipe)
    stored = vaults.store(work, vault, deposit, [drawn])
    work.session.flush()  # the item points to the picture
    row.items = [item for item in row.items if item.object_id is None]
    row.items.append(_item(Item(Layer.FACE, 0, object_id=stored.id)))
    _changed(work, row)


def seal(work: Work, package_id: UUID, seen_version: int) -> None:
    """Close the package: from now on it says exactly this, or its seal is void."""
    row = _mine(work, package_id, seen_version)
    if row.state is not PackageState.PREPARED:
        raise Conflict("this package is sealed already")
    if not any(item.layer is Layer.FACT for item in row.items):
        raise Conflict("a package begins with the fact and how sure we are")
    row.fingerprint, row.state = _seal(row), PackageState.SEALED
    row.layers = [layer.value for layer in LAYERS if any(item.layer is layer for item in row.items)]
    _record(work, Event.DISCLOSURE_PACKAGE_SEALED, row)


def approve(work: Work, package_id: UUID, seen_version: int, seen_fingerprint: str) -> None:
    """Sign what another sealed; the signature covers exactly the fingerprint that was read."""
    row = _locked(work, package_id)
    work.require(policy.may_approve, row.proposed_by, row.state)
    if row.fingerprint != seen_fingerprint or _seal(row) != row.fingerprint:
        raise Conflict("the content is not what was sealed")
    _require_standing(work, row)
    second_person(row, work.actor_id, seen_version)
    row.state, row.signed_at = PackageState.APPROVED, work.now
    _record(work, Event.DISCLOSURE_PACKAGE_APPROVED, row)


def announce(work: Work, calm: Rhythm, package_id: UUID, seen_version: int) -> None:
    """Send the one content-free message; it says nothing, and the family's page says only to get in touch."""
    row = _mine(work, package_id, seen_version)
    if row.state is not PackageState.APPROVED:
        raise Conflict("only an approved package is followed by a message")
    _require_standing(work, row)
    contact = inquiries.read_contact(work, row.inquiry_id)
    if contact.channel is Channel.EMAIL and contact.address:
        rules = DeliveryRules(contact.hour_from, contact.hour_to, contact.quiet_weekdays)
        envelope = Envelope(row.inquiry_id, contact.address, contact.language, rules, contact.sender_name)
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


def _confirmed(work: Work, inquiry_id: UUID) -> ConfirmedMatch:
    match = matching.confirmed_match(work, inquiry_id)
    if match is None:
        raise NotFound("no confirmed match for this file")
    return match


def _require_standing(work: Work, row: Disclosure) -> None:
    """A record that changed since, or a match that no longer stands, stops everything that rests on it."""
    match = matching.confirmed_match(work, row.inquiry_id)
    facts = records.facts(work, row.record_id)
    if match is None or match.id != row.match_id or facts.version != row.record_version:
        raise Conflict("the record has changed since this package was prepared")


def _changed(work: Work, row: Disclosure) -> None:
    if row.state is not PackageState.PREPARED:
        _record(work, Event.DISCLOSURE_PACKAGE_UNSEALED, row)
    row.state, row.fingerprint, row.layers = PackageState.PREPARED, None, []
    row.signed_by, row.signed_at = None, None
    row.proposed_at = work.now
    _record(work, Event.DISCLOSURE_ITEM_CHANGED, row)


def _item(item: Item) -> DisclosureItem:
    return DisclosureItem(
        layer=item.layer,
        rank=LAYERS.index(item.layer),
        position=item.position,
        text=item.text,
        source=item.source,
        object_id=item.object_id,
    )


def _seal(row: Disclosure) -> str:
    return seal_of(row.inquiry_id, row.record_id, row.record_version, queries.items_of(row))


def _recipe(vault: Vault, original: bytes, crop: FaceCrop) -> Recipe:
    seen = vault.sandbox.sniff(original)
    wide, high = seen.width or 0, seen.height or 0
    box = (
        wide * crop.left // 100,
        high * crop.top // 100,
        wide * crop.right // 100,
        high * crop.bottom // 100,
    )
    return Recipe(longest_side=SMALL, greyscale=True, crop=box)


def _record(work: Work, event: Event, row: Disclosure) -> None:
    audit.record(work, event, row.id, case_id=row.inquiry_id, detail={"state": row.state.value})
