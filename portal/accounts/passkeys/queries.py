"""One's own passkeys, and the questions that a browser is asked; asking writes nothing down."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, select

from portal.accounts.models import Account
from portal.accounts.passkeys import ceremony, challenges, policy
from portal.accounts.passkeys.models import Passkey
from portal.accounts.passkeys.vocab import OwnPasskey, Party, Purpose, Question
from portal.accounts.vocab import Pending
from portal.kernel.errors import NotFound
from portal.kernel.work import Work


def own_passkeys(work: Work) -> list[OwnPasskey]:
    """One's own passkeys that open something, oldest first."""
    work.require(policy.may_keep_own)
    rows = work.session.execute(
        select(Passkey.id, Passkey.name, Passkey.created_at, Passkey.last_used_at)
        .where(Passkey.account_id == work.actor_id, Passkey.removed_at.is_(None))
        .order_by(Passkey.created_at)
    )
    return [OwnPasskey(*row) for row in rows]


def own_passkey(work: Work, passkey_id: UUID) -> OwnPasskey:
    """One of one's own passkeys."""
    found = next((each for each in own_passkeys(work) if each.id == passkey_id), None)
    if found is None:
        raise NotFound("no such passkey of one's own")
    return found


def has_any(work: Work) -> bool:
    """True when a passkey of one's own opens something."""
    work.require(policy.may_keep_own)
    mine = exists().where(Passkey.account_id == work.actor_id, Passkey.removed_at.is_(None))
    return bool(work.session.scalar(select(mine)))


def to_add(work: Work, party: Party) -> Question:
    """Ask for a new passkey; no device makes a second one beside one that stands here already."""
    work.require(policy.may_keep_own)
    login = work.session.scalar(select(Account.login).where(Account.id == work.actor_id))
    if login is None:
        raise NotFound("no account of one's own")
    known = work.session.scalars(
        select(Passkey.credential_id).where(Passkey.account_id == work.actor_id, Passkey.removed_at.is_(None))
    )
    challenge = challenges.fresh()
    options = ceremony.options_to_add(party, challenge, work.actor_id, login, known)
    return Question(options, challenges.sealed(challenge, Purpose.ADD, str(work.actor_id), work.now))


def to_prove(work: Work, party: Party) -> Question:
    """Ask somebody who is signed in for a passkey."""
    work.require(policy.may_keep_own)
    return _to_show(work, party, Purpose.PROVE, str(work.actor_id))


def to_enter(work: Work, first: Pending, party: Party) -> Question:
    """Ask whoever has taken a first step for a passkey; everybody is asked the same, with or without one."""
    return _to_show(work, party, Purpose.ENTER, first.sealed)


def _to_show(work: Work, party: Party, purpose: Purpose, holder: str) -> Question:
    challenge = challenges.fresh()
    return Question(
        ceremony.options_to_show(party, challenge), challenges.sealed(challenge, purpose, holder, work.now)
    )
