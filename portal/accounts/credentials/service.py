"""One's own password, phone and recovery codes, and the notices of what happened to them.

A change of password or phone ends every other session, and no browser is remembered any more.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import any_, delete, exists, literal, select, update

from portal.accounts import decoys, devices, passwords, policy, proofs, queries, sessions, totp
from portal.accounts.credentials import codes
from portal.accounts.credentials.models import AccountNotice, RecoveryCode
from portal.accounts.credentials.vocab import NoticeKind
from portal.accounts.models import Account, AccountSession
from portal.accounts.throttle import Trail
from portal.accounts.vocab import CodeRefused, Origin, Pairing, PasswordRefused, Refusal, WrongPassword
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.permissions import Role
from portal.kernel.work import Work
from portal.notifications import service as notifications
from portal.notifications.vocab import DeliveryRules, Envelope, Rhythm, Urgency

PAIRING = timedelta(minutes=15)
ONE_MESSAGE = timedelta(days=1)  # for one kind of notice: the words are the same each time
CALM = Rhythm()
AT_ANY_HOUR = DeliveryRules(0, 24)
NOBODY = UUID(int=0)


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
    notice(work, account.id, NoticeKind.PASSWORD_CHANGED)


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
    notice(work, account.id, NoticeKind.PHONE_CHANGED)


def make_codes(work: Work) -> list[str]:
    """Make a new sheet of recovery codes, shown this once; those made before open nothing any more."""
    work.require(policy.may_see_own_sessions)
    account = queries.own_account(work)
    work.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    made = [codes.new_code() for _ in range(codes.ON_A_SHEET)]
    work.session.add_all(
        RecoveryCode(account_id=account.id, code_hash=codes.hash_of(account.id, code), made_at=work.now)
        for code in made
    )
    audit.record(work, Event.ACCOUNTS_RECOVERY_CODES_MADE, account.id)
    notice(work, account.id, NoticeKind.RECOVERY_CODES_MADE)
    return made


def redeem(work: Work, account_id: UUID | None, typed: str) -> bool:
    """Use up a recovery code in place of the six digits; True exactly once for each code.

    The login has been presented before. Without an account, as after a password that did not fit, the same is
    asked of the database in vain.
    """
    owner = account_id or NOBODY
    used = work.session.scalar(
        update(RecoveryCode)
        .where(RecoveryCode.account_id == owner, RecoveryCode.code_hash == codes.hash_of(owner, typed))
        .where(RecoveryCode.used_at.is_(None))
        .values(used_at=work.now)
        .returning(RecoveryCode.id)
    )
    if used is None:
        return False
    audit.record(work, Event.ACCOUNTS_RECOVERY_CODE_USED, owner)
    notice(work, owner, NoticeKind.RECOVERY_CODE_USED)
    return True


def notice(work: Work, account_id: UUID, kind: NoticeKind) -> None:
    """Tell an account what happened to it: on its own page, and colleagues by the one message besides.

    A relative's safe way to be reached stands in their file and not here; their page alone tells them.
    """
    before = exists().where(
        AccountNotice.account_id == account_id,
        AccountNotice.kind == kind,
        AccountNotice.at > work.now - ONE_MESSAGE,
    )
    was_told = work.session.scalar(select(before))
    work.session.add(AccountNotice(account_id=account_id, kind=kind, at=work.now))
    receiver = work.session.execute(
        select(Account.login, Account.language).where(
            Account.id == account_id, literal(Role.RELATIVE.value) != any_(Account.roles)
        )
    ).one_or_none()
    if receiver is not None and not was_told:
        envelope = Envelope(
            account_id, receiver.login, receiver.language, AT_ANY_HOUR, urgency=Urgency.AT_ONCE
        )
        notifications.queue(work, envelope, CALM)


def see_notices(work: Work) -> None:
    """Say that one has read what happened to one's own account."""
    work.require(policy.may_see_own_sessions)
    work.session.execute(
        update(AccountNotice)
        .where(AccountNotice.account_id == work.actor_id, AccountNotice.seen_at.is_(None))
        .values(seen_at=work.now)
    )


def _still_pairs(work: Work, account: Account) -> bool:
    return account.totp_next_at is not None and work.now - account.totp_next_at < PAIRING


def _end_all_but(work: Work, account: Account, token: str) -> None:
    others = AccountSession.token_hash != proofs.of_token(token)
    sessions.end(work, AccountSession.account_id == account.id, others)
    devices.forget_all(work, account.login_index)
