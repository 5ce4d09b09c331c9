"""One's own password and phone: a change ends every other session, and no browser is remembered any more."""

from __future__ import annotations

from datetime import timedelta

from portal.accounts import decoys, devices, passwords, policy, proofs, queries, sessions, totp
from portal.accounts.models import Account, AccountSession
from portal.accounts.throttle import Trail
from portal.accounts.vocab import CodeRefused, Origin, Pairing, PasswordRefused, Refusal, WrongPassword
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.work import Work

PAIRING = timedelta(minutes=15)


def change_password(work: Work, token: str, current: str, wished: str) -> None:
    """Take another password from whoever knows the one in force."""
    work.require(policy.may_see_own_sessions)
    account = queries.own_account(work)
    if not passwords.fits(account.password_hash, current, known=True):
        raise WrongPassword("this is not the password in force")
    if reason := passwords.refusal(wished, (account.login, account.display_name)):
        raise PasswordRefused(reason)
    second = decoys.behind(work, account.login_index).decoy
    if passwords.fits(second.password_hash if second else None, wished, known=True):
        raise PasswordRefused(Refusal.IN_USE)
    account.password_hash = passwords.hashed(wished)
    _end_all_but(work, account, token)
    audit.record(work, Event.ACCOUNTS_FACTOR_CHANGED, account.id, detail={"factor": "password"})


def wrong_password(work: Work, origin: Origin) -> None:
    """Count a password that did not fit, in work of its own, since the change itself came to nothing."""
    work.require(policy.may_see_own_sessions)
    account = queries.own_account(work)
    trail = Trail(work, account.login_index, origin)
    trail.go_on()
    trail.fail()
    audit.record(work, Event.ACCOUNTS_FACTOR_FAILED, account.id)


def begin_pairing(work: Work) -> None:
    """Make a key for another phone; the one in force stays so until the new one has shown a code."""
    work.require(policy.may_see_own_sessions)
    account = queries.own_account(work)
    account.totp_next, account.totp_next_at = totp.new_secret(), work.now


def pairing(work: Work) -> Pairing | None:
    """The phone that is being paired; None when none is, or its key has been there for too long."""
    work.require(policy.may_see_own_sessions)
    account = queries.own_account(work)
    if account.totp_next is None or not _still_pairs(work, account):
        return None
    return Pairing(account.login, account.totp_next)


def pair(work: Work, token: str, code: str) -> None:
    """Take the first code of the new phone; from here on the old one opens nothing."""
    work.require(policy.may_see_own_sessions)
    account = queries.own_account(work)
    secret = account.totp_next if _still_pairs(work, account) else None
    step = totp.matching_step(secret or totp.NOBODY, code, work.now, None)
    if secret is None or step is None:
        raise CodeRefused("these are not the digits of this moment")
    account.totp_secret, account.totp_last_step = secret, step
    account.totp_next = account.totp_next_at = None
    work.session.flush()
    _end_all_but(work, account, token)
    audit.record(work, Event.ACCOUNTS_FACTOR_CHANGED, account.id, detail={"factor": "phone"})


def _still_pairs(work: Work, account: Account) -> bool:
    return account.totp_next_at is not None and work.now - account.totp_next_at < PAIRING


def _end_all_but(work: Work, account: Account, token: str) -> None:
    others = AccountSession.token_hash != proofs.of_token(token)
    sessions.end(work, AccountSession.account_id == account.id, others)
    devices.forget_all(work, account.login_index)
