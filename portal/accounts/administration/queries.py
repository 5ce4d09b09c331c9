"""What administrators read of an account, and who is away from work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, any_, func, literal, select
from sqlalchemy.orm import aliased

from portal.accounts import policy as accounts_policy
from portal.accounts import queries as accounts
from portal.accounts.administration import policy
from portal.accounts.administration.models import LeaveRow, RoleChange
from portal.accounts.administration.vocab import (
    AccountPage,
    AdministratorsDesk,
    Leave,
    MayDo,
    PastChange,
    WaitingChange,
)
from portal.accounts.models import Account
from portal.accounts.vocab import AccountState, ListedAccount
from portal.kernel.errors import NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Work


def desk(work: Work) -> AdministratorsDesk:
    """Everything on the administrators' desk."""
    return AdministratorsDesk(accounts.desk(work), tuple(waiting_changes(work)))


def account_page(work: Work, account_id: UUID) -> AccountPage:
    """One account, what waits for it, what was, and what the reader may do."""
    account = listed(work, account_id)
    waiting = tuple(change for change in waiting_changes(work) if change.account_id == account_id)
    return AccountPage(
        account,
        waiting,
        tuple(_past(work, account_id)),
        tuple(leaves_of(work, account_id)),
        _may_do(work, account, is_waiting=bool(waiting)),
    )


def listed(work: Work, account_id: UUID) -> ListedAccount:
    """One staff account by its id; a relative's is none of an administrator's."""
    work.require(accounts_policy.may_list)
    found = (account for account in accounts.accounts(work) if account.id == account_id)
    account = next(found, None)
    if account is None:
        raise NotFound("no such staff account")
    return account


def waiting_changes(work: Work) -> list[WaitingChange]:
    """Changes of roles that still need their second signature, oldest first."""
    work.require(accounts_policy.may_list)
    rows = work.session.scalars(_waiting().order_by(RoleChange.proposed_at)).all()
    names = accounts.display_names(work, {p for row in rows for p in (row.account_id, row.proposed_by)})
    return [
        WaitingChange(
            row.id,
            row.version,
            row.account_id,
            names[row.account_id],
            _roles(row.roles_before),
            _roles(row.roles_after),
            row.reason,
            names[row.proposed_by],
            row.proposed_at,
            may_sign=policy.may_sign(work.actor, row),
            may_withdraw=policy.may_withdraw(work.actor, row),
        )
        for row in rows
    ]


def active_administrators(work: Work) -> int:
    """How many people can sign for each other now."""
    found = select(func.count()).where(
        literal(Role.ADMINISTRATOR.value) == any_(Account.roles), Account.state == AccountState.ACTIVE
    )
    return work.session.scalar(found) or 0


def leaves_of(work: Work, account_id: UUID) -> list[Leave]:
    """The leaves of one person that are not over, the next one first."""
    work.require(policy.may_mark_leave, account_id)
    rows = work.session.execute(
        select(LeaveRow.id, LeaveRow.first_day, LeaveRow.last_day)
        .where(LeaveRow.account_id == account_id, LeaveRow.ended_at.is_(None))
        .where(LeaveRow.last_day >= work.now.date())
        .order_by(LeaveRow.first_day)
    )
    return [Leave(*row) for row in rows]


def own_leaves(work: Work) -> list[Leave]:
    """One's own leaves."""
    work.require(policy.may_see_own_leaves)
    return leaves_of(work, work.actor_id)


def away(work: Work) -> Mapping[UUID, datetime]:
    """Who is on leave today, and since when."""
    rows = work.session.execute(
        select(LeaveRow.account_id, func.min(LeaveRow.first_day))
        .where(_now(work))
        .group_by(LeaveRow.account_id)
    )
    return {account_id: datetime.combine(first, time(), UTC) for account_id, first in rows}


def deactivated(work: Work) -> set[UUID]:
    """Colleagues whose accounts were closed."""
    return set(work.session.scalars(select(Account.id).where(Account.state == AccountState.DEACTIVATED)))


def _waiting() -> Select[RoleChange]:
    return select(RoleChange).where(RoleChange.signed_by.is_(None), RoleChange.withdrawn_at.is_(None))


def _now(work: Work) -> ColumnElement[bool]:
    today = work.now.date()
    return and_(LeaveRow.ended_at.is_(None), LeaveRow.first_day <= today, LeaveRow.last_day >= today)


def _past(work: Work, account_id: UUID) -> list[PastChange]:
    proposer, signer = aliased(Account), aliased(Account)
    rows = work.session.execute(
        select(RoleChange.roles_before, RoleChange.roles_after, proposer.display_name.label("proposer"))
        .add_columns(RoleChange.proposed_at, signer.display_name.label("signer"), RoleChange.signed_at)
        .join(proposer, proposer.id == RoleChange.proposed_by)
        .outerjoin(signer, signer.id == RoleChange.signed_by)
        .where(RoleChange.account_id == account_id)
        .where(RoleChange.signed_by.is_not(None) | RoleChange.withdrawn_at.is_not(None))
        .order_by(RoleChange.proposed_at.desc())
    )
    return [
        PastChange(_roles(before), _roles(after), by, proposed_at, signed_by, signed_at)
        for before, after, by, proposed_at, signed_by, signed_at in rows
    ]


def _may_do(work: Work, account: ListedAccount, *, is_waiting: bool) -> MayDo:
    is_active = account.state is AccountState.ACTIVE
    return MayDo(
        change_roles=is_active and not is_waiting and policy.may_propose(work.actor, account.id),
        deactivate=account.state is not AccountState.DEACTIVATED and policy.may_deactivate(work.actor),
        ask_for_link=policy.takes_a_link(account.state) and policy.may_ask_for_link(work.actor, account.id),
        mark_leave=is_active and policy.may_mark_leave(work.actor, account.id),
    )


def _roles(names: list[str]) -> tuple[Role, ...]:
    return tuple(Role(name) for name in sorted(names))
