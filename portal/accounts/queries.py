"""Facts about accounts: names for signatures, lists for administrators, one's own sessions."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Text, any_, column, func, literal, or_, select
from sqlalchemy.orm import aliased

from portal.accounts import policy, proofs
from portal.accounts.models import Account, AccountSession, Invitation
from portal.accounts.vocab import (
    AccountState,
    Desk,
    InvitationKind,
    ListedAccount,
    OwnSession,
    StaffAddress,
    StaffMember,
    WaitingInvitation,
)
from portal.kernel.crypto import constant_time_equal
from portal.kernel.errors import NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Work


def display_names(work: Work, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of colleagues, for "signed by"; nobody else's name comes out."""
    wanted = {person for person in ids if person is not None}
    if not wanted:
        return {}
    rows = work.session.execute(select(Account.id, Account.display_name).where(Account.id.in_(wanted)))
    return {row.id: row.display_name for row in rows}


def staff_with_role(work: Work, role: Role) -> list[StaffMember]:
    """Colleagues who hold this role now, by name."""
    rows = work.session.execute(
        select(Account.id, Account.display_name).where(
            literal(role.value) == any_(Account.roles), Account.state == AccountState.ACTIVE
        )
    )
    return sorted((StaffMember(*row) for row in rows), key=lambda member: member.display_name.casefold())


def auditors_to_write_to(work: Work) -> list[StaffAddress]:
    """Where auditors can be written to; the database tells it to the machine's own hand alone."""
    found = func.portal_auditor_addresses().table_valued(
        column("id", Account.id.type), column("login", Account.login.type), column("language", Text)
    )
    return [StaffAddress(*row) for row in work.session.execute(select(found))]


def desk(work: Work) -> Desk:
    """Everything on the administrators' desk."""
    return Desk(tuple(accounts(work)), tuple(waiting_invitations(work)))


def accounts(work: Work) -> list[ListedAccount]:
    """All staff accounts, by name; relatives are nobody's list."""
    work.require(policy.may_list)
    rows = work.session.execute(
        select(Account.id, Account.login, Account.display_name, Account.roles, Account.state)
    )
    listed = (
        ListedAccount(row.id, row.login, row.display_name, _roles(row.roles), row.state) for row in rows
    )
    return sorted(listed, key=lambda account: account.display_name.casefold())


def waiting_invitations(work: Work) -> list[WaitingInvitation]:
    """Invitations that still need their second signature, oldest first."""
    work.require(policy.may_list)
    proposer = aliased(Account)
    rows = work.session.execute(
        select(Invitation.id, Invitation.version, Invitation.proposed_at)
        .add_columns(Account.login, Account.display_name, Account.roles, Account.state)
        .add_columns(proposer.display_name.label("proposer"), proposer.id.label("proposer_id"))
        .join(Account, Account.id == Invitation.account_id)
        .join(proposer, proposer.id == Invitation.proposed_by)
        .where(Invitation.kind == InvitationKind.STAFF, Invitation.signed_by.is_(None))
        .where(Invitation.voided_at.is_(None))
        .order_by(Invitation.proposed_at)
    )
    return [
        WaitingInvitation(
            id=row.id,
            version=row.version,
            login=row.login,
            display_name=row.display_name,
            roles=_roles(row.roles),
            state=row.state,
            proposed_by=row.proposer,
            proposed_at=row.proposed_at,
            may_sign=row.proposer_id != work.actor_id,
        )
        for row in rows
    ]


def administrators(work: Work) -> int:
    """How many people administer the portal, or hold a link by which they still can begin to."""
    open_link = select(Invitation.id).where(
        Invitation.account_id == Account.id,
        Invitation.used_at.is_(None),
        Invitation.voided_at.is_(None),
        Invitation.expires_at > work.now,
    )
    found = work.session.scalar(
        select(func.count())
        .select_from(Account)
        .where(
            literal(Role.ADMINISTRATOR.value) == any_(Account.roles),
            or_(Account.state == AccountState.ACTIVE, open_link.exists()),
        )
    )
    return found or 0


def own_account(work: Work) -> Account:
    """One's own account, for this work alone: a code sent twice at once is tried in turn."""
    index = work.session.scalar(select(Account.login_index).where(Account.id == work.actor_id))
    if index is None:
        raise NotFound("no account of one's own")
    proofs.present(work, index)
    return work.session.scalars(select(Account).where(Account.id == work.actor_id).with_for_update()).one()


def own_sessions(work: Work, token: str | None = None) -> list[OwnSession]:
    """Where one is signed in oneself, newest first; `token` tells which session is this one."""
    work.require(policy.may_see_own_sessions)
    idle = policy.idle_limit(work.actor)
    this = None if token is None else proofs.of_token(token)
    rows = work.session.execute(
        select(
            AccountSession.id,
            AccountSession.created_at,
            AccountSession.last_seen_at,
            AccountSession.token_hash,
        )
        .where(AccountSession.account_id == work.actor_id, AccountSession.ended_at.is_(None))
        .where(AccountSession.last_seen_at >= work.now - idle)
        .where(AccountSession.created_at >= work.now - policy.absolute_limit(work.actor))
        .order_by(AccountSession.created_at.desc())
    )
    return [
        OwnSession(row.id, row.created_at, row.last_seen_at, _is_this(row.token_hash, this)) for row in rows
    ]


def _is_this(token_hash: bytes, this: bytes | None) -> bool:
    return this is not None and constant_time_equal(token_hash, this)


def _roles(names: list[str]) -> tuple[Role, ...]:
    return tuple(Role(name) for name in sorted(names))
