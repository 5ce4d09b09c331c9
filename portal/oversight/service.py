"""Look at an alert as a second person, and write to those who can."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.errors import Conflict, NotFound
from portal.kernel.work import Work
from portal.notifications import service as notifications
from portal.notifications.vocab import DeliveryRules, Envelope, Rhythm, Urgency
from portal.oversight import policy
from portal.oversight.models import InsiderAlert


def review_alert(work: Work, alert_id: UUID, note: str) -> None:
    """Say that one has looked at an alert, and what was found; once, and never about oneself."""
    work.require(policy.may_review)
    alert = work.session.execute(
        select(InsiderAlert.actor_id, InsiderAlert.seen_by).where(InsiderAlert.id == alert_id)
    ).one_or_none()
    if alert is None:
        raise NotFound("no such alert")
    work.require(policy.may_close, alert.actor_id)
    # A row another auditor has just closed is not shown for writing any more.
    row = work.session.scalar(
        select(InsiderAlert)
        .where(InsiderAlert.id == alert_id, InsiderAlert.seen_by.is_(None))
        .with_for_update()
    )
    if row is None:
        raise Conflict("somebody else has looked at this alert")
    row.seen_by, row.seen_at, row.note = work.actor_id, work.now, note
    audit.record(work, Event.OVERSIGHT_ALERT_CLOSEED, alert_id)


def tell_of_alert(work: Work, alert_id: UUID, calm: Rhythm) -> int:
    """Write to every auditor but the one concerned, at once and in words that say nothing; how many that were."""
    work.require(policy.may_tell)
    concerned = work.session.scalar(select(InsiderAlert.actor_id).where(InsiderAlert.id == alert_id))
    if concerned is None:
        return 0
    others = [each for each in accounts.auditors_to_write_to(work) if each.id != concerned]
    for each in others:
        envelope = Envelope(each.id, each.login, each.language, DeliveryRules(0, 24), urgency=Urgency.AT_ONCE)
        notifications.queue(work, envelope, calm)
    return len(others)
