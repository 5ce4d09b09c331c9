"""Letting somebody do without a passkey for some days: two administrators, about a third person."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.fallbacks import policy, queries
from portal.accounts.fallbacks.models import FactorFallback
from portal.accounts.fallbacks.vocab import LONGEST, FallbackWaits, NewFallback
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.dual_control import second_person
from portal.kernel.errors import Invalid, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work


def propose(work: Work, new: NewFallback) -> UUID:
    """Propose a fallback for a colleague whose role asks for a passkey; nothing changes before another one signs."""
    work.require(policy.may_propose, new.account_id)
    if not timedelta(days=1) <= timedelta(days=new.days) <= LONGEST:
        raise Invalid("a fallback lasts for one day at least and seven at most")
    if queries.listed(work, new.account_id) is None:
        raise NotFound("no colleague whose role asks for a passkey")
    fallback = FactorFallback(
        id=new_id(),
        account_id=new.account_id,
        days=new.days,
        proposed_by=work.actor_id,
        proposed_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(fallback)
    except IntegrityError as error:
        raise FallbackWaits("a fallback for this person waits already") from error
    audit.record(work, Event.ACCOUNTS_FALLBACK_PROPOSED, fallback.id, detail=_detail(fallback))
    return fallback.id


def sign(work: Work, fallback_id: UUID, seen_version: int) -> None:
    """Give the second signature: from now on, for the days that were proposed, the six digits are enough."""
    fallback = _waiting(work, fallback_id)
    work.require(policy.may_sign, fallback)
    second_person(fallback, work.actor_id, seen_version)
    fallback.signed_at = work.now
    fallback.until = work.now + timedelta(days=fallback.days)
    audit.record(work, Event.ACCOUNTS_FALLBACK_SIGNED, fallback.id, detail=_detail(fallback))


def _detail(fallback: FactorFallback) -> audit.Detail:
    return {"account": str(fallback.account_id), "days": fallback.days}


def _waiting(work: Work, fallback_id: UUID) -> FactorFallback:
    """Read without a lock, which the database would refuse to the proposer; the version guards instead."""
    fallback = work.session.scalar(select(FactorFallback).where(FactorFallback.id == fallback_id))
    if fallback is None:
        raise NotFound("no such fallback")
    return fallback
