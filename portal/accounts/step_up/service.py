"""The second factor once more: a stolen session alone cannot sign, export, or open a picture."""

from __future__ import annotations

from portal.accounts import policy, queries, sessions, totp
from portal.accounts.throttle import Trail
from portal.accounts.vocab import CodeRefused, Factor, Origin
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel.work import Work


def prove(work: Work, token: str, code: str, origin: Origin) -> str:
    """Take the six digits of this moment; gives the token under which the session goes on."""
    work.require(policy.may_see_own_sessions)
    account = queries.own_account(work)
    trail = Trail(work, account.login_index, origin)
    trail.go_on()
    step = totp.matching_step(account.totp_secret or totp.NOBODY, code, work.now, account.totp_last_step)
    if step is None:
        raise CodeRefused("these are not the digits of this moment")
    account.totp_last_step = step
    work.session.flush()
    audit.record(work, Event.ACCOUNTS_FACTOR_SHOWN, account.id)
    return sessions.renew(work, token, Factor.CODE)


def refused(work: Work, origin: Origin) -> None:
    """Count digits that did not fit, in work of their own, since the act itself came to nothing."""
    work.require(policy.may_see_own_sessions)
    account = queries.own_account(work)
    Trail(work, account.login_index, origin).fail()
    audit.record(work, Event.ACCOUNTS_FACTOR_FAILED, account.id)
