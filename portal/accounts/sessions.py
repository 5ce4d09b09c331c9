"""How a session begins and ends; only the hash of its token is ever stored."""

from __future__ import annotations

from sqlalchemy import ColumnElement, case, literal, update

from portal.accounts import proofs
from portal.accounts.models import Account, AccountSession
from portal.accounts.vocab import Factor, SignedIn
from portal.audit import service as audit
from portal.audit.vocab import Event
from portal.kernel import deferral
from portal.kernel.crypto import random_token
from portal.kernel.errors import NotFound
from portal.kernel.work import Work

# What may have to follow when somebody has entered; deferred for everybody alike, so that each answer costs the same.
ENTERED = "protection:entered"


def begin(work: Work, account: Account, shown: Factor) -> SignedIn:
    """Begin a session for somebody who has just shown the password and a factor beside it."""
    token = random_token()
    work.session.add(
        AccountSession(
            token_hash=proofs.of_token(token),
            account_id=account.id,
            created_at=work.now,
            last_seen_at=work.now,
            proved_at=work.now,
            shown=shown,
        )
    )
    deferral.defer(work, ENTERED, {"account_id": str(account.id)}, work.now)
    audit.record(work, Event.ACCOUNTS_SIGN_IN_SUCCEEDED, account.id)
    return SignedIn(token, account.actor)


def renew(work: Work, token: str, shown: Factor) -> str:
    """Let a session go on under a new token, for somebody who has just shown a factor again.

    A session in which a passkey was shown stays one.
    """
    fresh = random_token()
    stronger = case(
        (AccountSession.shown == Factor.PASSKEY, AccountSession.shown),
        else_=literal(shown, AccountSession.shown.type),
    )
    renewed = work.session.scalar(
        update(AccountSession)
        .where(AccountSession.token_hash == proofs.of_token(token))
        .where(AccountSession.account_id == work.actor_id, AccountSession.ended_at.is_(None))
        .values(token_hash=proofs.of_token(fresh), proved_at=work.now, shown=stronger)
        .returning(AccountSession.id)
    )
    if renewed is None:
        raise NotFound("no such session of one's own")
    return fresh


def end(work: Work, *which: ColumnElement[bool]) -> int:
    """End every open session that these conditions meet; gives how many there were."""
    ended = work.session.scalars(
        update(AccountSession)
        .where(AccountSession.ended_at.is_(None), *which)
        .values(ended_at=work.now)
        .returning(AccountSession.id)
    ).all()
    for session_id in ended:
        audit.record(work, Event.ACCOUNTS_SESSION_ENDED, session_id)
    return len(ended)
