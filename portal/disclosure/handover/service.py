"""Ask for a hand-over, sign or decline it, pack it for the recipient, write down its receipt."""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlalchemy import select

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.disclosure.handover import policy, queries
from portal.disclosure.handover.bag import Piece, checked_key, closed_package
from portal.disclosure.handover.models import HandoverItem, HandoverRow
from portal.disclosure.handover.vocab import Wish
from portal.kernel.crypto import canonical_json
from portal.kernel.errors import Conflict, Invalid, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.records.truth import queries as records
from portal.records.vocab import RecordState
from portal.vault import service as vaults
from portal.vault.custody import queries as custody
from portal.vault.service import Vault

_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/tiff": "tif", "application/pdf": "pdf"}


def propose(work: Work, wish: Wish) -> UUID:
    """Ask that these items of a record go to this recipient; each was chosen by itself."""
    work.require(policy.may_propose)
    _require_standing(work, wish.record_id)
    held = {item.id: item.object_id for item in records.items(work, wish.record_id)}
    objects = {held[item] for item in wish.items & held.keys()}
    if not objects or wish.items - held.keys():
        raise Invalid("choose at least one item of this record")
    row = HandoverRow(
        id=new_id(),
        record_id=wish.record_id,
        name=wish.recipient.name,
        institution=wish.recipient.institution,
        public_key=checked_key(wish.recipient.public_key),
        reason=wish.reason,
        proposed_by=work.actor_id,
        proposed_at=work.now,
    )
    work.session.add(row)
    work.session.flush()  # an item belongs to a hand-over that is there
    work.session.add_all(HandoverItem(handover_id=row.id, object_id=each) for each in objects)
    audit.record(work, Event.DISCLOSURE_HANDOVER_PROPOSED, row.id, detail={"objects": len(objects)})
    return row.id


def sign(work: Work, handover_id: UUID, seen_version: int) -> None:
    """Let it leave, as the second person."""
    row = _locked(work, handover_id)
    work.require(policy.may_sign, row.proposed_by, row.state)
    _require_standing(work, row.record_id)
    row.sign(work.actor_id, seen_version, work.now)
    audit.record(work, Event.DISCLOSURE_HANDOVER_SIGNED, row.id)


def decline(work: Work, handover_id: UUID, seen_version: int) -> None:
    """Say no, as the second person."""
    row = _locked(work, handover_id)
    work.require(policy.may_sign, row.proposed_by, row.state)
    row.decline(work.actor_id, seen_version)
    audit.record(work, Event.DISCLOSURE_HANDOVER_DECLINED, row.id)


def pack(work: Work, vault: Vault, handover_id: UUID) -> bytes:
    """The closed package, for whoever signed it, once; its hash is kept, the package is not."""
    row = _locked(work, handover_id)
    work.require(policy.may_pack, row.signed_by, row.state)
    _require_standing(work, row.record_id)
    chosen = queries.handover(work, handover_id).objects
    pieces = [_piece(work, vault, row.id, object_id) for object_id in chosen]
    package = closed_package(str(row.id), pieces, row.public_key)
    row.pack(hashlib.sha256(package).hexdigest(), work.now)
    audit.record(work, Event.DISCLOSURE_HANDOVER_PACKED, row.id, detail={"sha256": row.sha256 or ""})
    return package


def note_receipt(work: Work, handover_id: UUID, seen_version: int, receipt: str) -> None:
    """Write down how the recipient confirmed that it arrived whole."""
    row = _locked(work, handover_id)
    work.require(policy.may_receive, row.state)
    row.receive(work.actor_id, seen_version, receipt, work.now)
    audit.record(work, Event.DISCLOSURE_HANDOVER_RECEIVED, row.id)


def _piece(work: Work, vault: Vault, handover_id: UUID, object_id: UUID) -> Piece:
    content = vaults.read(work, vault, object_id, "hand-over")
    facts = custody.handed_facts(work, object_id)
    lines = queries.history(work, handover_id, object_id)
    extract = {
        "object": object_id,
        "sha256_on_arrival": facts.sha256,
        "size": facts.size,
        "media_type": facts.media_type,
        "stored_at": facts.stored_at,
        "checked_at": facts.checked_at,
        "extract_of": work.now,
        "history": [
            {"at": line.at.isoformat(), "event": line.event, "roles": line.roles, "detail": line.detail}
            for line in lines
        ],
    }
    name = f"{object_id}.{_ENDINGS.get(facts.media_type, 'bin')}"
    return Piece(name, content, canonical_json(extract))


def _require_standing(work: Work, record_id: UUID) -> None:
    if records.standing_versions(work, {record_id}).get(record_id, (0, None))[1] is RecordState.WITHDRAWN:
        raise Conflict("this record was withdrawn; nothing of it leaves the house")


def _locked(work: Work, handover_id: UUID) -> HandoverRow:
    work.require(policy.may_read)
    row = work.session.scalar(select(HandoverRow).where(HandoverRow.id == handover_id).with_for_update())
    if row is None:
        raise NotFound("no such hand-over")
    return row
