"""Who does without a passkey, and what that leaves of somebody's rights."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from portal.accounts import queries as accounts
from portal.accounts.fallbacks import policy
from portal.accounts.fallbacks.models import FactorFallback
from portal.accounts.fallbacks.vocab import Fallback, FallbackDesk
from portal.accounts.models import Account
from portal.accounts.passkeys.models import Passkey
from portal.accounts.vocab import AccountState, Factor, ListedAccount
from portal.kernel.actor import Actor
from portal.kernel.work import Work


def within_reach(work: Work, actor: Actor, shown: Factor) -> Actor:
    """The actor without what waits for a passkey, unless one was shown and still stands, or a fallback is in force."""
    if not policy.needs_passkey(actor.roles):
        return actor
    passkey = select(Passkey.id).where(Passkey.account_id == actor.id, Passkey.removed_at.is_(None)).exists()
    in_force = (FactorFallback.account_id == actor.id, FactorFallback.until > work.now)
    fallback = select(FactorFallback.id).where(*in_force).exists()
    enough = or_(passkey, fallback) if shown is Factor.PASSKEY else fallback
    if work.session.scalar(select(enough)):
        return actor
    return replace(actor, withheld=policy.powerful(actor.roles))


def desk(work: Work) -> FallbackDesk:
    """What waits for a second signature, what is in force, and for whom one can be proposed."""
    work.require(policy.may_see)
    found = _open(work)
    candidates = {
        account.id: account.display_name for account in accounts.accounts(work) if _may_need(work, account)
    }
    waiting = tuple(each for each in found if each.until is None)
    return FallbackDesk(waiting, tuple(each for each in found if each.until is not None), candidates)


def listed(work: Work, account_id: UUID) -> ListedAccount | None:
    """The account of a colleague whose role asks for a passkey; None for anybody else."""
    found = (each for each in accounts.accounts(work) if each.id == account_id)
    return next((each for each in found if _may_need(work, each)), None)


def _may_need(work: Work, account: ListedAccount) -> bool:
    return (
        account.state is AccountState.ACTIVE
        and account.id != work.actor_id
        and policy.needs_passkey(account.roles)
    )


def _open(work: Work) -> list[Fallback]:
    colleague, proposer = aliased(Account), aliased(Account)
    rows = work.session.execute(
        select(FactorFallback, colleague.display_name, proposer.display_name)
        .join(colleague, colleague.id == FactorFallback.account_id)
        .join(proposer, proposer.id == FactorFallback.proposed_by)
        .where(or_(FactorFallback.until.is_(None), FactorFallback.until > work.now))
        .order_by(FactorFallback.proposed_at)
    )
    return [
        Fallback(
            id=row.id,
            version=row.version,
            colleague=name,
            days=row.days,
            proposed_by=proposed_by,
            proposed_at=row.proposed_at,
            until=row.until,
            may_sign=policy.may_sign(work.actor, row),
        )
        for row, name, proposed_by in rows
    ]
