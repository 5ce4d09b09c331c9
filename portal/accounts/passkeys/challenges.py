"""Challenges: random, good for five minutes, one browser and one purpose, and answered once."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

from sqlalchemy import text

from portal.accounts.passkeys.vocab import Purpose
from portal.kernel.crypto import (
    FieldDamaged,
    constant_time_equal,
    decrypt_field,
    encrypt_field,
    keyed_hash,
    random_token,
)
from portal.kernel.work import Work

LASTS = timedelta(minutes=5)

_CONTEXT = "passkeys.challenge"
_SPEND = text("select portal_spend_challenge(:hash, :moment)")


def fresh() -> bytes:
    """256 random bits."""
    return random_token().encode()


def sealed(challenge: bytes, purpose: Purpose, holder: str, now: datetime) -> str:
    """Seal a challenge for the cookie of the browser that is asked; `holder` is whom that cookie stands for."""
    words = f"{purpose} {_mark(holder)} {int(now.timestamp())} {challenge.decode()}"
    return urlsafe_b64encode(encrypt_field(words, _CONTEXT)).decode()


def taken(work: Work, asked: str, purpose: Purpose, holder: str) -> bytes | None:
    """The challenge that was sealed; None when it is late, another's, for something else, or was answered before."""
    challenge = _opened(asked, purpose, holder, work.now)
    if challenge is None:
        return None
    proof = {"hash": keyed_hash(challenge.decode(), _CONTEXT), "moment": work.now}
    return challenge if work.session.scalar(_SPEND, proof) else None


def _opened(asked: str, purpose: Purpose, holder: str, now: datetime) -> bytes | None:
    try:
        for_what, mark, moment, challenge = decrypt_field(urlsafe_b64decode(asked), _CONTEXT).split(" ")
    except (FieldDamaged, binascii.Error, ValueError):
        return None
    is_ours = for_what == purpose and constant_time_equal(mark, _mark(holder))
    is_in_time = 0 <= now.timestamp() - int(moment) <= LASTS.total_seconds()
    return challenge.encode() if is_ours and is_in_time else None


def _mark(holder: str) -> str:
    return keyed_hash(holder, "passkeys.holder").hex()
