"""What a visitor brings instead of an identity: a login, a token, or the first step of signing in."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from portal.accounts.vocab import Pending, TookTooLong, folded
from portal.kernel.crypto import FieldDamaged, blind_index, decrypt_field, encrypt_field, keyed_hash
from portal.kernel.work import Work

FIRST_STEP = timedelta(minutes=5)

_PRESENT = text("select set_config('portal.presented', :proof, true)")
_CONTEXT = "accounts.pending"
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Claim:
    """Which login was typed, and whose account its password fitted, if any."""

    login_index: bytes
    account_id: UUID | None


def of_login(login: str) -> bytes:
    """By what an account is found without its login being readable in the database."""
    return blind_index(folded(login), "account.login")


def of_token(token: str) -> bytes:
    """What is kept of a token: enough to recognise it, nothing to make one from."""
    return keyed_hash(token, "accounts.token")


def present(work: Work, proof: bytes) -> bytes:
    """Lay a proof before the database, which shows a visitor only what stands under it."""
    work.session.execute(_PRESENT, {"proof": proof.hex()})
    return proof


def sealed(claim: Claim, now: datetime) -> Pending:
    """Seal a claim for the browser to carry; the one that fits looks like the one that does not."""
    words = f"{claim.login_index.hex()} {claim.account_id or _NOBODY} {int(now.timestamp()):012d}"
    return Pending(urlsafe_b64encode(encrypt_field(words, _CONTEXT)).decode())


def claim_of(pending: Pending, now: datetime) -> Claim:
    """What was sealed, for as long as it lasts."""
    try:
        index, account, moment = decrypt_field(urlsafe_b64decode(pending.sealed), _CONTEXT).split(" ")
    except (FieldDamaged, binascii.Error, ValueError) as error:
        raise TookTooLong("not a first step of ours") from error
    if not 0 <= now.timestamp() - int(moment) <= FIRST_STEP.total_seconds():
        raise TookTooLong("the second step came too late")
    owner = UUID(account)
    return Claim(bytes.fromhex(index), None if owner == _NOBODY else owner)
