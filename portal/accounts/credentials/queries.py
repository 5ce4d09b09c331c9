"""What a person finds about their own account: its notices, and how many recovery codes are left."""

from __future__ import annotations

from sqlalchemy import func, select

from portal.accounts import policy
from portal.accounts.credentials.models import AccountNotice, RecoveryCode
from portal.accounts.credentials.vocab import Notice, Sheet
from portal.kernel.work import Work

SHOWN = 50


def own_notices(work: Work) -> list[Notice]:
    """What happened to one's own account of late, newest first."""
    work.require(policy.may_see_own_sessions)
    rows = work.session.execute(
        select(AccountNotice.kind, AccountNotice.at, AccountNotice.seen_at.is_(None))
        .where(AccountNotice.account_id == work.actor_id)
        .order_by(AccountNotice.at.desc(), AccountNotice.id)
        .limit(SHOWN)
    )
    return [Notice(*row) for row in rows]


def unseen(work: Work) -> int:
    """How much has happened to one's own account that one has not looked at yet."""
    work.require(policy.may_see_own_sessions)
    found = work.session.scalar(
        select(func.count()).where(AccountNotice.account_id == work.actor_id, AccountNotice.seen_at.is_(None))
    )
    return found or 0


def own_sheet(work: Work) -> Sheet | None:
    """How many of one's own recovery codes are left; None when none were ever made."""
    work.require(policy.may_see_own_sessions)
    left, made_at = work.session.execute(
        select(func.count().filter(RecoveryCode.used_at.is_(None)), func.max(RecoveryCode.made_at)).where(
            RecoveryCode.account_id == work.actor_id
        )
    ).one()
    return None if made_at is None else Sheet(left, made_at)
