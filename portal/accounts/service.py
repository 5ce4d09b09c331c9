"""Opening accounts, signing in and out; each act leaves its entry in the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Executable, func, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import load_only

from portal.accounts import decoys, devices, passwords, policy, proofs, queries, second_steps, sessions, totp
from portal.accounts.credentials import service as credentials
from portal.accounts.fallbacks.queries import within_reach
from portal.accounts.models import Account, AccountSession, Invitation
from portal.accounts.throttle import Trail
from portal.accounts.vocab import (
    AccountState,
    Factor,
    InvitationKind,
    LoginTaken,
    NewStaff,
    Opening,
    Origin,
    Pending,
    SignedIn,
    Standing,
    folded,
    may_combine,
)
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.actor import Actor
from portal.kernel.crypto import random_token
from portal.kernel.dual_control import second_person
from portal.kernel.errors import Invalid, NotFound
from portal.kernel.ids import new_id
from portal.kernel.permissions import Role
from portal.kernel.work import Work

OWN_LINK = timedelta(days=14)
STAFF_LINK = timedelta(days=3)
SEEN_EVERY = timedelta(minutes=1)
NOWHERE = Origin()


def open_relative_account(work: Work, login: str, display_name: str, language: str = "ar") -> Opening:
    """Open an account for a relative who has just written; through this door nothing else can be opened."""
    work.require(policy.may_open_own)
    opening = Opening(new_id(), random_token())
    _unless_taken(
        work,
        select(
            func.portal_open_relative_account(
                opening.account_id,
                proofs.of_login(login),
                literal(folded(login), Account.login.type),
                literal(display_name, Account.display_name.type),
                language,
                proofs.of_token(opening.token),
                work.now,
                work.now + OWN_LINK,
            )
        ),
    )
    audit.record(work, Event.ACCOUNTS_ACCOUNT_CREATED, opening.account_id, detail={"kind": "own"})
    return opening


def first_administrators(work: Work, people: Sequence[NewStaff]) -> list[Opening]:
    """Open the accounts of the first administrators; fewer than two could not sign for each other."""
    work.require(policy.may_open_first, queries.administrators(work))
    if len(people) < policy.FEWEST_ADMINISTRATORS or any(p.roles != {Role.ADMINISTRATOR} for p in people):
        raise Invalid("the portal begins with at least two administrators, and nobody else")
    return [_open_first(work, person) for person in people]


def propose_invitation(work: Work, person: NewStaff) -> UUID:
    """Propose a colleague and their roles; nothing opens before a second administrator signs."""
    work.require(policy.may_propose)
    if not may_combine(person.roles):
        raise Invalid("one person cannot hold these roles together")
    account_id = _add_staff(work, person)
    invitation_id = _invite(work, account_id, InvitationKind.STAFF, proposed_by=work.actor_id)
    audit.record(work, Event.ACCOUNTS_INVITATION_PROPOSED, invitation_id, detail={"account": str(account_id)})
    return invitation_id


def sign_invitation(work: Work, invitation_id: UUID, seen_version: int) -> str:
    """Give the second signature to an invitation; its link is known only from now on, and only once."""
    invitation = _invitation(work, invitation_id)
    work.require(policy.may_sign, invitation)
    second_person(invitation, work.actor_id, seen_version)
    token = random_token()
    invitation.signed_at = work.now
    invitation.token_hash = proofs.of_token(token)
    invitation.expires_at = work.now + STAFF_LINK
    audit.record(work, Event.ACCOUNTS_INVITATION_SIGNED, invitation_id)
    return token


def sign_in(work: Work, login: str, password: str, origin: Origin = NOWHERE) -> Pending:
    """Take the first step. The answer is the same whoever asks: what fitted shows only after the second."""
    index = proofs.of_login(login)
    doors = decoys.behind(work, index)  # nobody waits here: a flood of guesses must not keep an owner out
    trail = Trail(work, index, origin)
    trail.begin()
    owner = doors.opened_by(password, known=trail.is_known)
    if owner and passwords.is_outdated(owner.password_hash or ""):
        owner.password_hash = passwords.hashed(password)
    return proofs.sealed(proofs.Claim(index, owner.id if owner else None), work.now)


def second_step(work: Work, first: Pending, code: str, origin: Origin = NOWHERE) -> SignedIn | None:
    """Take the second step; None says that something did not fit and never what."""
    step = second_steps.take_up(work, first, origin)
    secret, used = (step.account.totp_secret, step.account.totp_last_step) if step.account else (None, None)
    moment = totp.matching_step(secret or totp.NOBODY, code, work.now, used)
    # Asked whatever was typed, and of nobody's codes unless the password fitted: a stranger uses up none.
    by_paper = credentials.redeem(work, step.owner.id if step.owner else None, code)
    if step.owner is None or (moment is None and not by_paper):
        step.refuse()
        return None
    step.owner.totp_last_step = used if moment is None else moment
    return step.enter(step.owner, Factor.PAPER if moment is None else Factor.CODE)


def standing_of(work: Work, token: str, *, passkeys_required: bool = False) -> Standing | None:
    """Say who stands behind a session, as long as it is neither ended, idle too long, nor too old.

    Where passkeys are required, what decides about others waits until one was shown in this session.
    """
    proof = proofs.present(work, proofs.of_token(token))
    found = work.session.execute(
        select(AccountSession, Account)
        .join(Account, Account.id == AccountSession.account_id)
        .where(AccountSession.token_hash == proof, AccountSession.ended_at.is_(None))
        .options(load_only(Account.roles, Account.state))
    ).one_or_none()
    if found is None or not found.Account.is_active:
        return None
    begun: AccountSession = found.AccountSession
    actor: Actor = found.Account.actor
    if policy.is_over(actor, begun.created_at, begun.last_seen_at, work.now):
        return None
    if work.now - begun.last_seen_at >= SEEN_EVERY:
        begun.last_seen_at = work.now
    if passkeys_required:
        actor = within_reach(work, actor, begun.shown)
    return Standing(actor, policy.is_fresh(begun.proved_at, work.now))


def sign_out(work: Work, token: str) -> None:
    """End the session this token stands for, if it is still open."""
    sessions.end(work, AccountSession.token_hash == proofs.present(work, proofs.of_token(token)))


def end_session(work: Work, session_id: UUID) -> None:
    """End one of one's own sessions, for example on a phone that is no longer in one's hands."""
    work.require(policy.may_see_own_sessions)
    if not sessions.end(work, AccountSession.id == session_id, AccountSession.account_id == work.actor_id):
        raise NotFound("no such session of one's own")


def end_all_sessions(work: Work) -> None:
    """Sign out everywhere, here too."""
    work.require(policy.may_see_own_sessions)
    sessions.end(work, AccountSession.account_id == work.actor_id)


def forget_devices(work: Work) -> None:
    """Remember none of one's own browsers any more."""
    work.require(policy.may_see_own_sessions)
    devices.forget_all(work, queries.own_account(work).login_index)


def _open_first(work: Work, person: NewStaff) -> Opening:
    opening = Opening(_add_staff(work, person), random_token())
    link = {"token_hash": proofs.of_token(opening.token), "expires_at": work.now + STAFF_LINK}
    _invite(work, opening.account_id, InvitationKind.FIRST, **link)
    audit.record(work, Event.ACCOUNTS_ACCOUNT_CREATED, opening.account_id, detail={"kind": "first"})
    return opening


def _invite(work: Work, account_id: UUID, kind: InvitationKind, **more: object) -> UUID:
    invitation_id = new_id()
    columns = {"id": invitation_id, "account_id": account_id, "kind": kind, "proposed_at": work.now}
    work.session.execute(insert(Invitation).values(**columns, version=1, **more))
    return invitation_id


def _add_staff(work: Work, person: NewStaff) -> UUID:
    account_id = new_id()
    _unless_taken(
        work,
        insert(Account).values(
            id=account_id,
            login_index=proofs.of_login(person.login),
            login=folded(person.login),
            display_name=person.display_name,
            roles=sorted(person.roles),
            state=AccountState.INVITED,
            language="ar",
            created_at=work.now,
        ),
    )
    return account_id


def _unless_taken(work: Work, statement: Executable) -> None:
    try:
        with work.session.begin_nested():
            work.session.execute(statement)
    except IntegrityError as error:
        raise LoginTaken("there is an account with this login") from error


def _invitation(work: Work, invitation_id: UUID) -> Invitation:
    """Read without a lock, which the database would refuse to the proposer; the version guards instead."""
    seen = load_only(
        Invitation.proposed_by, Invitation.signed_by, Invitation.signed_at, Invitation.version, raiseload=True
    )
    wanted = select(Invitation).where(Invitation.id == invitation_id, Invitation.kind == InvitationKind.STAFF)
    wanted = wanted.where(Invitation.voided_at.is_(None))
    invitation = work.session.scalar(wanted.options(seen))
    if invitation is None:
        raise NotFound("no such invitation")
    return invitation
