"""The first step of signing in, carried by the browser until the second: sealed and of one length."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal.accounts.vocab import Pending, TookTooLong
from portal.kernel.crypto import FieldDamaged, decrypt_field, encrypt_field

LIFETIME = timedelta(minutes=5)
_CONTEXT = "accounts.pending"
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Claim:
    """Which login was typed, and whose account its password fitted, if any."""

    login_index: bytes
    account_id: UUID | None


def sealed(claim: Claim, now: datetime) -> Pending:
    """Seal a claim; the one that fits looks like the one that does not."""
    text = f"{claim.login_index.hex()} {claim.account_id or _NOBODY} {int(now.timestamp()):012d}"
    return Pending(urlsafe_b64encode(encrypt_field(text, _CONTEXT)).decode())


def claim_of(pending: Pending, now: datetime) -> Claim:
    """What was sealed, for as long as it lasts."""
    try:
        index, account, moment = decrypt_field(urlsafe_b64decode(pending.sealed), _CONTEXT).split(" ")
    except (FieldDamaged, binascii.Error, ValueError) as error:
        raise TookTooLong("not a first step of ours") from error
    if not 0 <= now.timestamp() - int(moment) <= LIFETIME.total_seconds():
        raise TookTooLong("the second step came too late")
    owner = UUID(account)
    return Claim(bytes.fromhex(index), None if owner == _NOBODY else owner)
