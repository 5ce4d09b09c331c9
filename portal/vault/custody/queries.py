"""Reads of custody: how far the checks have come, what they found, and what is under a hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from portal.kernel.errors import NotFound
from portal.kernel.work import Work
from portal.vault.custody import policy
from portal.vault.custody.models import VaultFinding, VaultHeldObject, VaultHold
from portal.vault.custody.vocab import PROTECTING, Coverage, Finding, HistoryLine, Hold, ObjectFacts
from portal.vault.models import VaultObject

_NEWEST = 100
_HISTORY = text("select at, actor_id, roles, event, detail from portal_vault_history(:object)")
_OBJECT = (
    VaultObject.id,
    VaultObject.purpose,
    VaultObject.media_type,
    VaultObject.size,
    VaultObject.sha256,
    VaultObject.stored_at,
    VaultObject.checked_at,
    VaultObject.erased_at.is_not(None),
    VaultObject.parent_id,
    VaultObject.recipe,
)
_FINDING = (
    VaultFinding.id,
    VaultFinding.object_id,
    VaultFinding.damage,
    VaultFinding.occasion,
    VaultFinding.found_at,
    VaultFinding.settled_by,
    VaultFinding.settled_at,
    VaultFinding.note,
)


def coverage(work: Work, period: timedelta) -> Coverage:
    """How whole the store is, and how far the checks have come round."""
    work.require(policy.may_read)
    kept = VaultObject.wrapped_key.is_not(None)
    late = func.count().filter(VaultObject.checked_at < work.now - period)
    oldest, objects, size, overdue = work.session.execute(
        select(
            func.min(VaultObject.checked_at), func.count(), func.coalesce(func.sum(VaultObject.size), 0), late
        ).where(kept)
    ).one()
    day = func.date(func.timezone("UTC", VaultObject.checked_at))
    days = work.session.execute(select(day, func.count()).where(kept).group_by(day).order_by(day.desc()))
    damaged = work.session.scalar(
        select(func.count()).select_from(VaultFinding).where(VaultFinding.settled_at.is_(None))
    )
    return Coverage(
        period, objects, int(size), oldest, overdue, damaged or 0, tuple((d, count) for d, count in days)
    )


def open_findings(work: Work) -> list[Finding]:
    """What is damaged and not settled, the oldest first."""
    work.require(policy.may_read)
    query = select(*_FINDING).where(VaultFinding.settled_at.is_(None)).order_by(VaultFinding.found_at)
    return [Finding(*row) for row in work.session.execute(query)]


def settled_findings(work: Work) -> list[Finding]:
    """What was settled, the newest first."""
    work.require(policy.may_read)
    query = select(*_FINDING).where(VaultFinding.settled_at.is_not(None))
    rows = work.session.execute(query.order_by(VaultFinding.settled_at.desc()).limit(_NEWEST))
    return [Finding(*row) for row in rows]


def finding(work: Work, finding_id: UUID) -> Finding:
    """One finding."""
    work.require(policy.may_read)
    row = work.session.execute(select(*_FINDING).where(VaultFinding.id == finding_id)).first()
    if row is None:
        raise NotFound("no such finding")
    return Finding(*row)


def object_facts(work: Work, object_id: UUID) -> ObjectFacts:
    """One object, erased or not."""
    work.require(policy.may_read)
    return handed_facts(work, object_id)


def handed_facts(work: Work, object_id: UUID) -> ObjectFacts:
    """The same for an object that leaves the house; whoever hands it over has their own rule."""
    row = work.session.execute(select(*_OBJECT).where(VaultObject.id == object_id)).one_or_none()
    if row is None:
        raise NotFound("no such object")
    return _object(row)


def copies_of(work: Work, object_id: UUID) -> list[ObjectFacts]:
    """What was drawn from an object, each with its recipe."""
    work.require(policy.may_read)
    query = select(*_OBJECT).where(VaultObject.parent_id == object_id).order_by(VaultObject.stored_at)
    return [_object(row) for row in work.session.execute(query)]


def history(work: Work, object_id: UUID) -> list[HistoryLine]:
    """Who did what with an object, in order; whose case it was for is not said."""
    work.require(policy.may_read)
    return [HistoryLine(*row) for row in work.session.execute(_HISTORY, {"object": object_id})]


def may_ask_hold(work: Work) -> bool:
    """Whether this person may ask for a legal hold."""
    return policy.may_ask(work.actor)


def holds(work: Work) -> list[Hold]:
    """Every legal hold, those that protect first."""
    work.require(policy.may_see_holds)
    rows = work.session.scalars(
        select(VaultHold).order_by(VaultHold.state.in_(PROTECTING).desc(), VaultHold.proposed_at.desc())
    ).all()
    return _facts(work, rows)


def hold(work: Work, hold_id: UUID) -> Hold:
    """One legal hold."""
    work.require(policy.may_see_holds)
    row = work.session.get(VaultHold, hold_id)
    if row is None:
        raise NotFound("no such hold")
    return _facts(work, [row])[0]


def waiting_for_me(work: Work) -> list[Hold]:
    """The holds this person could give the second signature, or lift."""
    return [each for each in holds(work) if each.may_sign or each.may_lift]


def _object(row: Any) -> ObjectFacts:
    return ObjectFacts(*row)


def _facts(work: Work, rows: Iterable[VaultHold]) -> list[Hold]:
    counted = select(VaultHeldObject.hold_id, func.count()).group_by(VaultHeldObject.hold_id)
    counts = {row[0]: row[1] for row in work.session.execute(counted)}
    return [_fact(work, row, counts.get(row.id, 0)) for row in rows]


def _fact(work: Work, row: VaultHold, objects: int) -> Hold:
    return Hold(
        id=row.id,
        version=row.version,
        scope=row.scope,
        about=row.about,
        state=row.state,
        objects=objects,
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        lift_asked_by=row.lift_asked_by,
        lift_asked_at=row.lift_asked_at,
        lift_reason=row.lift_reason,
        lifted_by=row.lifted_by,
        lifted_at=row.lifted_at,
        may_sign=policy.may_sign(work.actor, row),
        may_ask_to_lift=policy.may_ask_to_lift(work.actor, row),
        may_lift=policy.may_lift(work.actor, row),
    )
