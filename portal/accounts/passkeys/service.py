"""Adding, showing and removing passkeys; what does not fit is refused, counted and remembered."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts import devices, proofs, queries, second_steps, sessions, totp
from portal.accounts.models import Account, AccountSession
from portal.accounts.passkeys import ceremony, challenges, policy
from portal.accounts.passkeys.models import Passkey
from portal.accounts.passkeys.queries import has_any
from portal.accounts.passkeys.vocab import Answer, CountedBackwards, Made, Purpose, Shown
from portal.accounts.throttle import Trail
from portal.accounts.vocab import Factor, Origin, Pending, SignedIn
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.errors import NotFound
from portal.kernel.ids import new_id
from portal.kernel.work import Work


def add(work: Work, name: str, answer: Answer) -> UUID | None:
    """Keep a new passkey of one's own under a name of one's own; None when the answer does not fit.

    Where the work needs a passkey, another is added only after showing the first.
    """
    work.require(policy.may_change_own, has_any(work))
    challenge = challenges.taken(work, answer.asked, Purpose.ADD, str(work.actor_id))
    made = challenge and ceremony.made(answer, challenge)
    if not made:
        return None
    passkey = _new(work, name, made)
    if passkey is not None:
        audit.record(work, Event.ACCOUNTS_PASSKEY_ADDED, passkey, detail={"account": str(work.actor_id)})
    return passkey


def remove(work: Work, passkey_id: UUID, shown: Shown, origin: Origin) -> str | None:
    """Remove a passkey for whoever shows another factor; every other session ends.

    Gives the token under which this session goes on; None when the factor did not fit.
    """
    work.require(policy.may_change_own, has_any(work))
    account = queries.own_account(work)
    passkey = _own(work, passkey_id)
    trail = Trail(work, account.login_index, origin)
    trail.go_on()
    if not _fits(work, account, shown, passkey):
        trail.fail()
        audit.record(work, Event.ACCOUNTS_FACTOR_FAILED, account.id)
        return None
    passkey.removed_at = work.now
    audit.record(work, Event.ACCOUNTS_PASSKEY_REMOVED, passkey.id, detail={"account": str(account.id)})
    others = AccountSession.token_hash != proofs.of_token(shown.token)
    sessions.end(work, AccountSession.account_id == account.id, others)
    devices.forget_all(work, account.login_index)
    return sessions.renew(work, shown.token, Factor.CODE if shown.answer is None else Factor.PASSKEY)


def prove(work: Work, token: str, answer: Answer, origin: Origin) -> str | None:
    """Take a passkey before a sensitive act; gives the token under which the session goes on, or None."""
    work.require(policy.may_keep_own)
    account = queries.own_account(work)
    trail = Trail(work, account.login_index, origin)
    trail.go_on()
    challenge = challenges.taken(work, answer.asked, Purpose.PROVE, str(account.id))
    if not _is_shown(work, account, answer, challenge):
        trail.fail()
        audit.record(work, Event.ACCOUNTS_FACTOR_FAILED, account.id)
        return None
    audit.record(work, Event.ACCOUNTS_FACTOR_SHOWN, account.id)
    return sessions.renew(work, token, Factor.PASSKEY)


def finish_sign_in(work: Work, first: Pending, answer: Answer, origin: Origin) -> SignedIn | None:
    """Take a passkey in place of the six digits; None says that something did not fit and never what."""
    step = second_steps.take_up(work, first, origin)
    challenge = challenges.taken(work, answer.asked, Purpose.ENTER, first.sealed)
    if not _is_shown(work, step.owner, answer, challenge) or step.owner is None:
        step.refuse()
        return None
    return step.enter(step.owner, Factor.PASSKEY)


def _new(work: Work, name: str, made: Made) -> UUID | None:
    passkey = Passkey(
        id=new_id(),
        account_id=work.actor_id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(passkey)
    except IntegrityError:
        return None  # some account has this very passkey; nobody learns which
    return passkey.id


def _own(work: Work, passkey_id: UUID) -> Passkey:
    passkey = work.session.scalar(
        select(Passkey).where(
            Passkey.id == passkey_id, Passkey.account_id == work.actor_id, Passkey.removed_at.is_(None)
        )
    )
    if passkey is None:
        raise NotFound("no such passkey of one's own")
    return passkey


def _fits(work: Work, account: Account, shown: Shown, leaving: Passkey) -> bool:
    if shown.answer is not None:
        challenge = challenges.taken(work, shown.answer.asked, Purpose.PROVE, str(account.id))
        return _is_shown(work, account, shown.answer, challenge, leaving)
    moment = totp.matching_step(
        account.totp_secret or totp.NOBODY, shown.code, work.now, account.totp_last_step
    )
    if moment is None or account.totp_secret is None:
        return False
    account.totp_last_step = moment
    return True


def _is_shown(
    work: Work, owner: Account | None, answer: Answer, challenge: bytes | None, leaving: Passkey | None = None
) -> bool:
    """True when a passkey of this owner has signed this challenge; the work is the same without an owner."""
    passkey = _named(work, owner, answer)
    seen = ceremony.seen(answer, challenge or b"", passkey.public_key if passkey else ceremony.NOBODY)
    if challenge is None or passkey is None or passkey is leaving or seen is None:
        return False
    if seen.owner not in {None, passkey.account_id}:
        return False
    try:
        passkey.use(seen.sign_count, work.now)
    except CountedBackwards:
        audit.record(
            work, Event.ACCOUNTS_PASSKEY_COPIED, passkey.id, detail={"account": str(passkey.account_id)}
        )
        return False
    return True


def _named(work: Work, owner: Account | None, answer: Answer) -> Passkey | None:
    return work.session.scalar(
        select(Passkey).where(
            Passkey.credential_id == ceremony.named(answer),
            Passkey.account_id == (owner.id if owner else None),
            Passkey.removed_at.is_(None),
        )
    )
