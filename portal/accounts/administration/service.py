"""Other roles, the end of an account, the way back, and leaves; what gives power needs two people."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.administration import policy, queries
from portal.accounts.administration.models import LeaveRow, RoleChange
from portal.accounts.administration.vocab import ChangeWaits, Days, NewRoles, TooFewAdministrators
from portal.accounts.models import Account, Invitation
from portal.accounts.vocab import AccountState, InvitationKind, ListedAccount, may_combine
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.dual_control import second_person
from portal.kernel.errors import Conflict, Invalid, NotFound
from portal.kernel.ids import new_id
from portal.kernel.permissions import Role
from portal.kernel.work import Work

# The same lock that the database's own guard takes; whoever counts administrators waits for the others.
_COUNTING = text("select pg_advisory_xact_lock(720103)")


def propose_roles(work: Work, new: NewRoles) -> UUID:
    """Propose other roles for a colleague; nothing changes before another administrator signs."""
    work.require(policy.may_propose, new.account_id)
    account = queries.listed(work, new.account_id)
    if account.state is not AccountState.ACTIVE:
        raise Conflict("only an account in use changes its roles")
    if not may_combine(new.roles) or new.roles == frozenset(account.roles):
        raise Invalid("these roles cannot be held together, or are held already")
    change_id = new_id()
    _unless_waiting(work, _proposal(work, change_id, account, new))
    audit.record(
        work,
        Event.ACCOUNTS_ROLES_PROPOSED,
        change_id,
        detail={"account": str(account.id), **_words(new.roles)},
    )
    return change_id


def sign_roles(work: Work, change_id: UUID, seen_version: int) -> None:
    """Give the second signature: the roles change, and everything that person had open ends at once."""
    change = _waiting(work, change_id)
    work.require(policy.may_sign, change)
    second_person(change, work.actor_id, seen_version)
    change.signed_at = work.now
    if Role.ADMINISTRATOR not in change.roles_after:
        _keep_enough(work, queries.listed(work, change.account_id))
    # Written now: the database itself reads both signatures before it changes the roles.
    work.session.flush()
    ended = work.session.scalars(select(func.portal_apply_role_change(change_id, work.now)))
    _remember_ended(work, ended)
    audit.record(
        work,
        Event.ACCOUNTS_ROLES_CHANGED,
        change_id,
        detail={"account": str(change.account_id), **_words(change.roles_after)},
    )


def withdraw_roles(work: Work, change_id: UUID, seen_version: int) -> None:
    """Take a proposed change of roles off the desk."""
    change = _waiting(work, change_id)
    work.require(policy.may_withdraw, change)
    if change.version != seen_version:
        raise Conflict("this has changed since it was read")
    change.withdrawn_at = work.now
    audit.record(work, Event.ACCOUNTS_ROLES_WITHDRAWN, change_id)


def deactivate(work: Work, account_id: UUID) -> None:
    """Close an account at once: sessions end, links and proposals are void; two administrators remain, always."""
    work.require(policy.may_deactivate)
    account = queries.listed(work, account_id)
    if account.state is AccountState.DEACTIVATED:
        raise Conflict("this account is closed already")
    _keep_enough(work, account)
    ended = work.session.scalars(select(func.portal_deactivate(account_id, work.now)))
    _remember_ended(work, ended)
    audit.record(work, Event.ACCOUNTS_ACCOUNT_DEACTIVATED, account_id)


def ask_for_link(work: Work, account_id: UUID) -> UUID:
    """Ask for a new link, after a lost one or for a closed account; the old one is void, another person signs."""
    work.require(policy.may_ask_for_link, account_id)
    if not policy.takes_a_link(queries.listed(work, account_id).state):
        raise Conflict("this account is in use and needs no link")
    work.session.execute(select(func.portal_void_invitations(account_id, work.now)))
    invitation_id = new_id()
    work.session.execute(
        insert(Invitation).values(
            id=invitation_id,
            account_id=account_id,
            kind=InvitationKind.STAFF,
            proposed_by=work.actor_id,
            proposed_at=work.now,
            version=1,
        )
    )
    audit.record(work, Event.ACCOUNTS_INVITATION_RENEWED, invitation_id, detail={"account": str(account_id)})
    return invitation_id


def mark_leave(work: Work, account_id: UUID, days: Days) -> UUID:
    """Enter the days on which somebody gets no new tasks; they may still sign in."""
    work.require(policy.may_mark_leave, account_id)
    if days.last < days.first or days.last < work.now.date():
        raise Invalid("a leave ends after it has begun, and not in the past")
    leave_id = new_id()
    work.session.execute(
        insert(LeaveRow).values(
            id=leave_id,
            account_id=account_id,
            first_day=days.first,
            last_day=days.last,
            marked_by=work.actor_id,
            marked_at=work.now,
        )
    )
    audit.record(work, Event.ACCOUNTS_LEAVE_MARKED, leave_id, detail={"account": str(account_id)})
    return leave_id


def end_leave(work: Work, leave_id: UUID) -> UUID:
    """End a leave today; gives whose it was."""
    account_id = work.session.scalar(select(LeaveRow.account_id).where(LeaveRow.id == leave_id))
    if account_id is None:
        raise NotFound("no such leave")
    work.require(policy.may_mark_leave, account_id)
    ended = work.session.scalar(
        update(LeaveRow)
        .where(LeaveRow.id == leave_id, LeaveRow.ended_at.is_(None))
        .values(ended_at=work.now)
        .returning(LeaveRow.id)
    )
    if ended is not None:
        audit.record(work, Event.ACCOUNTS_LEAVE_ENDED, leave_id, detail={"account": str(account_id)})
    return account_id


def _keep_enough(work: Work, account: ListedAccount) -> None:
    if account.state is not AccountState.ACTIVE or Role.ADMINISTRATOR not in account.roles:
        return
    work.session.execute(_COUNTING)
    if not policy.is_enough(queries.active_administrators(work) - 1):
        raise TooFewAdministrators("two active administrators remain, always")


def _proposal(work: Work, change_id: UUID, account: ListedAccount, new: NewRoles) -> dict[str, object]:
    return {
        "id": change_id,
        "account_id": account.id,
        "roles_before": select(Account.roles).where(Account.id == account.id).scalar_subquery(),
        "roles_after": sorted(new.roles),
        "reason": new.reason,
        "proposed_by": work.actor_id,
        "proposed_at": work.now,
        "version": 1,
    }


def _unless_waiting(work: Work, proposal: dict[str, object]) -> None:
    try:
        with work.session.begin_nested():
            work.session.execute(insert(RoleChange).values(proposal))
    except IntegrityError as error:
        raise ChangeWaits("a change of this person's roles waits already") from error


def _waiting(work: Work, change_id: UUID) -> RoleChange:
    """Read without a lock, which the database would refuse to whom it is about; the version guards instead."""
    change = work.session.scalar(
        select(RoleChange).where(RoleChange.id == change_id, RoleChange.withdrawn_at.is_(None))
    )
    if change is None:
        raise NotFound("no such change")
    return change


def _remember_ended(work: Work, sessions: Iterable[UUID]) -> None:
    for session_id in sessions:
        audit.record(work, Event.ACCOUNTS_SESSION_ENDED, session_id)


def _words(roles: Iterable[str]) -> dict[str, str]:
    return {"roles": ",".join(sorted(roles))}
