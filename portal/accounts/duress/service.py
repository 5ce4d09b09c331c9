"""Keep, change and take away the second password; what it opens is an account of its own, and empty.

Whoever sits in that empty account can do the same there, so that nothing on these pages tells the two apart.
"""

from __future__ import annotations

from sqlalchemy import exists, func, select

from portal.accounts import passwords, policy, proofs, queries
from portal.accounts.models import Account
from portal.accounts.vocab import PasswordRefused, Refusal, WrongPassword
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.crypto import random_token
from portal.kernel.ids import new_id
from portal.kernel.work import Work


def keep(work: Work, current: str, wished: str) -> None:
    """Keep a second password in place of any former one; what was open under the former one ends."""
    account = _shown_by(work, current)
    if reason := passwords.refusal(wished, (account.login, account.display_name)):
        raise PasswordRefused(reason)
    if passwords.fits(account.password_hash, wished, known=True):
        raise PasswordRefused(Refusal.IN_USE)
    hidden = proofs.of_token(random_token())  # under this the empty account is found by nobody
    kept = passwords.hashed(wished)
    work.session.execute(select(func.portal_keep_decoy(new_id(), hidden, kept, new_id(), work.now)))
    _record(work, account)


def is_kept(work: Work, current: str) -> bool:
    """Say whether there is one, to nobody but whoever knows the password in force."""
    account = _shown_by(work, current)
    return bool(work.session.scalar(select(exists().where(Account.decoy_index == account.login_index))))


def remove(work: Work, current: str) -> None:
    """Take the second password away; it opens nothing any more."""
    account = _shown_by(work, current)
    work.session.execute(select(func.portal_drop_decoy(work.now)))
    _record(work, account)


def _shown_by(work: Work, current: str) -> Account:
    work.require(policy.may_keep_second_password)
    account = queries.own_account(work)
    if not passwords.fits(account.password_hash, current, known=True):
        raise WrongPassword("this is not the password in force")
    return account


def _record(work: Work, account: Account) -> None:
    # The very words of any other change of password: the log does not tell who has a second one.
    audit.record(work, Event.ACCOUNTS_FACTOR_CHANGED, account.id, detail={"factor": "password"})
