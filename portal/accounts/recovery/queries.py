"""Reads of recoveries: one's own that can be stopped, those of a file, and those that wait for somebody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, load_only

from portal.accounts.recovery import policy
from portal.accounts.recovery.models import Recovery
from portal.accounts.recovery.vocab import (
    ANNOUNCED,
    CaseRecovery,
    Mark,
    OwnRecovery,
    RecoveryState,
    WaitingRecovery,
)
from portal.kernel.errors import NotFound
from portal.kernel.work import Work

_SECRET = {"token_hash", "new_password_hash", "new_totp_secret"}
# All that the desk may load; neither a link nor a password nor a key of a phone is among it.
OF_THE_DESK = tuple(
    getattr(Recovery, column.key) for column in Recovery.__table__.columns if column.key not in _SECRET
)


def own(work: Work) -> OwnRecovery | None:
    """The recovery of one's own account that is under way, for whoever can still sign in."""
    row = work.session.execute(
        select(Recovery.id, Recovery.lost, Recovery.opens_at).where(
            Recovery.account_id == work.actor_id, Recovery.state.in_(ANNOUNCED)
        )
    ).one_or_none()
    return None if row is None or row.opens_at is None else OwnRecovery(row.id, row.lost, row.opens_at)


def of_file(work: Work, inquiry_id: UUID) -> list[CaseRecovery]:
    """Every recovery of the account behind one file, the newest first; none is ever deleted."""
    work.require(policy.may_read)
    rows = work.session.scalars(
        select(Recovery)
        .where(Recovery.inquiry_id == inquiry_id)
        .options(load_only(*OF_THE_DESK, raiseload=True))
        .order_by(Recovery.proposed_at.desc(), Recovery.id)
    )
    return [_fact(row) for row in rows]


def file_of(work: Work, recovery_id: UUID) -> UUID:
    """The file a recovery hangs on."""
    found = work.session.scalar(select(Recovery.inquiry_id).where(Recovery.id == recovery_id))
    if found is None:
        raise NotFound("no such recovery")
    return found


def waiting_for_me(work: Work) -> list[WaitingRecovery]:
    """Recoveries this person could give the second signature, the longest waiting first."""
    found = _lines(work, RecoveryState.ASKED, Recovery.proposed_at)
    return _waiting(work, found.where(Recovery.proposed_by != work.actor_id, Recovery.lapses_at > work.now))


def to_hand(work: Work) -> list[WaitingRecovery]:
    """Recoveries whose time has passed and nobody stopped: their link can be handed over."""
    found = _lines(work, RecoveryState.COOLING, Recovery.opens_at)
    found = found.where(Recovery.opens_at <= work.now, Recovery.lapses_at > work.now)
    return _waiting(work, found.where(Recovery.signed_by != work.actor_id))


def stopped_for_me(work: Work) -> list[WaitingRecovery]:
    """Recoveries this person signed and somebody stopped: one of the two was not who we thought."""
    found = _lines(work, RecoveryState.STOPPED, Recovery.ended_at)
    return _waiting(work, found.where(Recovery.signed_by == work.actor_id, Recovery.stop_seen_at.is_(None)))


def _lines(
    work: Work,
    state: RecoveryState,
    since: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
) -> Select[UUID, UUID, datetime | None]:
    work.require(policy.may_read)
    return select(Recovery.id, Recovery.inquiry_id, since).where(Recovery.state == state).order_by(since)


def _waiting(work: Work, found: Select[UUID, UUID, datetime | None]) -> list[WaitingRecovery]:
    rows = work.session.execute(found)
    return [WaitingRecovery(one, file, since) for one, file, since in rows if since is not None]


def _fact(row: Recovery) -> CaseRecovery:
    return CaseRecovery(
        id=row.id,
        version=row.version,
        inquiry_id=row.inquiry_id,
        state=row.state,
        lost=row.lost,
        marks=marks_of(row.marks),
        notes=row.notes,
        is_announced=row.envelope_id is not None,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        opens_at=row.opens_at,
        handed_by=row.handed_by,
        handed_at=row.handed_at,
        lapses_at=row.lapses_at,
        ended_by=row.ended_by,
        ended_at=row.ended_at,
        stop_seen_at=row.stop_seen_at,
    )


def marks_of(names: Iterable[str]) -> frozenset[Mark]:
    """What was said, out of its stored words."""
    return frozenset(Mark(name) for name in names)
