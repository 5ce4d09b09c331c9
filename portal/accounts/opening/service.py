"""Setting up an account that was opened: its first password and its phone; the link opens it once."""

from __future__ import annotations

from sqlalchemy import select, update

from portal.accounts import passwords, proofs, sessions, totp
from portal.accounts.models import Account, Invitation
from portal.accounts.vocab import AccountState, CodeRefused, Factor, PasswordRefused, Setup, SignedIn
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.errors import NotFound
from portal.kernel.permissions import Role
from portal.kernel.work import Work


def look_up(work: Work, token: str) -> Setup:
    """Say how far setting up has come; a link that is used, late or unknown leads nowhere."""
    account = _opened_by(work, token)
    return Setup(account.login, Role.RELATIVE in account.roles, account.totp_secret)


def choose_password(work: Work, token: str, password: str) -> None:
    """Choose the password of an account being opened; the phone is paired anew after each choice."""
    account = _opened_by(work, token)
    if reason := passwords.refusal(password, (account.login, account.display_name)):
        raise PasswordRefused(reason)
    account.password_hash = passwords.hashed(password)
    account.totp_secret = totp.new_secret()


def confirm_factor(work: Work, token: str, code: str) -> SignedIn:
    """Prove that the phone is paired: the account becomes active and the link has been used."""
    account = _opened_by(work, token)
    step = totp.matching_step(account.totp_secret or totp.NOBODY, code, work.now, None)
    if step is None or account.totp_secret is None:
        raise CodeRefused("these are not the digits of this moment")
    account.totp_last_step, account.state = step, AccountState.ACTIVE
    # Written now: the database takes a session for active accounts only, and the link only once.
    work.session.flush()
    used = work.session.execute(
        update(Invitation)
        .where(Invitation.token_hash == proofs.of_token(token), Invitation.used_at.is_(None))
        .values(used_at=work.now)
        .returning(Invitation.id)
    ).scalar_one_or_none()
    if used is None:
        raise NotFound("this link was used a moment ago")
    audit.record(work, Event.ACCOUNTS_INVITATION_ACCEPTED, used, detail={"account": str(account.id)})
    return sessions.begin(work, account, Factor.CODE)


def _opened_by(work: Work, token: str) -> Account:
    proof = proofs.present(work, proofs.of_token(token))
    account = work.session.scalar(
        select(Account)
        .join(Invitation, Invitation.account_id == Account.id)
        .where(Invitation.token_hash == proof, Invitation.used_at.is_(None))
        .where(Invitation.voided_at.is_(None))
        .where(Invitation.expires_at > work.now, Account.state == AccountState.INVITED)
    )
    if account is None:
        raise NotFound("no such link, or no longer")
    return account
