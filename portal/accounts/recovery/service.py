"""Ask for a way back, sign it, hand over its link, stop it; the bearer of the link sets anew what was lost.

Nobody at the desk ever holds a secret: the link opens the pages on which the relative chooses their own.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import load_only

from portal.accounts import devices, passwords, proofs, totp
from portal.accounts.credentials import service as credentials
from portal.accounts.credentials.vocab import NoticeKind
from portal.accounts.models import Account
from portal.accounts.recovery import policy, queries
from portal.accounts.recovery.models import Recovery
from portal.accounts.recovery.vocab import (
    ANNOUNCED,
    OPEN,
    Conversation,
    Lost,
    NotEnoughSaid,
    RecoveryState,
    RecoveryWaits,
    TooEarly,
    WayBack,
)
from portal.accounts.vocab import AccountState, CodeRefused, PasswordRefused
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.crypto import random_token
from portal.kernel.dual_control import second_person
from portal.kernel.errors import Conflict, NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work

_BEARERS = (
    Recovery.account_id,
    Recovery.inquiry_id,
    Recovery.lost,
    Recovery.state,
    Recovery.opens_at,
    Recovery.lapses_at,
    Recovery.new_password_hash,
    Recovery.new_totp_secret,
    Recovery.version,
)


def ask(work: Work, conversation: Conversation) -> UUID:
    """Ask for a way back after a conversation; nothing opens, and nobody is told, before another person signs."""
    work.require(policy.may_ask)
    if not policy.is_enough(conversation.marks, has_code_word=conversation.has_code_word):
        raise NotEnoughSaid(
            "the code word and two things only the relative can know, or three without a word"
        )
    expire(work, conversation.account_id)
    recovery_id = new_id()
    try:
        with work.session.begin_nested():
            work.session.execute(
                insert(Recovery).values(
                    id=recovery_id,
                    account_id=conversation.account_id,
                    inquiry_id=conversation.inquiry_id,
                    lost=conversation.lost,
                    marks=sorted(conversation.marks),
                    notes=conversation.notes,
                    envelope_id=conversation.envelope_id,
                    state=RecoveryState.ASKED,
                    proposed_by=work.actor_id,
                    proposed_at=work.now,
                    lapses_at=work.now + policy.SIGNED_WITHIN,
                    version=1,
                )
            )
    except IntegrityError as error:
        raise RecoveryWaits("a recovery of this account is under way") from error
    _remember(work, Event.ACCOUNTS_RECOVERY_ASKED, recovery_id, conversation.inquiry_id)
    return recovery_id


def sign(work: Work, recovery_id: UUID, seen_version: int, wait: timedelta) -> UUID | None:
    """Give the second signature: the time begins in which the relative can stop it; gives the notice to send."""
    row = _of_the_desk(work, recovery_id)
    work.require(policy.may_sign, row)
    _require_next(work, row, RecoveryState.COOLING)
    second_person(row, work.actor_id, seen_version)
    row.signed_at, row.opens_at = work.now, work.now + wait
    row.lapses_at = row.opens_at + policy.HANDED_WITHIN
    _move(work, row, RecoveryState.COOLING, Event.ACCOUNTS_RECOVERY_SIGNED)
    return row.envelope_id


def decline(work: Work, recovery_id: UUID, seen_version: int) -> None:
    """Refuse it, or take back what one asked for; nothing has opened and nobody was told."""
    row = _of_the_desk(work, recovery_id)
    work.require(policy.may_decline, row)
    _require_next(work, row, RecoveryState.DECLINED)
    _require_seen(row, seen_version)
    row.ended_by, row.ended_at = work.actor_id, work.now
    _move(work, row, RecoveryState.DECLINED, Event.ACCOUNTS_RECOVERY_DECLINED)


def hand(work: Work, recovery_id: UUID, seen_version: int) -> str:
    """Make the link once the time has passed and nobody stopped it; it is known only now, and only once."""
    row = _of_the_desk(work, recovery_id)
    work.require(policy.may_hand, row)
    _require_next(work, row, RecoveryState.HANDED)
    _require_seen(row, seen_version)
    if row.opens_at is None or work.now < row.opens_at:
        raise TooEarly("the relative can still stop it")
    token = random_token()
    row.handed_by, row.handed_at, row.token_hash = work.actor_id, work.now, proofs.of_token(token)
    row.lapses_at = work.now + policy.LINK
    _move(work, row, RecoveryState.HANDED, Event.ACCOUNTS_RECOVERY_HANDED)
    return token


def stop_own(work: Work, recovery_id: UUID) -> None:
    """Stop the recovery of one's own account; being signed in is enough, and no reason is asked."""
    work.require(policy.may_stop_own)
    row = work.session.scalar(
        select(Recovery)
        .where(Recovery.id == recovery_id, Recovery.account_id == work.actor_id)
        .where(Recovery.state.in_(ANNOUNCED))
        .options(load_only(*_BEARERS, raiseload=True))
        .with_for_update()
    )
    if row is None:
        raise NotFound("no recovery of one's own is under way")
    row.ended_by, row.ended_at = work.actor_id, work.now
    _move(work, row, RecoveryState.STOPPED, Event.ACCOUNTS_RECOVERY_STOPPED)


def see_stop(work: Work, recovery_id: UUID, seen_version: int) -> None:
    """Say, as the second person, that one has seen that it was stopped."""
    row = _of_the_desk(work, recovery_id)
    work.require(policy.may_see_stop, row)
    _require_seen(row, seen_version)
    if row.state is not RecoveryState.STOPPED or row.stop_seen_at is not None:
        raise Conflict("there is no stop that waits to be seen")
    row.stop_seen_at = work.now
    _remember(work, Event.ACCOUNTS_RECOVERY_STOP_SEEN, row.id, row.inquiry_id)


def expire(work: Work, account_id: UUID | None = None) -> int:
    """Close what nobody took further in time: unsigned, not handed over, or a link that was not used."""
    work.require(policy.may_expire)
    late = [Recovery.state.in_(OPEN), Recovery.lapses_at <= work.now]
    if account_id is not None:
        late.append(Recovery.account_id == account_id)
    closed = work.session.execute(
        update(Recovery)
        .where(*late)
        .values(state=RecoveryState.EXPIRED, ended_at=work.now, version=Recovery.version + 1)
        .returning(Recovery.id, Recovery.inquiry_id)
        .execution_options(synchronize_session=False)
    ).all()
    for row in closed:
        _remember(work, Event.ACCOUNTS_RECOVERY_EXPIRED, row.id, row.inquiry_id)
    return len(closed)


def look_up(work: Work, token: str) -> WayBack:
    """Say how far the bearer of a link has come; one that is used, late, stopped or unknown leads nowhere."""
    row, account = _borne(work, token)
    return WayBack(account.login, row.lost, row.new_password_hash is not None, row.new_totp_secret)


def choose_password(work: Work, token: str, password: str) -> WayBack | None:
    """Take the new password; None says that everything lost is set anew, and the account is back."""
    row, account = _borne(work, token)
    if not row.lost.has_password:
        raise Conflict("the password was not lost")
    if reason := passwords.refusal(password, (account.login, account.display_name)):
        raise PasswordRefused(reason)
    row.new_password_hash = passwords.hashed(password)
    if not row.lost.has_phone:
        _finish(work, row, account, None)
        return None
    row.new_totp_secret = totp.new_secret()
    return WayBack(account.login, row.lost, True, row.new_totp_secret)


def begin_phone(work: Work, token: str) -> None:
    """Make a key for the new phone; the old one goes on until the new one has shown a code."""
    row, _account = _borne(work, token)
    if not row.lost.has_phone or (row.lost.has_password and row.new_password_hash is None):
        raise Conflict("there is no phone to pair now")
    row.new_totp_secret = totp.new_secret()


def confirm_phone(work: Work, token: str, code: str) -> None:
    """Take the first code of the new phone: from here on nothing that was lost opens the account."""
    row, account = _borne(work, token)
    step = totp.matching_step(row.new_totp_secret or totp.NOBODY, code, work.now, None)
    if step is None or row.new_totp_secret is None:
        raise CodeRefused("these are not the digits of this moment")
    _finish(work, row, account, step)


def _finish(work: Work, row: Recovery, account: Account, step: int | None) -> None:
    """Let the database move what was shown into the account; it looks at both signatures and the time itself."""
    case_id, recovery_id, lost = row.inquiry_id, row.id, row.lost
    account_id, login_index = account.id, account.login_index
    work.session.flush()  # the database reads what has just been chosen
    ended = work.session.scalars(select(func.portal_finish_recovery(work.now, step))).all()
    work.session.expunge(row)
    work.session.expunge(account)
    for session_id in ended:
        audit.record(work, Event.ACCOUNTS_SESSION_ENDED, session_id)
    proofs.present(work, login_index)
    devices.forget_all(work, login_index)
    for kind in _notices(lost):
        credentials.notice(work, account_id, kind)
    _remember(work, Event.ACCOUNTS_RECOVERY_DONE, recovery_id, case_id)


def _notices(lost: Lost) -> list[NoticeKind]:
    happened = ((lost.has_password, NoticeKind.PASSWORD_CHANGED), (lost.has_phone, NoticeKind.PHONE_CHANGED))
    return [kind for has, kind in happened if has]


def _of_the_desk(work: Work, recovery_id: UUID) -> Recovery:
    """Read without a lock, which the database would refuse to the proposer; the version guards instead."""
    row = work.session.scalar(
        select(Recovery)
        .where(Recovery.id == recovery_id)
        .options(load_only(*queries.OF_THE_DESK, raiseload=True))
    )
    if row is None:
        raise NotFound("no such recovery")
    return row


def _borne(work: Work, token: str) -> tuple[Recovery, Account]:
    proof = proofs.present(work, proofs.of_token(token))
    row = work.session.scalar(
        select(Recovery)
        .where(Recovery.token_hash == proof, Recovery.state == RecoveryState.HANDED)
        .where(Recovery.opens_at <= work.now, Recovery.lapses_at > work.now)
        .options(load_only(*_BEARERS, raiseload=True))
        .with_for_update()
    )
    if row is None:
        raise NotFound("no such link, or no longer")
    account = work.session.scalars(select(Account).where(Account.id == row.account_id)).one()
    if not _has_way_back(row, account):
        raise NotFound("this account has no such way back")
    return row, account


def _has_way_back(row: Recovery, account: Account) -> bool:
    """An account that was never set up has nothing left: both are chosen, or it stays as it is."""
    is_new = account.state is AccountState.INVITED and row.lost.has_password and row.lost.has_phone
    return account.is_active or is_new


def _require_next(work: Work, row: Recovery, then: RecoveryState) -> None:
    if not policy.may_follow(row.state, then):
        raise Conflict(f"a recovery does not go from {row.state} to {then}")
    if policy.is_over(row.lapses_at, work.now):
        raise Conflict("nobody took this recovery further in time")


def _require_seen(row: Recovery, seen_version: int) -> None:
    if row.version != seen_version:
        raise Conflict("this recovery has changed since it was read")


def _move(work: Work, row: Recovery, then: RecoveryState, event: Event) -> None:
    row.state = then
    _remember(work, event, row.id, row.inquiry_id)


def _remember(work: Work, event: Event, recovery_id: UUID, inquiry_id: UUID) -> None:
    audit.record(work, event, recovery_id, case_id=inquiry_id)
