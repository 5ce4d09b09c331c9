"""Reads of hand-overs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text

from portal.disclosure.handover import policy
from portal.disclosure.handover.models import HandoverItem, HandoverRow
from portal.disclosure.handover.vocab import Handover, Recipient
from portal.kernel.errors import NotFound
from portal.kernel.work import Work
from portal.vault.custody.vocab import HistoryLine

_OWN = text("select at from portal_own_handovers()")
_HISTORY = text("select at, actor_id, roles, event, detail from portal_handover_history(:handover, :object)")


def handovers(work: Work) -> list[Handover]:
    """Every hand-over, the newest first."""
    work.require(policy.may_read)
    rows = work.session.scalars(select(HandoverRow).order_by(HandoverRow.proposed_at.desc()))
    return [_facts(work, row) for row in rows]


def waiting_for_me(work: Work) -> list[Handover]:
    """Those this person could sign or take out."""
    return [each for each in handovers(work) if each.may_sign or each.may_pack]


def handover(work: Work, handover_id: UUID) -> Handover:
    """One hand-over."""
    work.require(policy.may_read)
    row = work.session.get(HandoverRow, handover_id)
    if row is None:
        raise NotFound("no such hand-over")
    return _facts(work, row)


def history(work: Work, handover_id: UUID, object_id: UUID) -> list[HistoryLine]:
    """What the log says of one object of a hand-over, for whoever signed it."""
    rows = work.session.execute(_HISTORY, {"handover": handover_id, "object": object_id})
    return [HistoryLine(*row) for row in rows]


def own_handed(work: Work) -> tuple[datetime, ...]:
    """When something about the signed-in relative's loved one left for an institution; nothing before they were told.

    The database itself answers with nothing unless they were told and it still stands.
    """
    work.require(policy.may_read_own)
    return tuple(work.session.scalars(_OWN))


def _facts(work: Work, row: HandoverRow) -> Handover:
    chosen = select(HandoverItem.object_id).where(HandoverItem.handover_id == row.id)
    return Handover(
        id=row.id,
        version=row.version,
        state=row.state,
        record_id=row.record_id,
        recipient=Recipient(row.name, row.institution, row.public_key),
        reason=row.reason,
        objects=tuple(work.session.scalars(chosen.order_by(HandoverItem.object_id))),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        packed_at=row.packed_at,
        sha256=row.sha256,
        received_at=row.received_at,
        receipt=row.receipt,
        may_sign=policy.may_sign(work.actor, row.proposed_by, row.state),
        may_pack=policy.may_pack(work.actor, row.signed_by, row.state),
        may_receive=policy.may_receive(work.actor, row.state),
    )
