"""Put a message into the outbox in the transaction of its cause; deliver it later, always with the same words."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel import deferral
from portal.kernel.ids import new_id
from portal.kernel.work import Work
from portal.notifications import policy, rhythm, words
from portal.notifications.mailer import Letter, Mailer, NotDelivered
from portal.notifications.models import MessageCheck, QueuedEnvelope
from portal.notifications.queries import CODE_LETTERS, code_hash
from portal.notifications.vocab import DeliveryRules, Envelope, EnvelopeState, Rhythm

TASK = "notifications:deliver"
MOST_ATTEMPTS = 6
PAUSE = timedelta(minutes=10)
REST = timedelta(hours=6)  # how long a message waits before it asks again whether its hold was lifted


def queue(work: Work, envelope: Envelope, calm: Rhythm) -> UUID:
    """Queue the one content-free message for a receiver, at a moment their rules allow."""
    row = _written(work, envelope)
    row.send_after = rhythm.next_moment(work.now, envelope.rules, rhythm.of(envelope.urgency, calm))
    _leave(work, row.id, row.send_after)
    return row.id


def prepare(work: Work, envelope: Envelope) -> UUID:
    """Write a message that leaves only once somebody else has signed; until then nothing carries it."""
    return _written(work, envelope).id


def release(work: Work, envelope_id: UUID) -> None:
    """Let a prepared message go; delivering it asks the receiver's own rules, which stand in the envelope."""
    _leave(work, envelope_id, work.now)


def _leave(work: Work, envelope_id: UUID, moment: datetime) -> None:
    deferral.defer(work, TASK, {"envelope_id": str(envelope_id)}, moment)
    audit.record(work, Event.NOTIFICATIONS_ENVELOPE_QUEUED, envelope_id)


def _written(work: Work, envelope: Envelope) -> QueuedEnvelope:
    rules = envelope.rules
    row = QueuedEnvelope(
        id=new_id(),
        recipient_ref=envelope.recipient_ref,
        address=envelope.address,
        sender_name=envelope.sender_name,
        language=envelope.language,
        hour_from=rules.hour_from,
        hour_to=rules.hour_to,
        quiet_weekdays=sorted(rules.quiet_weekdays),
        quiet_dates=[f"{month:02}-{day:02}" for month, day in sorted(rules.quiet_dates)],
        zone=rules.zone,
        urgency=envelope.urgency,
        queued_at=work.now,
        send_after=work.now,
    )
    work.session.add(row)
    return row


def deliver(work: Work, mailer: Mailer, organisation: str, envelope_id: UUID, calm: Rhythm) -> None:
    """Send one queued message; what was sent is never sent again, what failed is tried later."""
    work.require(policy.may_deliver)
    row = work.session.scalar(
        select(QueuedEnvelope).where(QueuedEnvelope.id == envelope_id).with_for_update()
    )
    if row is None or row.state is not EnvelopeState.QUEUED:
        return
    if work.session.scalar(select(func.portal_is_held(row.recipient_ref))):
        _later(work, row, work.now + REST)
        return
    allowed = rhythm.next_moment(work.now, _rules(row), rhythm.of(row.urgency, calm))
    if allowed > work.now:
        _later(work, row, allowed)
        return
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(12))
    letter = Letter(
        row.address,
        row.sender_name or organisation,
        words.subject(row.language),
        words.body(row.language, code),
    )
    try:
        mailer.send(letter)
    except NotDelivered as error:
        _failed(work, row, error)
        return
    row.state, row.sent_at = EnvelopeState.SENT, work.now
    work.session.add(MessageCheck(code_hash=code_hash(code)))
    audit.record(work, Event.NOTIFICATIONS_ENVELOPE_SENT, row.id)


def _failed(work: Work, row: QueuedEnvelope, error: NotDelivered) -> None:
    row.attempts += 1
    if row.attempts < MOST_ATTEMPTS:
        _later(work, row, work.now + PAUSE * 2**row.attempts)
        return
    row.state = EnvelopeState.FAILED
    audit.record(work, Event.NOTIFICATIONS_ENVELOPE_FAILED, row.id, detail={"error": str(error)})


def _later(work: Work, row: QueuedEnvelope, moment: datetime) -> None:
    row.send_after = moment
    deferral.defer(work, TASK, {"envelope_id": str(row.id)}, moment)


def _rules(row: QueuedEnvelope) -> DeliveryRules:
    dates = frozenset((int(date[:2]), int(date[3:])) for date in row.quiet_dates)
    return DeliveryRules(row.hour_from, row.hour_to, frozenset(row.quiet_weekdays), dates, row.zone)
