"""Raise a hold in silence; let two people lift it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, text

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.disclosure.protection import policy, queries
from portal.disclosure.protection.models import ProtectiveHold
from portal.disclosure.protection.vocab import StandingHold
from portal.kernel.dual_control import second_person
from portal.kernel.errors import Conflict, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work

_RAISE = text("select hold, file from portal_raise_hold(:entered, :wanted, :moment)")


def follow(work: Work, account_id: UUID) -> None:
    """Follow a sign-in: when it was forced, a hold begins, and what was proposed to lift an older one is void.

    The entry carries no case: a relative reads the entries of their case, and so may whoever forces them.
    """
    work.require(policy.may_raise)
    raised = work.session.execute(
        _RAISE, {"entered": account_id, "wanted": new_id(), "moment": work.now}
    ).one_or_none()
    if raised is not None:
        detail = {"file": str(raised.file)}
        audit.record(work, Event.DISCLOSURE_HOLD_RAISED, raised.hold, detail=detail)


def open_hold(work: Work, inquiry_id: UUID) -> StandingHold:
    """Look at a hold; looking is remembered."""
    found = queries.hold_of(work, inquiry_id)
    if found is None:
        raise NotFound("no hold stands for this file")
    audit.record(work, Event.DISCLOSURE_HOLD_READ, found.id)
    return found


def propose_lift(work: Work, hold_id: UUID, seen_version: int, reason: str) -> None:
    """Propose to lift a hold, and say why; another proposal before the signature takes its place."""
    row = _locked(work, hold_id)
    work.require(policy.may_propose, row.proposed_by)
    if row.version != seen_version:
        raise Conflict("this has changed since it was read")
    row.proposed_by, row.proposed_at, row.reason = work.actor_id, work.now, reason
    _record(work, Event.DISCLOSURE_HOLD_PROPOSED, row)


def sign_lift(work: Work, hold_id: UUID, seen_version: int) -> None:
    """Lift a hold by the second signature; from here on work goes on where it stood."""
    row = _locked(work, hold_id)
    work.require(policy.may_sign, row.proposed_by)
    second_person(row, work.actor_id, seen_version)
    row.signed_at = work.now
    _record(work, Event.DISCLOSURE_HOLD_LIFTED, row)


def require_none(work: Work, inquiry_id: UUID) -> None:
    """Refuse to go on with a file while its hold stands."""
    if queries.is_held(work, inquiry_id):
        raise Conflict("nothing goes on while a hold stands")


def _locked(work: Work, hold_id: UUID) -> ProtectiveHold:
    row = work.session.scalar(
        select(ProtectiveHold)
        .where(ProtectiveHold.id == hold_id, ProtectiveHold.signed_by.is_(None))
        .with_for_update()
    )
    if row is None:
        raise NotFound("no such hold")
    return row


def _record(work: Work, event: Event, row: ProtectiveHold) -> None:
    audit.record(work, event, row.id, detail={"file": str(row.inquiry_id)})
