"""Check the store by schedule, settle what was found, place and lift legal holds; each act leaves its entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, insert, select

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.actor import WORKER, Actor
from portal.kernel.db import DbRole
from portal.kernel.errors import Conflict, Invalid, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work, Workplace
from portal.vault import service as vaults
from portal.vault.custody import policy, schedule
from portal.vault.custody.models import VaultFinding, VaultHeldObject, VaultHold
from portal.vault.custody.vocab import HoldScope
from portal.vault.models import VaultObject
from portal.vault.service import Vault
from portal.vault.vocab import Occasion

_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of checks did."""

    checked: int
    damaged: int


def next_due(work: Work, period: timedelta) -> list[UUID]:
    """The objects whose turn it is: those not looked at for longest, as many as keep the round in time."""
    work.require(policy.may_check)
    kept = VaultObject.wrapped_key.is_not(None)
    late = func.count().filter(VaultObject.checked_at < work.now - period)
    objects, overdue = work.session.execute(select(func.count(), late).where(kept)).one()
    query = select(VaultObject.id).where(kept).order_by(VaultObject.checked_at, VaultObject.id)
    return list(work.session.scalars(query.limit(schedule.most(objects, overdue, period))))


def check_round(
    place: Workplace, vault: Vault, period: timedelta, actor: Actor = WORKER, role: DbRole = DbRole.WORKER
) -> Round:
    """Check the objects whose turn it is, each in a transaction of its own."""
    with place.open(actor, role) as work:
        due = next_due(work, period)
    damaged = sum(not intact for intact in map(_checker(place, vault, actor, role), due))
    if due:
        with place.open(actor, role) as work:
            detail = {"checked": len(due), "damaged": damaged}
            audit.record(work, Event.VAULT_OBJECTS_CHECKED, detail=detail)
    return Round(len(due), damaged)


def _checker(place: Workplace, vault: Vault, actor: Actor, role: DbRole) -> Callable[[UUID], bool]:
    def check(object_id: UUID) -> bool:
        with place.open(actor, role) as work:
            try:
                return vaults.verify(work, vault, object_id, Occasion.SCHEDULE)
            except NotFound:
                return True  # erased since the round began

    return check


def settle(work: Work, finding_id: UUID, note: str) -> None:
    """Say what became of a damaged object; it stays in the list of what was found."""
    work.require(policy.may_settle)
    found = work.session.get(VaultFinding, finding_id)
    if found is None:
        raise NotFound("no such finding")
    found.settle(work.actor_id, note, work.now)
    audit.record(work, Event.VAULT_FINDING_SETTLED, found.object_id)


def ask_hold(work: Work, scope: HoldScope, about: UUID, objects: Sequence[UUID], reason: str) -> UUID:
    """Ask that objects be kept whatever happens; they are protected at once, and a second person confirms it."""
    work.require(policy.may_ask)
    if not objects:
        raise Invalid("there is nothing to hold")
    hold = VaultHold(
        id=new_id(),
        scope=scope,
        about=about,
        reason=reason,
        proposed_by=work.actor_id,
        proposed_at=work.now,
    )
    work.session.add(hold)
    work.session.flush()  # what is held refers to it
    for start in range(0, len(objects), _AT_ONCE):
        rows = [{"hold_id": hold.id, "object_id": each} for each in objects[start : start + _AT_ONCE]]
        work.session.execute(insert(VaultHeldObject), rows)
    audit.record(work, Event.VAULT_HOLD_ASKED, hold.id, detail={"objects": len(objects)})
    return hold.id


def sign_hold(work: Work, hold_id: UUID, seen_version: int) -> None:
    """Let a hold stand, as the second person."""
    hold = _locked(work, hold_id, seen_version)
    work.require(policy.may_sign, hold)
    hold.sign(work.actor_id, seen_version, work.now)
    audit.record(work, Event.VAULT_HOLD_SIGNED, hold_id)


def decline_hold(work: Work, hold_id: UUID, seen_version: int) -> None:
    """Say no to a hold, as the second person; what it named is no longer protected by it."""
    hold = _locked(work, hold_id, seen_version)
    work.require(policy.may_sign, hold)
    hold.decline(work.actor_id, seen_version, work.now)
    audit.record(work, Event.VAULT_HOLD_DECLINED, hold_id)


def ask_to_lift(work: Work, hold_id: UUID, seen_version: int, reason: str) -> None:
    """Ask that a hold be lifted; until another person agrees it protects as before."""
    hold = _locked(work, hold_id, seen_version)
    work.require(policy.may_ask_to_lift, hold)
    hold.ask_to_lift(work.actor_id, seen_version, reason, work.now)
    audit.record(work, Event.VAULT_HOLD_LIFTING, hold_id)


def lift_hold(work: Work, hold_id: UUID, seen_version: int) -> None:
    """Lift a hold, as the second person."""
    hold = _locked(work, hold_id, seen_version)
    work.require(policy.may_lift, hold)
    hold.lift(work.actor_id, seen_version, work.now)
    audit.record(work, Event.VAULT_HOLD_LIFTED, hold_id)


def keep_hold(work: Work, hold_id: UUID, seen_version: int) -> None:
    """Keep a hold that somebody asked to lift, as the second person."""
    hold = _locked(work, hold_id, seen_version)
    work.require(policy.may_lift, hold)
    hold.keep(work.actor_id, seen_version)
    audit.record(work, Event.VAULT_HOLD_KEPT, hold_id)


def _locked(work: Work, hold_id: UUID, seen_version: int) -> VaultHold:
    work.require(policy.may_see_holds)
    hold = work.session.get(VaultHold, hold_id, with_for_update=True)
    if hold is None:
        raise NotFound("no such hold")
    if hold.version != seen_version:
        raise Conflict("this hold has changed since it was read")
    return hold
